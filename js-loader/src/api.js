/**
 * What the entry points offer, without anything that differs between platforms: they supply that as a `Platform`.
 */
import { Compiled } from './compiled.js';
import { checkFeatures } from './features.js';
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
 * @property {string | URL} [base] where the bundle is, if the plan is given as an object
 * @property {import('./compiled.js').Bindings} [bindings] generated functions, used instead of the generic ones
 *
 * @typedef {object} CompileSyncOptions
 * @property {(file: string) => GivenModule} [getModule] finds a module of the bundle by its file name
 * @property {string | URL} [base] where the bundle is, if the plan is given as an object
 * @property {import('./compiled.js').Bindings} [bindings] generated functions, used instead of the generic ones
 *
 * @typedef {{ imports?: Record<string, any> }} ImportOptions
 *
 * @typedef {object} Platform
 * @property {(location: string | URL) => URL} locate makes a location absolute
 * @property {(location: URL) => Promise<unknown>} readPlan
 * @property {(location: URL) => Promise<ModuleSource>} readModule
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
  const location = locationOf(platform, plan, options);
  const checked = prepare(isLocation(plan) ? await platform.readPlan(/** @type {URL} */ (location)) : plan);
  const modules = eachFile(checked, async (module) => {
    const source = (await options.getModule?.(module.file)) || (await platform.readModule(beside(module.file, location)));
    return compileModule(source, module);
  });
  return new Compiled(checked, await Promise.all(modules), options.bindings);
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
  const location = locationOf(platform, plan, options);
  const checked = prepare(isLocation(plan) ? platform.readPlanSync(/** @type {URL} */ (location)) : plan);
  const modules = eachFile(checked, (module) => {
    const source = options.getModule?.(module.file) || platform.readModuleSync(beside(module.file, location));
    return compileModuleSync(source, module);
  });
  return new Compiled(checked, modules, options.bindings);
}

/** @param {unknown} plan */
function prepare(plan) {
  const checked = checkPlan(plan);
  checkFeatures(checked.requires);
  return checked;
}

/**
 * Does something with each module, but only once for modules that share a file.
 *
 * @template T
 * @param {Plan} plan
 * @param {(module: import('./plan-format.js').Module) => T} compile
 * @returns {T[]}
 */
function eachFile({ modules }, compile) {
  /** @type {Map<string, T>} */
  const files = new Map();
  for (const module of modules) if (!files.has(module.file)) files.set(module.file, compile(module));
  return modules.map(({ file }) => /** @type {T} */ (files.get(file)));
}

/**
 * @param {unknown} plan
 * @returns {plan is string | URL}
 */
function isLocation(plan) {
  return typeof plan === 'string' || plan instanceof URL;
}

/**
 * @param {Platform} platform
 * @param {Plan | string | URL} plan
 * @param {{ base?: string | URL }} options
 */
function locationOf(platform, plan, { base }) {
  const location = isLocation(plan) ? plan : base;
  return location === undefined ? undefined : platform.locate(location);
}

/**
 * @param {string} file
 * @param {URL | undefined} location
 */
function beside(file, location) {
  if (!location) {
    throw new TypeError(`where is ${file}? Give the plan by its URL or path, or say \`base\`, or let \`getModule\` give every module`);
  }
  return new URL(encodeURI(file), location);
}

/**
 * Instantiates for generated bindings, which take their arguments in two forms: `(imports, options)`, and jco's
 * `(getCoreModule, imports)`, in which modules come first.
 *
 * @param {(plan: URL, options: CompileOptions) => Promise<Compiled>} compile
 * @param {URL} plan
 * @param {import('./compiled.js').Bindings} bindings
 * @param {any[]} args
 */
export async function instantiateBundleOn(compile, plan, bindings, [first, second]) {
  const isJco = typeof first === 'function' || ((first === undefined || first === null) && second && !('getModule' in second));
  const [imports, options] = isJco ? [second, first ? { getModule: first } : {}] : [first, second];
  const compiled = await compile(plan, { ...options, bindings });
  const instance = await compiled.instantiate(imports);
  return isJco ? instance.exports : instance;
}
