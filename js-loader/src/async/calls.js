/**
 * Calls from one guest to another. Generated code translates what goes over; here is decided when it does.
 *
 * Spec: `canon_lift` and `canon_lower` together.
 */
import { Task, syncLift } from './tasks.js';
import { Stack, RUNNING } from './threads.js';
import { callThen, stackEntry } from './stacks.js';
import { RETURNED, STARTED, Subtask } from './subtasks.js';
import { AsyncSignature } from './signatures.js';
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
    subtask.progress(STARTED);
    if (form.scoped) {
      const { enterScope } = scheduler.handles;
      subtask.lends = enterScope();
      task.borrows = enterScope();
    }
    const args = form.scoped ? [...values, subtask.lends, task.borrows] : values;
    scheduler.run(task.implicit, form.mayBlock, (canSuspend) => (canSuspend ? stackEntry(body) : body)(...args));
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
    const lift = plan.options[trampoline.lift];
    this.scheduler = scheduler;
    this.isAsync = options.async;
    this.scoped = trampoline.scoped;
    this.mayBlock = trampoline.mayBlock;
    this.caller = scheduler.instance(adapter.caller);
    this.callee = scheduler.instance(adapter.callee);
    const type = plan.functions[trampoline.function];
    const signature = new AsyncSignature(type, scheduler.root.compiled.signatures.codecs[options.pointer], options.async);
    this.hasReturnPointer = signature.isResultSpilled;
    this.nothing = signature.nothing;
    this.lift = liftOf(scheduler, lift, adapter.name, trampoline.adapter + 1, type.result, trampoline.mayBlock);
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
    if (!isAsync) scheduler.checkMayBlock(thread);
    const subtask = new Subtask(caller, lift.name);
    const task = new Task(lift, new GuestCall(this, subtask, values, body, give), true);
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
      if (task.isWaitingToEnter && task.implicit.isReady) scheduler.resume(task.implicit);
    };
    scheduler.stop(thread, () => subtask.status(), enter);
    return 0;
  }
}

/**
 * What is known of a function that guests call.
 *
 * @param {Scheduler} scheduler
 * @param {import('../plan-format.js').Options} options of its lift
 * @param {string} name
 * @param {number} site
 * @param {number | null} result type
 * @param {boolean} mayBlock
 * @returns {import('./tasks.js').Lift}
 */
export function liftOf(scheduler, options, name, site, result, mayBlock) {
  const { callback: number } = options;
  /** @type {import('./tasks.js').Lift} */
  const lift = { instance: scheduler.instance(options.instance), name, site, result, options, callback: null };
  if (number === null || number === undefined) return lift;
  const done = scheduler.guard(takeCode(scheduler), () => name);
  /** @type {any} */
  let entry;
  lift.callback = (task, code, index, payload) => {
    const core = scheduler.root.taken.callback[number];
    scheduler.run(task.implicit, mayBlock, (canSuspend) => {
      if (!canSuspend) return done(core(code, index, payload));
      entry ??= stackEntry(callThen(core, ['i32', 'i32', 'i32'], 'i32', done));
      return entry(code, index, payload);
    });
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
    scheduler.over();
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
  const task = new Task(lift, null, false);
  const thread = task.implicit;
  thread.caller = scheduler.current;
  thread.stack = thread.caller?.stack ?? new Stack(false);
  thread.state = RUNNING;
  task.add(thread);
  scheduler.pins.push(lift.instance);
  scheduler.current = thread;
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
 * @param {Scheduler} scheduler
 * @param {any} trampoline of `task.return`
 * @param {any[]} values
 */
export function taskReturn(scheduler, trampoline, values) {
  const { plan } = scheduler.root;
  const { task } = scheduler;
  const { result, options } = task.lift;
  const given = plan.options[trampoline.options];
  const isSame = given.encoding === options.encoding && (given.memory === options.memory || given.memory === null);
  if (!options.async || (trampoline.type ?? null) !== result || !isSame) {
    throw new Trap('invalid `task.return` signature and/or options for current task');
  }
  task.return(values);
}
