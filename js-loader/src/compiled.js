/** A plan with its modules compiled and its types made ready: what can be instantiated any number of times. */
import { Codecs } from './codec.js';
import { exportedItems } from './exports.js';
import { Instance } from './instance.js';
import { Signature } from './signature.js';
import { replay, replaySync } from './replay.js';

/**
 * Generated functions that lift and lower one component's types. What they do not have, the generic path does.
 *
 * @typedef {object} Bindings
 * @property {Record<number, (cx: import('./memory.js').Context) => (...args: any[]) => any>} lifts by export of the plan
 * @property {Record<number, (cx: import('./memory.js').Context) => (...values: any[]) => any>} lowers by trampoline
 */

export class Compiled {
  /**
   * @param {import('./plan-format.js').Plan} plan checked
   * @param {WebAssembly.Module[]} modules
   * @param {Bindings} [bindings]
   */
  constructor(plan, modules, bindings) {
    this.plan = plan;
    this.modules = modules;
    this.bindings = bindings;
    this.codecs = { 32: new Codecs(plan, 32), 64: new Codecs(plan, 64) };
    /** By pointer width and function. @type {Record<string, Signature>} */
    this.signatures = {};
    // All that are used, so that what is not supported is refused before anything is instantiated.
    for (const use of [...plan.exports, ...plan.trampolines]) {
      if ('options' in use) this.signature(use.function, plan.options[use.options].pointer);
    }
  }

  /**
   * Makes an instance of the component.
   *
   * @param {Record<string, any>} [imports] what the component imports, by name
   * @returns {Promise<Instance>}
   */
  async instantiate(imports) {
    return new Instance(exportedItems(await replay(this, imports)));
  }

  /**
   * As `instantiate`, but at once. Engines may refuse this for large modules on a page's main thread.
   *
   * @param {Record<string, any>} [imports] what the component imports, by name
   * @returns {Instance}
   */
  instantiateSync(imports) {
    return new Instance(exportedItems(replaySync(this, imports)));
  }

  /**
   * @param {number} index of a function type
   * @param {32 | 64} pointer
   * @returns {Signature}
   * @internal
   */
  signature(index, pointer) {
    return (this.signatures[`${pointer} ${index}`] ??= new Signature(this.plan.functions[index], this.codecs[pointer]));
  }
}
