// Everything that is timed, in one call, so that it runs the same in Node and in a page.

import { measureCalls } from './calls.js';
import { measureHost } from './host.js';
import { measureStartup } from './startup.js';

/**
 * What to measure. Plain data: it travels to the page.
 *
 * @typedef {object} Request
 * @property {string[]} words that the name of a row must contain
 * @property {number} rounds
 * @property {number} sample milliseconds
 * @property {Record<string, Record<string, string>>} calls by component and column: why it was not built
 * @property {Record<string, string>} host by column: why it was not built
 * @property {boolean} startup whether to measure it
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
export async function measureTopics(files, { words, rounds, sample, calls, host, startup }, progress) {
  const kept = (name) => isKept(words, name);
  const options = (topic) => ({
    rounds,
    sample,
    onRound: (round) => progress(`measuring ${topic}: round ${round + 1} of ${rounds}`),
  });
  progress('loading');
  return {
    calls: await measureCalls(files, kept, calls, options('calls between guests')),
    host: await measureHost(files, kept, host, options('the host boundary')),
    startup: startup ? await measureStartup(files, rounds) : [],
  };
}
