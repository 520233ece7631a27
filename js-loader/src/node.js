/** Entry point for Node and other runtimes with its file system; the only file that uses it. */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { compileOn, compileSyncOn } from './api.js';
import { instantiateBundleOn } from './bundle.js';
import { fetchFile, fetchPlan } from './fetching.js';
import { inFile } from './errors.js';

/** @typedef {import('./api.js').Plan} Plan */
/** @typedef {import('./instance.js').Instance} Instance */

export { ComponentError, LinkError, PlanError, Trap } from './errors.js';

/** @type {import('./api.js').Platform} */
const platform = {
  locate: (location) => {
    if (location instanceof URL) return location;
    return /^[a-z][a-z+.-]+:\/\//i.test(location) ? new URL(location) : pathToFileURL(location);
  },
  readPlan: async (location) => (isFile(location) ? parsePlan(await readFile(location, 'utf8'), location) : fetchPlan(location)),
  readModule: async (location) => (isFile(location) ? readFile(location) : fetchFile(location)),
  readAsync: () => import('./async/index.js'),
  readPlanSync: (location) => parsePlan(readFileSync(location, 'utf8'), location),
  readModuleSync: (location) => readFileSync(location),
};

/**
 * @param {string} text
 * @param {URL} location
 * @returns {unknown}
 */
function parsePlan(text, location) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inFile(location, error);
  }
}

/**
 * A plan at once if it is a file, else a promise of it.
 *
 * @param {URL} location
 */
function readPlanSoon(location) {
  return isFile(location) ? platform.readPlanSync(location) : platform.readPlan(location);
}

/** @param {URL} location */
function isFile(location) {
  return location.protocol === 'file:';
}

/**
 * Checks a plan and compiles its modules, all at the same time. The result can be instantiated any number of times.
 *
 * @param {Plan | string | URL} plan the plan, or its path or URL
 * @param {import('./api.js').CompileOptions} [options]
 */
export function compile(plan, options = {}) {
  return compileOn(platform, plan, options);
}

/**
 * As `compile`, but at once.
 *
 * @param {Plan | string | URL} plan the plan, or its path or `file:` URL
 * @param {import('./api.js').CompileSyncOptions} [options]
 */
export function compileSync(plan, options = {}) {
  return compileSyncOn(platform, plan, options);
}

/**
 * Makes an instance of the component that a plan describes.
 *
 * @param {Plan | string | URL} plan the plan, or its path or URL
 * @param {import('./api.js').CompileOptions & import('./api.js').ImportOptions} [options]
 */
export async function instantiate(plan, options = {}) {
  return (await compile(plan, options)).instantiate(options.imports);
}

/**
 * What generated bindings call.
 *
 * @param {URL} plan
 * @param {import('./api.js').CompileOptions} bundle its bindings, and where its modules are
 * @param {any[]} args those of the generated `instantiate`
 */
export function instantiateBundle(plan, bundle, args) {
  return instantiateBundleOn({ ...platform, readPlanSync: readPlanSoon }, plan, bundle, args);
}
