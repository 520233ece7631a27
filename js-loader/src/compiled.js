/** A plan with its modules compiled and its types made ready: what can be instantiated any number of times. */
import { exportedItems } from './exports.js';
import { Instance } from './instance.js';
import { replay } from './replay.js';
import { Root } from './root.js';

/**
 * Generated functions that lift and lower one component's types. What they do not have, the generic path does.
 *
 * @typedef {object} Bindings
 * @property {Record<number, (cx: import('./memory.js').Context, item: import('./plan-format.js').Export) => (...args: any[]) => any>} lifts by export of the plan
 * @property {Record<number, (cx: import('./memory.js').Context) => (...values: any[]) => any>} lowers by trampoline
 */

/** @typedef {Partial<import('./async/scheduler.js').Options>} AsyncOptions for components that are about time */
/** @typedef {Instance & Partial<Disposable>} Made an instance, which can be disposed of if its component is about time */

export class Compiled {
  /**
   * @param {import('./plan-format.js').Plan} plan checked
   * @param {import('./signature.js').Signatures} signatures its function types
   * @param {WebAssembly.Module[]} modules
   * @param {{ bindings?: Bindings } & AsyncOptions} options
   */
  constructor(plan, signatures, modules, options) {
    this.plan = plan;
    this.signatures = signatures;
    this.modules = modules;
    this.options = options;
  }

  /**
   * Makes an instance of the component.
   *
   * @param {Record<string, any>} [imports] what the component imports, by name
   * @returns {Promise<Made>}
   */
  async instantiate(imports) {
    return instanceOf(await replay(new Root(this, imports), WebAssembly.instantiate));
  }

  /**
   * As `instantiate`, but at once. Engines may refuse this for large modules on a page's main thread.
   *
   * @param {Record<string, any>} [imports] what the component imports, by name
   * @returns {Made}
   */
  instantiateSync(imports) {
    return instanceOf(replay(new Root(this, imports), (module, given) => new WebAssembly.Instance(module, given)));
  }
}

/** @param {import('./root.js').Root} root */
function instanceOf(root) {
  return new Instance(exportedItems(root), root.async);
}
