// One row of the asynchronous table in one column: the same in a process of Node and in a page.

import { ROWS } from './async-rows.js';
import { loadCorefuse, loadJco } from './columns.js';

/** Milliseconds for which samples are taken at least: short samples need to be many until one is not disturbed. */
const LEAST = 400;

/** Milliseconds after which a sample is long enough. */
const ENOUGH = 200;

/**
 * @param {import('./columns.js').Files} files
 * @param {number} index of the row
 * @param {string} column `corefuse`, `jco` or `plain`
 * @param {number} samples how many at least; the best one counts
 * @returns {Promise<number>} nanoseconds each
 */
export async function measureColumn(files, index, column, samples) {
  const row = ROWS[index];
  const run = await starter(files, row, column);
  const count = row.isFixed ? row.count : await calibrated(row, column, run);
  let best = Infinity;
  const begin = performance.now();
  // The first one only warms up.
  for (let i = 0; i <= samples || performance.now() - begin < LEAST; i++) {
    const start = performance.now();
    await run(count);
    if (i > 0) best = Math.min(best, ((performance.now() - start) * 1e6) / count);
  }
  return best;
}

async function starter(files, row, column) {
  if (column === 'plain') return row.plain;
  const exports = await (column === 'jco' ? loadJco : loadCorefuse)(files, `async/${row.guest}/${column}`, {});
  return (count) => row.run(exports, count);
}

/** As many as fill a sample, so that a slow column is done in time. That also warms up. */
async function calibrated(row, column, run) {
  // jco takes a millisecond for some; what goes on after a call costs corefuse up to 20 ms a stream, which is not of interest.
  for (let n = column === 'jco' ? 2 : 1000; ; n *= 4) {
    const start = performance.now();
    await run(n);
    if (performance.now() - start > ENOUGH || n * 4 > row.count) return n;
  }
}
