/**
 * Entry point of bindings that hold everything (`corefuse build --inline`): the plan is an object, and in place of files
 * there are texts in base64. Runs wherever WebAssembly does.
 */
import { compileOn } from './api.js';
import { instantiateBundleOn } from './bundle.js';

export { ComponentError, LinkError, PlanError, Trap } from './errors.js';

/** @type {any} */
const platform = {
  locate: (/** @type {string} */ base64) => base64,
  readModule: async (/** @type {string} */ base64) => bytesOf(base64),
};

/**
 * @param {string} base64
 * @returns {Uint8Array}
 */
function bytesOf(base64) {
  return /** @type {any} */ (Uint8Array).fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/**
 * @param {import('./api.js').Plan} plan
 * @param {import('./api.js').CompileOptions} options its modules are in base64
 */
export function compilePlan(plan, options) {
  return compileOn(platform, plan, options);
}

/**
 * @param {import('./api.js').Plan} plan
 * @param {import('./api.js').CompileOptions} bundle its modules are in base64
 * @param {any[]} args those of the generated `instantiate`
 */
export function instantiateBundle(plan, bundle, args) {
  return instantiateBundleOn(platform, plan, bundle, args);
}
