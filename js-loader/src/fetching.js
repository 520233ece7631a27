/** Plans and modules over the network. */
import { PlanError } from './errors.js';

/**
 * @param {URL} location
 * @returns {Promise<unknown>}
 */
export async function fetchPlan(location) {
  const response = await fetch(location);
  if (!response.ok) throw new PlanError(`${location} answered ${response.status} ${response.statusText}`);
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new PlanError(`${location} is not a plan: it begins with ${JSON.stringify(text.slice(0, 16))}`);
  }
}

/**
 * @param {URL} location
 * @returns {Promise<Response>}
 */
export function fetchModule(location) {
  return fetch(location);
}
