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
 * @property {number} rounds
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
  const { names, words, startup, rounds, sample, callsMissing, hostMissing } = request;
  const options = (topic) => ({
    rounds,
    sample,
    onRound: (round) => progress(`measuring ${topic}: round ${round + 1} of ${rounds}`),
  });
  progress('loading');
  return {
    calls: await measureCalls(files, names, callsMissing, options('calls between guests')),
    host: words ? await measureHost(files, (name) => isKept(words, name), hostMissing, options('the host boundary')) : [],
    startup: startup ? await measureStartup(files, rounds) : [],
  };
}
