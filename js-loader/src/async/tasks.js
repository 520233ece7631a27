/**
 * Tasks: calls into a component instance, from their arrival until their last thread has ended.
 *
 * Spec: `Task`, `canon_lift`.
 */
import { Trap } from '../errors.js';
import { over } from './running.js';
import { ENDED, RUNNING, Stack, Thread } from './threads.js';
import { CANCELLATION, NO_EVENT, WaitableSet } from './waitables.js';

/** @typedef {import('./instances.js').InstanceState} InstanceState */

/** Spec: `Task.State`. */
const INITIAL = 0;
const TASK_STARTED = 1;
const PENDING_CANCEL = 2;
const CANCEL_DELIVERED = 3;
const RESOLVED = 4;

/** Spec: `CallbackCode`; the one between is to give way to other threads. */
const EXIT = 0;
const WAIT = 2;

/**
 * What is different between tasks: who called, and how the core function is called.
 *
 * @typedef {object} Call
 * @property {(task: Task) => void} start calls the core function, as the task's implicit thread
 * @property {(task: Task, values: any[]) => void} returned takes the core values that `task.return` was given
 * @property {(task: Task) => void} cancelled the task ends without a result
 *
 * @typedef {object} Lift what is known of the function
 * @property {InstanceState} instance
 * @property {string} name for messages
 * @property {number} site number of the adapter that calls it, from 1 on; 0 for the host
 * @property {boolean} isAsync whether its type is
 * @property {number | null} result type
 * @property {import('../plan-format.js').Options} options
 * @property {boolean} [mayBlock] whether its implicit thread may want to stop; any other may
 * @property {((task: Task, event: import('./waitables.js').Event) => void) | null} callback
 */

export class Task {
  /**
   * @param {Lift} lift
   * @param {Call | null} call null where the caller is not waiting for JavaScript to say anything
   */
  constructor(lift, call) {
    this.lift = lift;
    this.call = call;
    this.instance = lift.instance;
    /** Whether it uses the instance's one stack. */
    this.needsLock = lift.isAsync && (!lift.options.async || lift.callback !== null);
    /** @type {number} */
    this.state = INITIAL;
    /** How many threads it has. */
    this.threads = 0;
    this.isStartFunction = false;
    /** Scope of the handles that it borrows. @type {number | undefined} */
    this.borrows = undefined;
    this.implicit = new Thread(this);
    /** What it waits on between two calls of its callback; null to give way only. @type {WaitableSet | null} */
    this.awaited = null;
    /** What calls its callback. @type {((isCancelled?: boolean) => void) | undefined} */
    this.goesOn = undefined;
    /** Whether it may. @type {(() => boolean) | undefined} */
    this.canGoOn = undefined;
  }

  get name() {
    return `${this.lift.name} in ${this.instance.path}`;
  }

  get isWaitingToEnter() {
    return this.state === INITIAL;
  }

  // Threads.

  /** @param {Thread} thread */
  add(thread) {
    this.threads++;
    thread.index = this.instance.threads.add(thread);
  }

  /** @param {Thread} thread */
  remove(thread) {
    thread.state = ENDED;
    this.instance.threads.remove(thread.index);
    if (--this.threads === 0 && this.state !== RESOLVED) throw new Trap('async-lifted export failed to produce a result');
  }

  // Entering and leaving.

  /** Begins now if the instance lets it in, else as soon as it does. Spec: `enter_implicit_thread`. */
  enter() {
    const { instance, implicit, needsLock } = this;
    this.trace('arrives');
    if (!this.lift.isAsync || (!instance.isFull(needsLock) && !instance.isWaitedFor)) {
      this.begin();
      return;
    }
    instance.entering[needsLock ? 0 : 1].push(implicit);
    implicit.proceed = (isCancelled) => {
      implicit.unlink();
      if (isCancelled) this.cancel();
      else this.begin();
      instance.admit();
    };
    implicit.waitUntil('its instance to let it in (backpressure)', () => !instance.isFull(needsLock), true);
  }

  begin() {
    if (this.needsLock) this.instance.exclusive = this.implicit;
    this.add(this.implicit);
    this.state = TASK_STARTED;
    this.trace('starts');
    /** @type {Call} */ (this.call).start(this);
  }

  /** Spec: `exit_implicit_thread`. */
  exit() {
    this.trace('exits');
    this.remove(this.implicit);
    if (this.needsLock) this.instance.unlock();
  }

  /**
   * What the core function or its callback returned: the end of that call. Spec: the loop of `canon_lift`.
   *
   * @param {number} packed
   */
  takeCode(packed) {
    const { instance } = this;
    const code = packed & 0xf;
    if (code > WAIT) throw new Trap(`unsupported callback code: ${code}`);
    const set = code === WAIT ? instance.get(packed >>> 4, WaitableSet) : null;
    if (code === EXIT) this.exit();
    else instance.unlock();
    const isCancelled = code !== EXIT && this.takeCancellation();
    if (code !== EXIT && !isCancelled) this.waitForEvent(set);
    over(instance.scheduler);
    if (isCancelled) this.callBack(CANCELLATION);
  }

  /** @param {WaitableSet | null} set null to give way only */
  waitForEvent(set) {
    const { instance, implicit } = this;
    this.awaited = set;
    set?.waiters.push(implicit);
    // Made once, since a task may wait many times.
    this.goesOn ??= (isCancelled) => {
      implicit.unlink();
      this.callBack(isCancelled ? CANCELLATION : (this.awaited?.takeEvent() ?? NO_EVENT));
    };
    this.canGoOn ??= () => instance.exclusive === null && this.awaited?.hasEvent !== false;
    implicit.proceed = this.goesOn;
    implicit.waitUntil(set ? 'an event of a waitable set' : 'its turn', this.canGoOn, true);
  }

  /** @param {import('./waitables.js').Event} event */
  callBack(event) {
    const { instance, implicit, lift } = this;
    instance.exclusive = implicit;
    const [code, index, payload] = event;
    instance.scheduler.trace?.('event', `${this.name} gets event ${code} of ${index}: ${payload}`);
    /** @type {any} */ (lift.callback)(this, event);
  }

  // Resolving.

  /** Spec: `Task.return_`. @param {any[]} values those of `task.return` */
  return(values) {
    if (this.state === RESOLVED) throw new Trap('`task.return` or `task.cancel` called more than once for current task');
    this.endBorrows();
    /** @type {Call} */ (this.call).returned(this, values);
    this.resolved();
  }

  /** The caller has the result. */
  resolved() {
    this.state = RESOLVED;
    this.trace('has returned');
  }

  /** Spec: `Task.cancel`. */
  cancel() {
    if (this.state !== CANCEL_DELIVERED) throw new Trap('`task.cancel` called by task which has not been cancelled');
    this.endBorrows();
    this.state = RESOLVED;
    this.trace('is cancelled');
    /** @type {Call} */ (this.call).cancelled(this);
  }

  /** Traps if the task still has handles that were lent to it. */
  endBorrows() {
    const { borrows, instance, lift } = this;
    this.borrows = undefined;
    if (borrows !== undefined) instance.scheduler.handles.leaveScope(borrows, lift.site);
  }

  // Cancelling.

  /**
   * Spec: `Task.request_cancellation`. The instance can always be entered: no call leads back to an instance that it
   * comes from, and the host asks only while no guest is running.
   */
  requestCancellation() {
    const { implicit, instance } = this;
    this.trace('is to be cancelled');
    if (this.state > TASK_STARTED) return;
    const isLocked = this.needsLock && instance.exclusive !== null && instance.exclusive !== implicit;
    if (this.state === INITIAL || (implicit.isCancellable && !isLocked)) {
      this.state = CANCEL_DELIVERED;
      implicit.resume(true);
    } else this.state = PENDING_CANCEL;
  }

  /** Spec: `deliver_pending_cancel`. */
  takeCancellation() {
    if (this.state !== PENDING_CANCEL) return false;
    this.state = CANCEL_DELIVERED;
    return true;
  }

  /** @param {string} what */
  trace(what) {
    this.instance.scheduler.trace?.('task', `${this.name} ${what}`);
  }
}

/**
 * The thread of a call whose type is not async, which runs already.
 *
 * @param {Lift} lift
 * @param {Thread | null} caller whose stack it is on
 */
export function runningThread(lift, caller) {
  const task = new Task(lift, null);
  const thread = task.implicit;
  thread.caller = caller;
  thread.stack = caller?.stack ?? new Stack(false);
  thread.state = RUNNING;
  task.add(thread);
  return thread;
}

/**
 * What is known of a function whose type is not async.
 *
 * @param {InstanceState} instance
 * @param {string} name
 * @returns {Lift}
 */
export function syncLift(instance, name) {
  return { instance, name, site: 0, isAsync: false, result: null, options: /** @type {any} */ ({}), mayBlock: true, callback: null };
}
