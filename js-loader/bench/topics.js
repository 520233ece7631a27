// Everything that is timed, in one call, so that it runs the same in Node and in a page.

import { measureCalls } from './calls.js';
import { measureHost } from './host.js';
import { measureStartup } from './startup.js';

/**
 * What to measure. Plain data: it travels to the page.
 *
 * @typedef {object} Request
 * @property {string[]} names of rows of the guest-to-guest table
 * @property {string[] | undefined} words that the names of rows of the host boundary table must contain; none are
 *   measured where it is missing
 * @property {boolean} startup whether to measure start-up
 * @property {number} generations how often everything is loaded anew, for other places in memory
 * @property {number} rounds in each generation
 * @property {number} sample milliseconds
 * @property {Record<string, Record<string, string>>} callsMissing by component and column: why it was not built
 * @property {Record<string, string>} hostMissing by column: why it was not built
 */

/** Whether a row is asked for. */
export function isKept(words, name) {
  return words.every((word) => name.toLowerCase().includes(word.toLowerCase()));
}

/**
 * @param {import('./columns.js').Files} files
 * @param {Request} request
 * @param {(what: string) => void} progress
 */
export async function measureTopics(files, request, progress) {
  const { names, words, startup, generations, rounds, sample, callsMissing, hostMissing } = request;
  const results = { calls: [], host: [], startup: [] };
  for (let generation = 0; generation < generations; generation++) {
    const options = (topic) => ({
      rounds,
      sample,
      onRound: (round) =>
        progress(`measuring ${topic}: round ${generation * rounds + round + 1} of ${generations * rounds}`),
    });
    progress('loading');
    keepBest(results.calls, await measureCalls(files, names, callsMissing, options('calls between guests')));
    if (words) {
      const kept = (name) => isKept(words, name);
      keepBest(results.host, await measureHost(files, kept, hostMissing, options('the host boundary')));
    }
    globalThis.gc?.();
  }
  if (startup) results.startup = await measureStartup(files, generations * rounds);
  return results;
}

/**
 * Adds rows to those of earlier generations; of each time the best one counts. Where code and data happen to lie can
 * cost a short call more than what it does.
 */
export function keepBest(rows, more) {
  for (const row of more) {
    const known = rows.find(({ name }) => name === row.name);
    if (!known) {
      rows.push(row);
      continue;
    }
    for (const [column, time] of Object.entries(row.times)) {
      known.times[column] = Math.min(known.times[column] ?? Infinity, time);
    }
  }
}
