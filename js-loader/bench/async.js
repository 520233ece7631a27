// The table of asynchronous calls and streams: `npm run bench -- async [words]`, in Node, in Chromium or in both.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HERE } from './assemble.js';
import { ROWS } from './async-rows.js';
import { inChromium } from './chromium.js';
import { duration, print, ratio } from './table.js';
import { isKept } from './topics.js';

const run = promisify(execFile);
const COLUMNS = ['corefuse', 'jco', 'plain'];

/** Within how many times `memory.copy` a stream of large chunks should be. */
const COPY_LIMIT = 2;
const COPY_ROW = '64 KiB, guest to guest';

/** Milliseconds that a row may take in one column. */
const LIMIT = 6_000;

/**
 * Where rows are measured.
 *
 * @typedef {object} Place
 * @property {string} name with its version
 * @property {(index: number, column: string, samples: number) => Promise<number>} measured nanoseconds each
 */

/** @type {Place} */
export const NODE = { name: `Node ${process.versions.node}`, measured: inProcess };

/**
 * @param {Place} place
 * @param {Record<string, Record<string, string>>} missing by guest and column: why it was not built
 * @param {string[]} words
 * @param {{rounds: number, samples: number}} options rounds visit all columns in turn; the best sample counts
 * @param {(what: string) => void} progress
 */
export async function reportAsync({ name, measured }, missing, words, { rounds, samples }, progress) {
  const rows = [];
  const notes = ['each; plain: promises that do as much, or memory.copy of 64 KiB'];
  for (const [index, row] of ROWS.entries()) {
    if (!isKept(words, row.name)) continue;
    const times = {};
    const failed = { ...missing[row.guest] };
    for (let round = 0; round < rounds; round++) {
      for (const column of COLUMNS) {
        if (failed[column] || (column === 'plain' && !row.plain)) continue;
        progress(`measuring ${row.name}: ${column}, round ${round + 1} of ${rounds}`);
        try {
          times[column] = Math.min(times[column] ?? Infinity, await measured(index, column, samples));
        } catch (error) {
          failed[column] = reason(error);
          delete times[column];
        }
      }
    }
    for (const [column, why] of Object.entries(failed)) notes.push(`${row.name}: ${column}: ${why}`);
    rows.push(cells(row, times));
  }
  progress('');
  print(`Asynchronous, ${name}`, ['', ...COLUMNS, 'jco/corefuse', 'corefuse/plain', ''], rows, notes);
}

/**
 * Lends Chromium to an action.
 *
 * @param {(place: Place) => Promise<void>} action
 */
export function withChromium(action) {
  return inChromium(({ version, open }) =>
    action({
      name: `Chromium ${version}`,
      async measured(index, column, samples) {
        const page = await open(() => {});
        const timer = setTimeout(() => page.context().close(), LIMIT);
        try {
          return await page.evaluate((asked) => globalThis.benchAsync(...asked), [index, column, samples]);
        } catch (error) {
          throw page.isClosed() ? { killed: true } : error;
        } finally {
          clearTimeout(timer);
          await page.context().close();
        }
      },
    }),
  );
}

/** Each column of each row has a process of its own. */
async function inProcess(index, column, samples) {
  const args = ['--expose-gc', join(HERE, 'async-column.js'), String(index), column, String(samples)];
  const { stdout } = await run(process.execPath, args, { timeout: LIMIT, killSignal: 'SIGKILL' });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function cells(row, { corefuse, jco, plain }) {
  const misses = jco / corefuse < (row.times ?? 3) || (row.name.includes(COPY_ROW) && corefuse / plain > COPY_LIMIT);
  return [row.name, duration(corefuse), duration(jco), duration(plain), ratio(jco / corefuse), ratio(corefuse / plain), misses ? '!' : ''];
}

function reason(error) {
  if (error.killed) return `not done in ${LIMIT / 1000} s`;
  const lines = String(error.stderr || error.message).split('\n');
  return (lines.find((line) => /^\w*(Error|Trap|Exception)?\b.*: /.test(line) && !line.startsWith('file:')) ?? lines[0]).slice(0, 160);
}
