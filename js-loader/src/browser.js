/** Entry point for browsers and everything else with `fetch`; the only file that knows of pages. */

import { compileOn, compileSyncOn } from './api.js';
import { instantiateBundleOn } from './bundle.js';
import { fetchFile, fetchPlan } from './fetching.js';

/** @typedef {import('./api.js').Plan} Plan */
/** @typedef {import('./instance.js').Instance} Instance */

export { ComponentError, LinkError, PlanError, Trap } from './errors.js';

/** @type {import('./api.js').Platform} */
const platform = {
  locate: (location) => new URL(location, globalThis.document?.baseURI ?? globalThis.location?.href),
  readPlan: fetchPlan,
  readModule: fetchFile,
  readAsync: () => import('./async/index.js'),
  readPlanSync: cannotRead,
  readModuleSync: cannotRead,
};

/**
 * @param {URL} location
 * @returns {never}
 */
function cannotRead(location) {
  throw new TypeError(`${location}: give the plan as an object, and all modules through \`getModule\``);
}

/**
 * Checks a plan and compiles its modules, all at the same time. The result can be instantiated any number of times.
 *
 * @param {Plan | string | URL} plan the plan, or its URL
 * @param {import('./api.js').CompileOptions} [options]
 */
export function compile(plan, options = {}) {
  return compileOn(platform, plan, options);
}

/**
 * As `compile`, but at once; `getModule` must give all modules. Engines may refuse this for large modules on a page's
 * main thread.
 *
 * @param {Plan} plan
 * @param {import('./api.js').CompileSyncOptions} [options]
 */
export function compileSync(plan, options = {}) {
  return compileSyncOn(platform, plan, options);
}

/**
 * Makes an instance of the component that a plan describes.
 *
 * @param {Plan | string | URL} plan the plan, or its URL
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
  return instantiateBundleOn({ ...platform, readPlanSync: fetchPlan }, plan, bundle, args);
}
