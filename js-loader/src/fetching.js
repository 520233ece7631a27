/** Plans and modules over the network. */
import { PlanError, inFile } from './errors.js';

/**
 * @param {URL} location
 * @returns {Promise<unknown>}
 */
export async function fetchPlan(location) {
  const response = await fetchFile(location);
  return response.json().catch((error) => {
    throw inFile(location, error);
  });
}

/**
 * @param {URL} location
 * @returns {Promise<Response>}
 */
export async function fetchFile(location) {
  const response = await fetch(location);
  if (response.ok) return response;
  throw new PlanError(`${location} answered ${response.status} ${response.statusText}`);
}
