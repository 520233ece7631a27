/**
 * What generated bindings call to instantiate their component, in either of two forms: `(imports, options)`, and jco's
 * `(getCoreModule, imports, instantiateCore)`. Users of jco's instantiation mode are to change nothing but the import, so
 * this form also has jco's timing: where all that is given is there at once, so is the result, and else a promise of it.
 */
import { compileOn, eachFile, isLocation, placeOf } from './api.js';
import { checkPlan } from './check.js';
import { Compiled } from './compiled.js';
import { exportedItems } from './exports.js';
import { Instance } from './instance.js';
import { compileModule } from './modules.js';
import { isPromise } from './errors.js';
import { replay } from './replay.js';
import { Root, asyncPart } from './root.js';
import { Signatures } from './signature.js';

/** @typedef {import('./api.js').CompileOptions} CompileOptions */
/** @typedef {import('./api.js').Plan} Plan */
/** @typedef {import('./api.js').Platform} Platform */
/** @typedef {(module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance | Promise<WebAssembly.Instance>} InstantiateCore */

/**
 * @param {Platform} platform
 * @param {Plan | URL} plan
 * @param {CompileOptions} bundle its bindings, and where its modules are
 * @param {any[]} args
 * @returns {any}
 */
export function instantiateBundleOn(platform, plan, bundle, args) {
  const [first, second] = args;
  if (isJcoForm(args)) return instantiateAsJco(platform, plan, { ...bundle, ...(first && { getModule: first }) }, second, args[2]);
  return compileOn(platform, plan, { ...bundle, ...second }).then((compiled) => compiled.instantiate(first));
}

/** @param {any[]} args */
function isJcoForm([first, second, instantiateCore]) {
  if (typeof first === 'function' || instantiateCore) return true;
  return (first === undefined || first === null) && second && !('getModule' in second || 'modules' in second);
}

/**
 * @param {Platform} platform
 * @param {Plan | URL} plan
 * @param {CompileOptions} options
 * @param {any} imports
 * @param {InstantiateCore | undefined} instantiateCore
 */
function instantiateAsJco(platform, plan, options, imports, instantiateCore) {
  if (!instantiateCore) {
    const compiled = compileOn(platform, plan, options);
    return compiled.then((component) => component.instantiate(imports)).then(exportsOf);
  }
  const made = after(compileWhenThere(platform, plan, options), (compiled) => replay(new Root(compiled, imports), instantiateCore));
  return after(made, (root) => exportsOf(new Instance(exportedItems(root), root.async)));
}

/**
 * Compiles at once if the plan and all modules are there at once.
 *
 * @param {Platform} platform
 * @param {Plan | URL} plan
 * @param {CompileOptions} options
 */
function compileWhenThere(platform, plan, options) {
  const place = placeOf(platform, plan, options);
  const read = after(isLocation(plan) ? platform.readPlanSync(place('')) : plan, (given) => {
    const needsAsync = given?.version?.[1] && !asyncPart.attach;
    return after(needsAsync && platform.readAsync?.(), () => given);
  });
  return after(read, (given) => {
    const checked = checkPlan(given);
    const signatures = new Signatures(checked);
    const modules = eachFile(checked, (file) =>
      after(options.getModule?.(file), (module) => {
        if (module instanceof WebAssembly.Module) return module;
        return after(module || platform.readModule(place(file)), (source) => compileModule(source, file));
      }),
    );
    /** @param {WebAssembly.Module[]} all */
    const finish = (all) => new Compiled(checked, signatures, all, options);
    return modules.some(isPromise) ? Promise.all(modules).then(finish) : finish(/** @type {any} */ (modules));
  });
}

/**
 * What jco's form gives. A promise takes what has a `then` for another promise and would call it, and wait for ever.
 *
 * @param {Instance} instance
 */
function exportsOf({ exports }) {
  if (typeof exports.then === 'function') throw new TypeError('the component exports `then`, which `await` would call: use `instantiate(imports)`');
  return exports;
}

/**
 * `await`, but at once where there is nothing to wait for.
 *
 * @param {any} value
 * @param {(value: any) => any} next
 */
function after(value, next) {
  return isPromise(value) ? value.then(next) : next(value);
}
