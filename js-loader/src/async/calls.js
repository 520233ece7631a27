/**
 * Calls from one guest to another. Generated code translates what goes over; here is decided when it does.
 *
 * Spec: `canon_lift` and `canon_lower` together.
 */
import { Task, runningThread, syncLift } from './tasks.js';
import { guard } from './ending.js';
import { over, run, stop } from './running.js';
import { callThen } from './stacks.js';
import { RETURNED, STARTED, Subtask } from './subtasks.js';
import { AsyncSignature } from './signatures.js';
import { checkMayBlock } from './turns.js';
import { Trap } from '../errors.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./tasks.js').Call} Call */
/** @typedef {import('./threads.js').Thread} Thread */

/** @implements {Call} */
class GuestCall {
  /**
   * @param {CallForm} form
   * @param {Subtask} subtask
   * @param {any[]} values core values of the call
   * @param {(...values: any[]) => any} body
   * @param {((...values: any[]) => any) | null} give translates the result of `task.return`
   */
  constructor(form, subtask, values, body, give) {
    this.form = form;
    this.subtask = subtask;
    this.values = values;
    this.body = body;
    this.give = give;
  }

  /** @param {Task} task */
  start(task) {
    const { form, subtask, body, values } = this;
    const { scheduler } = form;
    let args = values;
    subtask.progress(STARTED);
    if (form.scoped) {
      const { enterScope } = scheduler.handles;
      subtask.lends = enterScope();
      task.borrows = enterScope();
      args = [...values, subtask.lends, task.borrows];
    }
    run(task.implicit, body, args);
  }

  /**
   * @param {Task} _task
   * @param {any[]} values
   */
  returned(_task, values) {
    const { form, subtask, give } = this;
    const all = form.hasReturnPointer ? [...values, this.values.at(-1)] : values;
    // There is nothing to translate where there is no result.
    subtask.flat = give?.(...all);
    subtask.progress(RETURNED);
  }

  cancelled() {
    this.subtask.resolveCancelled();
  }
}

/** All that is the same for the calls through one adapter. */
class CallForm {
  /**
   * @param {Scheduler} scheduler
   * @param {any} trampoline
   */
  constructor(scheduler, trampoline) {
    const { plan } = scheduler.root;
    const adapter = plan.adapters[trampoline.adapter];
    const options = plan.options[trampoline.options];
    this.scheduler = scheduler;
    this.isAsync = options.async;
    this.scoped = trampoline.scoped;
    this.caller = scheduler.instance(adapter.caller);
    this.callee = scheduler.instance(adapter.callee);
    const signature = new AsyncSignature(plan.functions[trampoline.function], scheduler.root.compiled.signatures.codecs[options.pointer], options.async);
    this.hasReturnPointer = signature.isResultSpilled;
    this.nothing = signature.nothing;
    this.lift = liftOf(scheduler, trampoline, plan.options[trampoline.lift], adapter.name, trampoline.adapter + 1);
  }

  /**
   * @param {any[]} values
   * @returns {any}
   */
  call(values) {
    const { scheduler, caller, lift, isAsync } = this;
    const give = values.pop();
    const body = values.pop();
    const thread = scheduler.thread(caller);
    if (!isAsync) checkMayBlock(thread);
    const subtask = new Subtask(caller, lift.name);
    const task = new Task(lift, new GuestCall(this, subtask, values, body, give));
    subtask.callee = task;
    task.enter();
    if (!isAsync) return subtask.result(thread, this.nothing);
    return this.givesWay(thread, task) ? this.giveWay(thread, task, subtask) : subtask.status();
  }

  /**
   * Whether a call that found its callee's instance locked should let the lock's holder run first: it has what it waited
   * for and may be about to release the lock. `definitions.py` would let the call wait; `sync-streams.wast` and Wasmtime
   * let it start. Not where the call was made inside another guest's, since stopping this stack would let that guest go on
   * before its call has come back.
   *
   * @param {Thread} thread which calls
   * @param {Task} task
   */
  givesWay(thread, task) {
    const { scheduler, callee } = this;
    const holder = callee.exclusive;
    return scheduler.depth === 1 && task.isWaitingToEnter && !!holder?.isParked && holder.isReady && !!thread.stack?.canSuspend && scheduler.pins.length === 0;
  }

  /**
   * @param {Thread} thread
   * @param {Task} task
   * @param {Subtask} subtask
   */
  giveWay(thread, task, subtask) {
    const { scheduler, callee } = this;
    const holder = /** @type {Thread} */ (callee.exclusive);
    holder.stopWaiting();
    thread.reason = 'its callee to let the call in';
    scheduler.chosen.unshift(holder, thread);
    const enter = () => {
      if (task.isWaitingToEnter && task.implicit.isReady) task.implicit.resume();
    };
    return stop(thread, () => subtask.status(), enter);
  }
}

/**
 * What is known of a lifted function, whoever calls it.
 *
 * @param {Scheduler} scheduler
 * @param {any} item what is said of it: an export of the plan or a trampoline
 * @param {import('../plan-format.js').Options} options of its lift
 * @param {string} name
 * @param {number} site
 * @returns {import('./tasks.js').Lift}
 */
export function liftOf(scheduler, item, options, name, site) {
  const { callback: number } = options;
  const { async: isAsync, result } = scheduler.root.plan.functions[item.function];
  /** @type {import('./tasks.js').Lift} */
  const lift = { instance: scheduler.instance(options.instance), name, site, isAsync, result, options, mayBlock: item.mayBlock, callback: null };
  if (number === null || number === undefined) return lift;
  const done = guard(scheduler, takeCode(scheduler), () => name);
  /** @type {any} */
  let entry;
  lift.callback = (task, event) => {
    entry ??= callThen(scheduler.root.taken.callback[number], ['i32', 'i32', 'i32'], 'i32', done, []);
    run(task.implicit, entry, event);
  };
  return lift;
}

/**
 * @param {Scheduler} scheduler
 * @returns {(code: number) => void}
 */
export function takeCode(scheduler) {
  return (code) => scheduler.task.takeCode(code);
}

/** Makers of the trampolines that adapters use, by operation. @type {Record<string, (scheduler: Scheduler, trampoline: any) => (...values: any[]) => any>} */
export const CALLS = {
  startCall: (scheduler, trampoline) => {
    const form = new CallForm(scheduler, trampoline);
    return (...values) => form.call(values);
  },
  taskCode: takeCode,
  taskExit: (scheduler) => () => {
    scheduler.task.exit();
    over(scheduler);
  },
  taskCheck: (scheduler) => () => scheduler.task.endBorrows(),
  taskReturned: (scheduler) => (value) => {
    const { task } = scheduler;
    const { subtask } = /** @type {GuestCall} */ (task.call);
    subtask.flat = value;
    task.resolved();
    subtask.progress(RETURNED);
  },
  enterSync: (scheduler, { instance, adapter }) => {
    const lift = syncLift(scheduler.instance(instance), scheduler.root.plan.adapters[adapter]?.name ?? 'destructor');
    return () => enterSync(scheduler, lift);
  },
  exitSync: (scheduler) => () => exitSync(scheduler),
};

/**
 * A call begins whose type is not async, on the stack of its caller.
 *
 * @param {Scheduler} scheduler
 * @param {import('./tasks.js').Lift} lift
 */
export function enterSync(scheduler, lift) {
  scheduler.pins.push(lift.instance);
  scheduler.current = runningThread(lift, scheduler.current);
}

/** @param {Scheduler} scheduler */
export function exitSync(scheduler) {
  const thread = /** @type {import('./threads.js').Thread} */ (scheduler.current);
  scheduler.pins.pop();
  thread.task.resolved();
  thread.task.remove(thread);
  scheduler.current = thread.caller;
}

/**
 * Spec: `canon_task_return`. Whether it fits the task's function is not looked at again for each call of that.
 *
 * @param {Scheduler} scheduler
 * @param {import('./instances.js').InstanceState} instance
 * @param {any} trampoline
 * @returns {(...values: any[]) => void}
 */
export function taskReturn(scheduler, instance, { type = null, options: given }) {
  const { encoding, memory } = scheduler.root.plan.options[given];
  /** What it was found to fit last. @type {import('./tasks.js').Lift | undefined} */
  let checked;
  return (...values) => {
    const { task } = scheduler.thread(instance);
    const { lift } = task;
    if (lift !== checked) {
      const { result, options } = lift;
      const isSame = encoding === options.encoding && (memory === options.memory || memory === null);
      if (!options.async || type !== result || !isSame) throw new Trap('invalid `task.return` signature and/or options for current task');
      checked = lift;
    }
    task.return(values);
  };
}
