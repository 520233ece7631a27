/** Plans and modules over the network. */
import { PlanError, inFile } from './errors.js';

/**
 * @param {URL} location
 * @returns {Promise<unknown>}
 */
export async function fetchPlan(location) {
  const response = await fetchFile(location);
  refusePage(response);
  return response.json().catch((error) => {
    throw inFile(location, error);
  });
}

/**
 * @param {URL} location
 * @returns {Promise<Response>}
 */
export async function fetchFile(location) {
  const response = await fetch(location).catch((error) => {
    throw inFile(location, error);
  });
  if (response.ok) return response;
  throw new PlanError(`${location} answered ${response.status} ${response.statusText}`);
}

/**
 * Many servers answer with a page where there is no such file, and say that all is well. It is the commonest mistake in
 * a browser (a bundler did not copy the file), so it gets its own message.
 *
 * @param {Response} response
 */
export function refusePage({ headers, url }) {
  if (headers.get('content-type')?.startsWith('text/html')) throw new PlanError(`${url} is a page (text/html): is the file missing?`);
}
