// Timing: the same code in Node and in a browser page.
//
// The machine may be shared, so a time alone means nothing. Every entry is calibrated to samples of equal length,
// samples are taken in rounds that visit all entries in turn, and the best sample of each is kept: noise only ever
// makes a sample slower, and a slow spell hits all entries alike.

/**
 * @typedef {object} Entry
 * @property {(calls: number) => unknown} run makes that many calls
 * @property {number} [perCall] nanoseconds a call, in the best sample: the result
 */

/**
 * Measures entries against each other and stores `perCall` in each.
 *
 * @param {Entry[]} entries
 * @param {{rounds: number, sample: number, onRound?: (round: number) => void}} options `sample` is milliseconds
 */
export function measure(entries, { rounds, sample, onRound }) {
  const counts = entries.map((entry) => calibrate(entry, sample));
  for (let round = 0; round < rounds; round++) {
    onRound?.(round);
    for (let i = 0; i < entries.length; i++) {
      // Every other round goes backwards, so that no entry always follows the same neighbour.
      const at = round % 2 === 0 ? i : entries.length - 1 - i;
      const elapsed = time(entries[at], counts[at]);
      entries[at].perCall = Math.min(entries[at].perCall ?? Infinity, (elapsed * 1e6) / counts[at]);
      counts[at] = scaled(counts[at], elapsed, sample);
    }
  }
}

/** Runs an entry until it is compiled by the best tier, and finds how many calls fill a sample. */
function calibrate(entry, sample) {
  let calls = 1;
  let elapsed = time(entry, calls);
  // Engines move a WebAssembly function to the better tier when it is entered, not while a loop in it runs.
  for (let warm = 0; warm < 4; ) {
    if (elapsed >= sample / 2) warm++;
    calls = scaled(calls, elapsed, sample);
    elapsed = time(entry, calls);
  }
  return scaled(calls, elapsed, sample);
}

/** The number of calls that fills a sample, given how long some took; grows at most tenfold at once. */
function scaled(calls, elapsed, sample) {
  return Math.max(1, Math.round(calls * Math.min(10, sample / Math.max(elapsed, 1e-3))));
}

function time(entry, calls) {
  const start = performance.now();
  entry.run(calls);
  return performance.now() - start;
}

/**
 * Times something that cannot be repeated inside one sample, such as a compilation.
 *
 * @param {(() => Promise<unknown>)[]} tasks measured against each other, in rounds
 * @param {number} rounds
 * @returns {Promise<number[]>} milliseconds of the best run of each
 */
export async function measureOnce(tasks, rounds) {
  const best = tasks.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < tasks.length; i++) {
      const start = performance.now();
      await tasks[i]();
      best[i] = Math.min(best[i], performance.now() - start);
    }
  }
  return best;
}
