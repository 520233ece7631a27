/**
 * Calls of exports by the host: promises that are settled when the task returns, is cancelled, or the component ends.
 *
 * Spec: `Store.invoke`, `canon_lift`.
 */
import { Context } from '../memory.js';
import { Mismatch, Trap } from '../errors.js';
import { ENTERED } from '../root.js';
import { callPostReturn, settle } from '../lift.js';
import { callContext } from './call-contexts.js';
import { coreParams, pointerType } from './signatures.js';
import { enterSync, exitSync, liftOf } from './calls.js';
import { guard } from './ending.js';
import { over, run } from './running.js';
import { callThen } from './stacks.js';
import { Task, syncLift } from './tasks.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./scheduler.js').Listener} Listener */
/** @typedef {import('./tasks.js').Call} Call */
/** @typedef {{ resolve: (value: any) => any, reject: (error: unknown) => any }} Settle */

/** Kinds of parameters for which any number will do: on its way into core code it is converted as it should be. */
const NUMERIC = /32|f64/;

const isNumber = (/** @type {any} */ value) => typeof value === 'number';

/** All that is the same for the calls of one export. */
class ExportForm {
  /**
   * @param {Scheduler} scheduler
   * @param {Context} cx
   * @param {any} item export of the plan
   */
  constructor(scheduler, cx, item) {
    const { plan } = scheduler.root;
    this.scheduler = scheduler;
    this.cx = cx;
    /** Whether numbers need no lowering. */
    this.takesNumbers = !cx.signature.areParamsSpilled && cx.signature.params.every(({ scalar = '' }) => NUMERIC.test(scalar));
    this.lift = liftOf(scheduler, item, plan.options[item.options], cx.where(), 0);
    /** @type {((...values: any[]) => any) | undefined} */
    this.made = undefined;
  }

  /**
   * The core function has returned.
   *
   * @param {any} value
   */
  ended(value) {
    const { scheduler } = this;
    const { task } = scheduler;
    if (this.lift.callback) return task.takeCode(value);
    if (!this.lift.options.async) /** @type {HostCall} */ (task.call).returnedBySyncLift(task, value);
    task.exit();
    over(scheduler);
  }

  /** What is called instead of the core function. Made for the first call, since many functions are never called. */
  get entry() {
    if (!this.made) {
      const { cx, lift } = this;
      const done = guard(this.scheduler, (/** @type {any} */ value) => this.ended(value), cx.where);
      this.made = callThen(cx.callee, coreParams(cx.signature, lift.options), coreResult(cx, lift), done, lift.instance.globals);
    }
    return this.made;
  }
}

/**
 * @param {Context} cx
 * @param {import('./tasks.js').Lift} lift
 * @returns {import('../plan-format.js').FlatType | null}
 */
function coreResult({ signature }, { options, callback }) {
  if (options.async) return callback && 'i32';
  if (signature.isResultSpilled) return pointerType(options);
  return signature.result?.flat?.[0] ?? null;
}

/**
 * @implements {Call}
 * @implements {Listener}
 */
export class HostCall {
  /**
   * @param {ExportForm} form
   * @param {any[]} args
   */
  constructor(form, args) {
    this.form = form;
    this.args = args;
    // Scalars leave nothing behind that belongs to one call.
    this.cx = form.cx.signature.scalars ? form.cx : callContext(form.cx);
    this.task = new Task(form.lift, this);
    /** @type {AbortSignal | undefined} */
    this.signal = args[form.cx.signature.params.length]?.signal;
    /** @type {Promise<any> | undefined} */
    this.promise = undefined;
    /** What settles the promise, if it could not be made as a settled one. @type {Settle | undefined} */
    this.capability = undefined;
  }

  get canBeCancelled() {
    return !!this.signal;
  }

  /**
   * Makes the call now, or as soon as the stack that is about to continue has stopped again.
   *
   * @returns {Promise<any>} of the result
   */
  begin() {
    const { signal } = this;
    const { scheduler } = this.form;
    const { root } = scheduler;
    if (scheduler.isOver || (root.status === ENTERED && !scheduler.flying)) return Promise.reject(root.cannotEnter());
    if (signal?.aborted) return Promise.reject(signal.reason);
    scheduler.whenIdle(() => this.task.enter());
    if (root.trapped) this.failed(root.trapped);
    return (this.promise ??= this.wait());
  }

  /** It is not over at once. */
  wait() {
    const { signal } = this;
    const { scheduler } = this.form;
    scheduler.listeners.add(this);
    signal?.addEventListener('abort', this);
    scheduler.schedule();
    return new Promise((resolve, reject) => (this.capability = { resolve, reject }));
  }

  /** The signal was aborted. */
  handleEvent() {
    this.form.scheduler.whenIdle(() => this.task.requestCancellation());
  }

  /** @param {Task} task */
  start(task) {
    const { form, cx, args } = this;
    const { scheduler } = form;
    let values;
    try {
      cx.memory?.refresh();
      values = form.takesNumbers && args.every(isNumber) ? args : cx.signature.lowerParams(cx, args);
    } catch (error) {
      this.giveUp(task, error);
      return;
    }
    task.borrows = cx.scope;
    cx.scope = undefined;
    if (!form.lift.isAsync) scheduler.pins.push(form.lift.instance);
    run(task.implicit, form.entry, values);
  }

  /**
   * An argument is wrong: the call did not take place.
   *
   * @param {Task} task
   * @param {unknown} error
   */
  giveUp(task, error) {
    const { form, cx } = this;
    if (error instanceof Trap) throw error;
    cx.abandon();
    task.resolved();
    task.exit();
    this.failed(Mismatch.in(form.cx.where(), error));
  }

  /**
   * @param {Task} _task
   * @param {any[]} values
   */
  returned(_task, values) {
    const { cx } = this;
    const { result } = cx.signature;
    cx.memory?.refresh();
    const value = result?.flat ? result.lift(cx, 0, values) : result?.lift(cx, cx.area(values[0], result.align, result.size), null);
    this.succeed(value);
  }

  /**
   * @param {Task} task
   * @param {any} value
   */
  returnedBySyncLift(task, value) {
    const { form, cx } = this;
    cx.memory?.refresh();
    const result = cx.signature.liftResult(cx, value);
    task.endBorrows();
    callPostReturn(cx, value);
    task.resolved();
    if (!form.lift.isAsync) form.scheduler.pins.pop();
    this.succeed(result);
  }

  /** @param {any} value */
  succeed(value) {
    const { cx } = this;
    cx.end();
    try {
      this.settle('resolve', cx.signature.isFallible ? settle(value) : value);
    } catch (error) {
      this.failed(error);
    }
  }

  cancelled() {
    this.cx.end();
    this.failed(this.signal?.reason);
  }

  /** @param {unknown} error */
  failed(error) {
    this.settle('reject', error);
  }

  /**
   * @param {keyof Settle} how
   * @param {any} value
   */
  settle(how, value) {
    const { capability } = this;
    if (capability) {
      this.form.scheduler.listeners.delete(this);
      this.signal?.removeEventListener('abort', this);
      capability[how](value);
    } else this.promise ??= Promise[how](value);
  }
}

/**
 * An export that returns promises.
 *
 * @param {Scheduler} scheduler
 * @param {Context} cx
 * @param {any} item export of the plan
 * @returns {(...args: any[]) => Promise<any>}
 */
export function liftAsync(scheduler, cx, item) {
  const form = new ExportForm(scheduler, cx, item);
  return (...args) => new HostCall(form, args).begin();
}

/**
 * The core function of an export whose type is not async, as one that tells the scheduler that it runs.
 *
 * @param {Scheduler} scheduler
 * @param {Context} cx
 * @returns {(...values: any[]) => any}
 */
export function observed(scheduler, cx) {
  const core = /** @type {(...values: any[]) => any} */ (cx.callee);
  const lift = syncLift(scheduler.instance(cx.instanceIndex), cx.where());
  return (...values) => {
    scheduler.current = null;
    enterSync(scheduler, lift);
    scheduler.depth++;
    const value = core(...values);
    scheduler.depth--;
    exitSync(scheduler);
    return value;
  };
}

