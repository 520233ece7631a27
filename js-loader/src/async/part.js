/** What the rest of the loader calls: how the async part is attached to a component that needs it. */
import { lowerAsync } from './host-functions.js';
import { Root } from '../root.js';
import { dispose } from '../resources.js';
import { CALLS } from './calls.js';
import { liftAsync, observed } from './host-calls.js';
import { makeBuiltIn } from './builtins.js';
import { Scheduler } from './scheduler.js';
import { suspending } from './stacks.js';
import { disposeComponent, end, guard } from './ending.js';
import { resumed, wait } from './running.js';
import { addEnd, takeReadable } from './channels.js';
import { ErrorContext } from './error-contexts.js';

/** @typedef {import('../memory.js').Context} Context */

/** Makers of trampolines, by operation. @type {typeof CALLS} */
export const TRAMPOLINES = {
  ...CALLS,
  lowerImport: lowerAsync,
  wait: (scheduler) => () => wait(scheduler),
  resumed: (scheduler) => () => resumed(scheduler),
  builtIn: makeBuiltIn,
  transfer: (scheduler, { kind, type, from, to }) => {
    const source = scheduler.instance(from);
    const target = scheduler.instance(to);
    if (kind === 'errorContext') return (handle) => target.add(source.get(handle, ErrorContext));
    const element = /** @type {any} */ (scheduler.root.plan.types[type]).element ?? null;
    return (handle) => addEnd(target, takeReadable(source, handle, kind, element), false);
  },
};

/** The async part of one component. */
export class AsyncPart {
  /**
   * @param {Root} root
   * @param {Partial<import('./scheduler.js').Options>} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.scheduler = new Scheduler(root, options);
    // Whatever ends the component also ends what waits for it.
    root.end = (rule, where, cause) => {
      const trap = Root.prototype.end.call(root, rule, where, cause);
      end(this.scheduler, trap);
      return trap;
    };
  }

  /**
   * @param {number} index of a trampoline of the plan
   * @returns {any} undefined if it has nothing to do with time
   */
  trampoline(index) {
    const { scheduler, root } = this;
    const trampoline = /** @type {any} */ (root.plan.trampolines[index]);
    const { op } = trampoline;
    const isSyncImport = op === 'lowerImport' && !root.plan.functions[trampoline.function].async;
    const make = !isSyncImport && TRAMPOLINES[op];
    if (!make) return undefined;
    // Those that the runtime module itself imports are made before there are flags, slots and tables to work with.
    const isEarly = root.exports.length === 0;
    const func = isEarly ? lazily(() => make(scheduler, trampoline)) : make(scheduler, trampoline);
    const guarded = guard(scheduler, func, () => nameOf(root, trampoline));
    return op === 'wait' ? suspending(guarded) : guarded;
  }

  /**
   * Gives an instance the means to end it, and its exports too, which are all that jco's form of `instantiate` gives.
   *
   * @param {any} instance
   */
  attach(instance) {
    instance[dispose] = instance.exports[dispose] = () => disposeComponent(this.scheduler);
  }

  /**
   * How an export is lifted, if not as in other components.
   *
   * @param {Context} cx
   * @param {any} item export of the plan
   * @returns {((cx: Context) => (...args: any[]) => any) | undefined}
   */
  lift(cx, item) {
    const { scheduler, root, options } = this;
    // It was made when start functions had run.
    scheduler.current = null;
    if (root.plan.functions[item.function].async || options.asyncExports) return () => liftAsync(scheduler, cx, item);
    cx.callee = observed(scheduler, cx);
    return undefined;
  }
}

/**
 * @param {() => (...values: any[]) => any} make
 * @returns {(...values: any[]) => any}
 */
function lazily(make) {
  /** @type {((...values: any[]) => any) | undefined} */
  let made;
  return (...values) => (made ??= make())(...values);
}

/**
 * For messages.
 *
 * @param {Root} root
 * @param {any} trampoline
 */
function nameOf({ plan, imports }, trampoline) {
  const path = (/** @type {number} */ instance) => plan.instances[instance].path;
  const { name, op, instance } = trampoline;
  const adapter = plan.adapters[trampoline.adapter];
  if (op === 'lowerImport') return `import ${imports.fullName(trampoline.import)}, called by ${path(plan.options[trampoline.options].instance)}`;
  if (adapter) return `${adapter.name}, called by ${path(adapter.caller)}`;
  return `${name ?? op}${instance === undefined ? '' : ` of ${path(instance)}`}`;
}
