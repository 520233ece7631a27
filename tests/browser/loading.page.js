// The page's side of `loading.test.js`, whose tests run in it. It has what they call as a global, since they are sent
// over as text: the loader, and a worker that has it too.

import * as loader from '../../js-loader/src/browser.js';

/**
 * What a worker gives for a message, or the error that it met.
 * @param {unknown} message
 */
function askWorker(message) {
  const worker = new Worker(new URL('loading.worker.js', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: [error, value] }) => (error ? reject(new Error(error)) : resolve(value));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(message);
  });
}

/**
 * The name and message of what something fails with.
 * @param {() => unknown} attempt
 */
async function refusal(attempt) {
  try {
    await attempt();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return 'it did not fail';
}

Object.assign(globalThis, { corefuse: { ...loader, askWorker, refusal } });
