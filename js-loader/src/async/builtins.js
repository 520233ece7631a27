/**
 * The built-ins of the component model that are about time: one table from their names to what they do. What is the
 * same for all is done around them: may-leave first, then whether the caller may block, then the operation.
 *
 * Spec: `canon_*`.
 */
import { checkLeave } from '../lower.js';
import { Trap } from '../errors.js';
import { typedArray } from '../scalars.js';
import { ElementForm } from './buffers.js';
import { Channel, addEnd, endFinder } from './channels.js';
import { ErrorContext, newErrorContext, storeDebugMessage } from './error-contexts.js';
import { Subtask, cancelSubtask } from './subtasks.js';
import { Waitable, WaitableSet } from './waitables.js';
import { taskReturn } from './calls.js';
import { eventWriter } from './events.js';
import { stop } from './running.js';
import { resumeOther, suspendThread, switchThread, threadMaker, yieldThread } from './thread-built-ins.js';
import { always } from './threads.js';
import { checkMayBlock } from './turns.js';

/** @typedef {import('./instances.js').InstanceState} InstanceState */
/** @typedef {import('./scheduler.js').Scheduler} Scheduler */

/**
 * @typedef {object} BuiltIn
 * @property {(scheduler: Scheduler, instance: InstanceState, trampoline: any) => (...values: any[]) => any} make
 * @property {(trampoline: any, plan: import('../plan-format.js').Plan) => boolean} [mayBlock] where it is not never
 * @property {boolean} [isExempt] whether it works where the instance may not call out
 */

/**
 * The element type of the stream or future that a built-in is for, if it is for one that has elements.
 *
 * @param {Scheduler} scheduler
 * @param {any} trampoline
 * @returns {number | null}
 */
function elementOf(scheduler, { type }) {
  return /** @type {any} */ (scheduler.root.plan.types[type])?.element ?? null;
}

/**
 * Whether elements are numbers, or there are none.
 *
 * @param {import('../plan-format.js').Type[]} types
 * @param {number | null} element type
 */
export function isNumeric(types, element) {
  return element === null || typedArray(types[element].kind) !== undefined;
}

/** @type {BuiltIn['mayBlock']} */
const unlessAsync = (trampoline) => !trampoline.async;
/** @type {BuiltIn['mayBlock']} */
const unlessAsyncOptions = ({ options }, plan) => !plan.options[options].async;

/**
 * @param {1 | -1} step
 * @returns {BuiltIn}
 */
const backpressure = (step) => ({ isExempt: true, make: (_, instance) => () => instance.changeBackpressure(step) });

/**
 * A count of elements is as wide as the addresses, also the one that a thread gets when it goes on.
 *
 * @param {number} count
 * @param {import('./threads.js').Thread | null} [stopping]
 */
function wide(count, stopping) {
  const finish = stopping?.finish;
  if (finish) stopping.finish = (claimed) => wide(finish(claimed));
  return BigInt(count >>> 0);
}

/**
 * @param {import('./channels.js').Kind} kind
 * @param {boolean} isWriter
 * @returns {BuiltIn}
 */
const copy = (kind, isWriter) => ({
  mayBlock: unlessAsyncOptions,
  make: (scheduler, instance, trampoline) => {
    const element = elementOf(scheduler, trampoline);
    const { async: isAsync, pointer: width } = scheduler.root.plan.options[trampoline.options];
    /** @type {ElementForm | undefined} */
    let form;
    const find = endFinder(kind, isWriter, element);
    return (handle, pointer, length) => {
      const end = find(instance, handle);
      form ??= new ElementForm(scheduler, element, trampoline.options);
      const result = end.copy(scheduler.thread(instance), isAsync, form, pointer, length);
      return kind === 'future' || width === 32 ? result : wide(result, scheduler.stopping);
    };
  },
});

/**
 * @param {import('./channels.js').Kind} kind
 * @param {boolean} isWriter
 * @returns {BuiltIn}
 */
const cancelCopy = (kind, isWriter) => ({
  mayBlock: unlessAsync,
  make: (scheduler, instance, trampoline) => {
    const find = endFinder(kind, isWriter, elementOf(scheduler, trampoline));
    return (handle) => find(instance, handle).cancelCopy(scheduler.thread(instance), trampoline.async);
  },
});

/**
 * @param {(element: number | null) => (instance: InstanceState, handle: number) => any} finder of what goes
 * @returns {BuiltIn}
 */
const drop = (finder) => ({
  make: (scheduler, instance, trampoline) => {
    const find = finder(elementOf(scheduler, trampoline));
    return (handle) => {
      find(instance, handle).drop?.();
      instance.remove(handle);
    };
  },
});

/**
 * @param {new (...values: any[]) => any} kind
 * @returns {BuiltIn}
 */
const dropOf = (kind) => drop(() => (instance, handle) => instance.get(handle, kind));

/**
 * @param {import('./channels.js').Kind} kind
 * @returns {Record<string, BuiltIn>}
 */
const channelBuiltIns = (kind) => ({
  [`${kind}.new`]: {
    make: (scheduler, instance, trampoline) => {
      const element = elementOf(scheduler, trampoline);
      const numeric = isNumeric(scheduler.root.plan.types, element);
      return () => {
        const channel = new Channel(kind, element, numeric);
        const readable = addEnd(instance, channel, false);
        return BigInt(readable) | (BigInt(addEnd(instance, channel, true)) << 32n);
      };
    },
  },
  [`${kind}.read`]: copy(kind, false),
  [`${kind}.write`]: copy(kind, true),
  [`${kind}.cancel-read`]: cancelCopy(kind, false),
  [`${kind}.cancel-write`]: cancelCopy(kind, true),
  [`${kind}.drop-readable`]: drop((element) => endFinder(kind, false, element)),
  [`${kind}.drop-writable`]: drop((element) => endFinder(kind, true, element)),
});

/**
 * @param {boolean} doesYield
 * @param {boolean} doesPromote
 * @returns {BuiltIn}
 */
const switchTo = (doesYield, doesPromote) => ({
  make: (scheduler, instance) => (index) =>
    switchThread(scheduler.thread(instance), instance.thread(index), doesYield, doesPromote),
});

/** @type {Record<string, BuiltIn>} */
export const BUILT_INS = {
  'backpressure.inc': backpressure(1),
  'backpressure.dec': backpressure(-1),
  'task.return': { make: taskReturn },
  'task.cancel': {
    make: (scheduler, instance) => () => {
      const { task } = scheduler.thread(instance);
      if (!task.lift.options.async) throw new Trap('`task.cancel` called by a function not lifted with `async`');
      task.cancel();
    },
  },
  'waitable-set.new': { make: (_, instance) => () => instance.add(new WaitableSet()) },
  'waitable-set.wait': {
    mayBlock: always,
    make: (scheduler, instance, { options }) => {
      const store = eventWriter(scheduler, options);
      return (handle, pointer) => {
        const set = instance.get(handle, WaitableSet);
        if (set.hasEvent) return store(pointer, set.takeEvent());
        const thread = scheduler.thread(instance);
        set.waiters.push(thread);
        thread.waitUntil('an event of a waitable set', () => set.hasEvent);
        return stop(thread, (event) => store(pointer, event), () => {
          thread.unlink();
          return set.takeEvent();
        });
      };
    },
  },
  'waitable-set.poll': {
    make: (scheduler, instance, { options }) => {
      const store = eventWriter(scheduler, options);
      return (handle, pointer) => store(pointer, instance.get(handle, WaitableSet).poll());
    },
  },
  'waitable-set.drop': dropOf(WaitableSet),
  'waitable.join': {
    make: (_, instance) => (handle, set) => {
      const waitable = instance.get(handle, Waitable);
      waitable.join(set === 0 ? null : instance.get(set, WaitableSet));
    },
  },
  'subtask.cancel': {
    mayBlock: unlessAsync,
    make: (scheduler, instance, trampoline) => (handle) =>
      cancelSubtask(scheduler.thread(instance), instance.get(handle, Subtask), trampoline.async),
  },
  'subtask.drop': dropOf(Subtask),
  ...channelBuiltIns('stream'),
  ...channelBuiltIns('future'),
  'error-context.new': {
    make: (scheduler, instance, { options }) => (...text) => instance.add(newErrorContext(scheduler, options, text)),
  },
  'error-context.debug-message': {
    make: (scheduler, instance, { options }) => (handle, pointer) =>
      storeDebugMessage(scheduler, options, pointer, instance.get(handle, ErrorContext)),
  },
  'error-context.drop': dropOf(ErrorContext),
  'thread.index': { make: (scheduler, instance) => () => scheduler.thread(instance).index },
  'thread.new-indirect': {
    make: (scheduler, instance, trampoline) => {
      const make = threadMaker(scheduler, trampoline);
      return (index, argument) => make(scheduler.thread(instance), index, argument);
    },
  },
  'thread.resume-later': { make: (_, instance) => (index) => resumeOther(instance.thread(index)) },
  'thread.suspend': { mayBlock: always, make: (scheduler, instance) => () => suspendThread(scheduler.thread(instance)) },
  'thread.yield': { make: (scheduler, instance) => () => yieldThread(scheduler.thread(instance)) },
  'thread.suspend-then-resume': switchTo(false, false),
  'thread.yield-then-resume': switchTo(true, false),
  'thread.suspend-then-promote': switchTo(false, true),
  'thread.yield-then-promote': switchTo(true, true),
};

/**
 * @param {Scheduler} scheduler
 * @param {any} trampoline
 * @returns {(...values: any[]) => any}
 */
export function makeBuiltIn(scheduler, trampoline) {
  const instance = scheduler.instance(trampoline.instance);
  const { make, mayBlock, isExempt } = BUILT_INS[trampoline.name];
  const does = make(scheduler, instance, trampoline);
  const blocks = mayBlock?.(trampoline, scheduler.root.plan);
  // Most instances may always call out.
  if (isExempt || (!instance.component.mayLeave && !blocks)) return does;
  const context = /** @type {any} */ ({ instance: instance.component });
  return (...values) => {
    checkLeave(context);
    if (blocks) checkMayBlock(scheduler.thread(instance));
    return does(...values);
  };
}
