/**
 * The built-ins of the component model that are about time: one table from their names to what they do. What is the
 * same for all is done around them: may-leave first, then whether the caller may block, then the operation.
 *
 * Spec: `canon_*`.
 */
import { checkLeave } from '../lower.js';
import { Trap } from '../errors.js';
import { isScalar } from '../scalars.js';
import { ElementForm, GuestBuffer } from './buffers.js';
import { Channel, addEnd, endFinder } from './channels.js';
import { ErrorContext, newErrorContext, storeDebugMessage } from './error-contexts.js';
import { Subtask, cancelSubtask } from './subtasks.js';
import { Waitable, WaitableSet } from './waitables.js';
import { taskReturn } from './calls.js';
import { storeEvent } from './events.js';
import { resumeOther, suspendThread, switchThread, threadMaker, yieldThread } from './thread-built-ins.js';
import { always } from './threads.js';

/** @typedef {import('./instances.js').InstanceState} InstanceState */
/** @typedef {import('./scheduler.js').Scheduler} Scheduler */

/**
 * @typedef {object} BuiltIn
 * @property {(scheduler: Scheduler, instance: InstanceState, trampoline: any) => (...values: any[]) => any} make
 * @property {(trampoline: any, plan: import('../plan-format.js').Plan) => boolean} [mayBlock] where it is not never
 * @property {boolean} [isExempt] whether it works where the instance may not call out
 */

const SUBTASK = 'a subtask';
const SET = 'a waitable set';
const ERROR_CONTEXT = 'an error context';

/**
 * The instance's element type of a stream or future.
 *
 * @param {Scheduler} scheduler
 * @param {any} trampoline
 * @returns {number | null}
 */
function elementOf(scheduler, { type }) {
  return /** @type {any} */ (scheduler.root.plan.types[type]).element ?? null;
}

/**
 * Whether elements are numbers, or there are none.
 *
 * @param {import('../plan-format.js').Type[]} types
 * @param {number | null} element type
 */
export function isNumeric(types, element) {
  if (element === null) return true;
  const { kind } = types[element];
  return isScalar(kind) && kind !== 'bool' && kind !== 'char';
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
      const made = form;
      const result = end.copy(scheduler.thread(instance), isAsync, () => new GuestBuffer(made, pointer, kind === 'future' ? 1 : length));
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
 * @param {import('./channels.js').Kind} kind
 * @param {boolean} isWriter
 * @returns {BuiltIn}
 */
const dropEnd = (kind, isWriter) => ({
  make: (scheduler, instance, trampoline) => {
    const find = endFinder(kind, isWriter, elementOf(scheduler, trampoline));
    return (handle) => {
      find(instance, handle).drop();
      instance.remove(handle);
    };
  },
});

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
  [`${kind}.drop-readable`]: dropEnd(kind, false),
  [`${kind}.drop-writable`]: dropEnd(kind, true),
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
  'task.return': {
    make:
      (scheduler, instance, trampoline) =>
      (...values) => {
        scheduler.thread(instance);
        taskReturn(scheduler, trampoline, values);
      },
  },
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
    make: (scheduler, instance, { options }) => (handle, pointer) => {
      const set = instance.get(handle, WaitableSet, SET);
      const store = (/** @type {import('./waitables.js').Event} */ event) => storeEvent(scheduler, options, pointer, event);
      if (set.hasEvent) return store(set.takeEvent());
      const thread = scheduler.thread(instance);
      set.waiters.push(thread);
      thread.waitUntil('an event of a waitable set', () => set.hasEvent, false);
      scheduler.stop(thread, store, () => {
        thread.unlink();
        return set.takeEvent();
      });
      return 0;
    },
  },
  'waitable-set.poll': {
    make: (scheduler, instance, { options }) => (handle, pointer) =>
      storeEvent(scheduler, options, pointer, instance.get(handle, WaitableSet, SET).poll()),
  },
  'waitable-set.drop': {
    make: (_, instance) => (handle) => {
      instance.get(handle, WaitableSet, SET).drop();
      instance.remove(handle);
    },
  },
  'waitable.join': {
    make: (_, instance) => (handle, set) => {
      const waitable = instance.get(handle, Waitable, 'a waitable');
      waitable.join(set === 0 ? null : instance.get(set, WaitableSet, SET));
    },
  },
  'subtask.cancel': {
    mayBlock: unlessAsync,
    make: (scheduler, instance, trampoline) => (handle) =>
      cancelSubtask(scheduler.thread(instance), instance.get(handle, Subtask, SUBTASK), trampoline.async),
  },
  'subtask.drop': {
    make: (_, instance) => (handle) => {
      instance.get(handle, Subtask, SUBTASK).drop();
      instance.remove(handle);
    },
  },
  ...channelBuiltIns('stream'),
  ...channelBuiltIns('future'),
  'error-context.new': {
    make: (scheduler, instance, { options }) => (pointer, length) => instance.add(newErrorContext(scheduler, options, pointer, length)),
  },
  'error-context.debug-message': {
    make: (scheduler, instance, { options }) => (handle, pointer) =>
      storeDebugMessage(scheduler, options, pointer, instance.get(handle, ErrorContext, ERROR_CONTEXT)),
  },
  'error-context.drop': {
    make: (_, instance) => (handle) => {
      instance.get(handle, ErrorContext, ERROR_CONTEXT);
      instance.remove(handle);
    },
  },
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
  // Most instances may always call out.
  if (isExempt || (!instance.component.mayLeave && !mayBlock)) return does;
  const context = /** @type {any} */ ({ instance: instance.component });
  if (!mayBlock?.(trampoline, scheduler.root.plan)) {
    return (...values) => {
      checkLeave(context);
      return does(...values);
    };
  }
  return (...values) => {
    checkLeave(context);
    scheduler.checkMayBlock(scheduler.thread(instance));
    return does(...values);
  };
}
