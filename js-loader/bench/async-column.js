// One row of one column, in a process of its own: what hangs or never ends can be ended. Prints nanoseconds each as JSON.
// Arguments: row, column (`corefuse`, `jco` or `plain`), samples.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROWS } from './async-rows.js';
import { BUILD } from './build.js';
import { loadCorefuse, loadJco } from './columns.js';

const [index, column, samples] = process.argv.slice(2);
const row = ROWS[Number(index)];
const files = {
  read: (path) => readFile(join(BUILD, path)),
  load: (path) => import(pathToFileURL(BUILD) + `/${path}`),
  loader: () => import('../src/node.js'),
  platform: 'node',
};

async function starter() {
  if (column === 'plain') return row.plain;
  const exports = await (column === 'jco' ? loadJco : loadCorefuse)(files, `async/${row.guest}/${column}`, {});
  return (count) => row.run(exports, count);
}

const run = await starter();
const count = row.isFixed ? row.count : await calibrated();

/** As many as fill a sample, so that a slow column is done in time. That also warms up. */
async function calibrated() {
  // jco takes a millisecond for some; what goes on after a call costs corefuse up to 20 ms a stream, which is not of interest.
  for (let n = column === 'jco' ? 2 : 1000; ; n *= 4) {
    const start = performance.now();
    await run(n);
    if (performance.now() - start > 200 || n * 4 > row.count) return n;
  }
}

let best = Infinity;
for (let i = 0; i <= Number(samples); i++) {
  const start = performance.now();
  await run(count);
  // The first one only warms up.
  if (i > 0) best = Math.min(best, ((performance.now() - start) * 1e6) / count);
}
console.log(JSON.stringify(best));
process.exit(0);
