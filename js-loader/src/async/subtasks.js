/**
 * Subtasks: calls that a guest made and that are not over, as the guest sees them.
 *
 * Spec: `Subtask`, `canon_subtask_cancel`, `canon_subtask_drop`.
 */
import { Trap } from '../errors.js';
import { stop } from './running.js';
import { SUBTASK_EVENT, Waitable } from './waitables.js';

// Spec: `Subtask.State`.
const STARTING = 0;
export const STARTED = 1;
export const RETURNED = 2;
const CANCELLED_BEFORE_STARTED = 3;
const CANCELLED_BEFORE_RETURNED = 4;

/** What an operation gives that goes on in the background. */
export const BLOCKED = -1;

export class Subtask extends Waitable {
  /**
   * @param {import('./instances.js').InstanceState} instance that calls
   * @param {string} name of the function
   */
  constructor(instance, name) {
    super();
    this.instance = instance;
    this.name = name;
    /** @type {number} */
    this.state = STARTING;
    this.isCancelled = false;
    /** Scope of the handles that are lent. @type {number | undefined} */
    this.lends = undefined;
    /** What is asked to give up. @type {{ requestCancellation: () => void } | undefined} */
    this.callee = undefined;
    this.isDelivered = false;
    /** Flat result for a sync lower. @type {any} */
    this.flat = undefined;
  }

  get kind() {
    return 'a subtask';
  }

  get isResolved() {
    return this.state >= RETURNED;
  }

  /** @param {number} state */
  progress(state) {
    this.state = state;
    // While the call itself has not come back, it will say so.
    if (this.handle) this.setEvent();
    else if (this.waiter) this.instance.scheduler.notify(this.waiter);
  }

  /** The callee gave up. */
  resolveCancelled() {
    this.progress(this.state === STARTING ? CANCELLED_BEFORE_STARTED : CANCELLED_BEFORE_RETURNED);
  }

  /** The caller knows the outcome: what it lent is its own again. Spec: `deliver_resolve`. */
  deliverResolve() {
    const { lends, instance } = this;
    this.isDelivered = true;
    this.lends = undefined;
    if (lends !== undefined) instance.scheduler.handles.leaveScope(lends, 0);
  }

  deliver() {
    if (this.isResolved) this.deliverResolve();
    return /** @type {import('./waitables.js').Event} */ ([SUBTASK_EVENT, this.handle, this.state]);
  }

  /**
   * What an async lower returns.
   *
   * @returns {number}
   */
  status() {
    if (this.isResolved) {
      this.deliverResolve();
      return RETURNED;
    }
    this.handle = this.instance.add(this);
    return this.state | (this.handle << 4);
  }

  /**
   * What a sync lower returns, sooner or later.
   *
   * @param {import('./threads.js').Thread} thread
   * @param {any} nothing any value of the result's type
   */
  result(thread, nothing) {
    const finish = () => {
      this.deliverResolve();
      return this.flat;
    };
    if (this.isResolved) return finish();
    this.waiter = thread;
    thread.waitUntil(`the call of ${this.name}`, () => this.isResolved);
    stop(thread, finish);
    return nothing;
  }

  /** Before the handle goes. */
  drop() {
    if (!this.isDelivered) throw new Trap('cannot drop a subtask which has not yet resolved');
    super.drop();
  }
}

/**
 * Stops a thread until one waitable has an event.
 *
 * @param {import('./threads.js').Thread} thread
 * @param {Waitable} waitable
 * @param {string} reason
 * @param {() => boolean} [isOver] what the event must be
 */
export function waitAlone(thread, waitable, reason, isOver = () => waitable.hasEvent) {
  waitable.waiter = thread;
  thread.waitUntil(reason, isOver);
  return stop(thread, ([, , payload]) => payload, () => {
    waitable.waiter = null;
    return waitable.takeEvent();
  });
}

/**
 * Spec: `canon_subtask_cancel`.
 *
 * @param {import('./threads.js').Thread} thread
 * @param {Subtask} subtask
 * @param {boolean} isAsync
 * @returns {number}
 */
export function cancelSubtask(thread, subtask, isAsync) {
  if (subtask.isDelivered) throw new Trap('`subtask.cancel` called after terminal status delivered');
  if (subtask.isCancelled) throw new Trap('`subtask.cancel` called more than once');
  if (!isAsync) subtask.refuseSet();
  if (!subtask.isResolved) {
    subtask.isCancelled = true;
    subtask.callee?.requestCancellation();
    // That it has started is no event that ends the wait.
    if (!subtask.isResolved) return isAsync ? BLOCKED : waitAlone(thread, subtask, `the end of ${subtask.name}`, () => subtask.isResolved);
  }
  return subtask.takeEvent()[2];
}
