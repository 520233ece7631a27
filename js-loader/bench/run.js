// npm run bench [-- filter] [--long] [--chromium]
//
// Prints one table per topic. `filter` keeps the rows whose name contains it. `--long` takes more and longer samples.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BUILD, buildCalls, COLUMNS, stopTranspiler } from './build.js';
import { measureCalls } from './calls.js';
import { CASES } from './cases.js';
import { duration, print, ratio } from './table.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean' }, chromium: { type: 'boolean' } },
});
const options = values.long ? { rounds: 60, sample: 10 } : { rounds: 12, sample: 4 };
const kept = (name) => positionals.every((word) => name.toLowerCase().includes(word.toLowerCase()));

const files = {
  read: (path) => readFile(join(BUILD, path)),
  load: (path) => import(pathToFileURL(join(BUILD, path)).href),
  loader: () => import('../src/index.js'),
};

const cases = CASES.filter((item) => kept(item.name));
const missing = await buildCalls(cases, progress);
stopTranspiler();
progress('measuring');
const rows = await measureCalls(files, cases, COLUMNS, missing, { ...options, onRound: (n) => progress(`round ${n + 1} of ${options.rounds}`) });
progress('');
printCalls('Calls between guests, Node ' + process.version, rows);

function printCalls(title, rows) {
  const notes = reasons(rows);
  const cells = rows.map(({ name, times, missing }, i) => {
    const { hand, corefuse, merged, jco, jcoMultiMemory } = times;
    const best = Math.min(jco ?? Infinity, jcoMultiMemory ?? Infinity);
    const { limit, lead } = cases[i];
    const slow = corefuse / hand > limit;
    const near = best / corefuse < lead;
    return [
      name,
      duration(hand),
      duration(corefuse),
      ratio(corefuse / hand) + (slow ? '!' : ' '),
      ratio(merged / hand),
      duration(jco),
      duration(jcoMultiMemory),
      ratio(best / corefuse) + (near ? '!' : ' '),
    ];
  });
  print(
    title,
    ['call', 'by hand', 'corefuse', '/ hand', 'one module / hand', 'jco', 'jco m-m', 'best jco / corefuse'],
    cells,
    notes,
  );
}

function progress(what) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

/** One line for each reason why a column is empty. */
function reasons(rows) {
  const names = new Map();
  for (const { name, missing } of rows) {
    for (const [column, reason] of Object.entries(missing)) {
      const key = `${column}: ${reason}`;
      names.set(key, [...(names.get(key) ?? []), name]);
    }
  }
  return [...names].map(([key, list]) => `no ${key} (${list.length < 4 ? list.join('; ') : `${list.length} rows`})`);
}
