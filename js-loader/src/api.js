/**
 * What the entry points offer, without anything that differs between platforms: they supply that as a `Platform`.
 */
import { Compiled } from './compiled.js';
import { Signatures } from './signature.js';
import { checkPlan } from './check.js';
import { compileModule, compileModuleSync } from './modules.js';

/** @typedef {import('./modules.js').ModuleSource} ModuleSource */
/** @typedef {import('./plan-format.js').Plan} Plan */

/**
 * What `getModule` gives: a compiled module, bytes or a `Response`; nothing for the file beside the plan.
 *
 * @typedef {ModuleSource | null | undefined} GivenModule
 *
 * @typedef {object} CompileOptions
 * @property {(file: string) => GivenModule | Promise<GivenModule>} [getModule] finds a module of the bundle by its file name
 * @property {Record<string, string | URL>} [modules] where modules are that are not beside the plan, by file name
 * @property {string | URL} [base] where the bundle is, if the plan is given as an object
 * @property {import('./compiled.js').Bindings} [bindings] generated functions, used instead of the generic ones
 * @property {boolean} [asyncExports] whether exports whose type is not async return promises too, so that they may block inside
 * @property {'trap' | 'wait'} [deadlock] what to do when nothing can go on unless the host calls again; `trap` if not given
 * @property {boolean | ((kind: string, message: string) => void)} [trace] logs what tasks, threads, streams and events do
 *
 * @typedef {object} CompileSyncOptions
 * @property {(file: string) => GivenModule} [getModule] finds a module of the bundle by its file name
 * @property {Record<string, string | URL>} [modules] where modules are that are not beside the plan, by file name
 * @property {string | URL} [base] where the bundle is, if the plan is given as an object
 * @property {import('./compiled.js').Bindings} [bindings] generated functions, used instead of the generic ones
 * @property {boolean} [asyncExports] as above
 * @property {'trap' | 'wait'} [deadlock] as above
 * @property {boolean | ((kind: string, message: string) => void)} [trace] as above
 *
 * @typedef {{ imports?: Record<string, any> }} ImportOptions
 *
 * @typedef {object} Platform
 * @property {(location: string | URL) => URL} locate makes a location absolute
 * @property {(location: URL) => Promise<unknown>} readPlan
 * @property {(location: URL) => Promise<ModuleSource>} readModule
 * @property {() => Promise<unknown>} [readAsync] fetches the async part
 * @property {(location: URL) => unknown} readPlanSync
 * @property {(location: URL) => ModuleSource} readModuleSync
 */

/**
 * Checks a plan and compiles its modules, all at the same time.
 *
 * @param {Platform} platform
 * @param {Plan | string | URL} plan the plan, or where it is
 * @param {CompileOptions} options
 * @returns {Promise<Compiled>}
 */
export async function compileOn(platform, plan, options) {
  const place = placeOf(platform, plan, options);
  /** @type {any} */
  const given = isLocation(plan) ? await platform.readPlan(place('')) : plan;
  // Minor version 1 added what is about time.
  if (given?.version?.[1]) await platform.readAsync?.();
  const checked = checkPlan(given);
  const signatures = new Signatures(checked);
  const modules = eachFile(checked, async (file) => {
    const source = (await options.getModule?.(file)) || (await platform.readModule(place(file)));
    return compileModule(source, file);
  });
  return new Compiled(checked, signatures, await Promise.all(modules), options);
}

/**
 * As `compileOn`, but at once.
 *
 * @param {Platform} platform
 * @param {Plan | string | URL} plan the plan, or where it is
 * @param {CompileSyncOptions} options
 * @returns {Compiled}
 */
export function compileSyncOn(platform, plan, options) {
  const place = placeOf(platform, plan, options);
  const checked = checkPlan(isLocation(plan) ? platform.readPlanSync(place('')) : plan);
  const signatures = new Signatures(checked);
  const modules = eachFile(checked, (file) => {
    const source = options.getModule?.(file) || platform.readModuleSync(place(file));
    return compileModuleSync(source, file);
  });
  return new Compiled(checked, signatures, modules, options);
}

/**
 * Does something with each module's file, but only once for modules that share one.
 *
 * @template T
 * @param {Plan} plan
 * @param {(file: string) => T} compile
 * @returns {T[]}
 */
export function eachFile({ modules }, compile) {
  /** @type {Record<string, T>} */
  const files = Object.create(null);
  return modules.map(({ file }) => (files[file] ??= compile(file)));
}

/**
 * @param {unknown} plan
 * @returns {plan is string | URL}
 */
export function isLocation(plan) {
  return typeof plan === 'string' || plan instanceof URL;
}

/**
 * Where the files of a bundle are; the plan's own is the empty one.
 *
 * @param {Platform} platform
 * @param {Plan | string | URL} plan
 * @param {CompileOptions | CompileSyncOptions} options
 * @returns {(file: string) => URL}
 */
export function placeOf(platform, plan, { base, modules }) {
  const location = isLocation(plan) ? plan : base;
  return (file) => {
    if (modules?.[file]) return platform.locate(modules[file]);
    if (!location) throw new TypeError(`${file}: give \`base\`, or all modules through \`getModule\``);
    return new URL(encodeURI(file), platform.locate(location));
  };
}
