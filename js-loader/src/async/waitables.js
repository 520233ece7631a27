/**
 * Waitables and the sets that threads wait on. Events are given out in the order in which they came.
 *
 * Spec: `Waitable`, `WaitableSet`.
 */
import { Trap } from '../errors.js';

/** @typedef {import('./threads.js').Thread} Thread */
/** @typedef {[code: number, index: number, payload: number]} Event */

/** Spec: `EventCode`. */
export const EVENT = { NONE: 0, SUBTASK: 1, STREAM_READ: 2, STREAM_WRITE: 3, FUTURE_READ: 4, FUTURE_WRITE: 5, TASK_CANCELLED: 6 };

/** What a guest may wait for: subclasses say what the event is when it is delivered, which may be much later. */
export class Waitable {
  constructor() {
    this.hasEvent = false;
    /** @type {WaitableSet | null} */
    this.set = null;
    /** The thread that waits for this alone. @type {Thread | null} */
    this.waiter = null;
    /** In the table of the instance that owns it; 0 while it has none. */
    this.handle = 0;
  }

  /** What it is, for messages. */
  get kind() {
    return 'a waitable';
  }

  /**
   * Gives out the pending event: from now on it has happened.
   *
   * @abstract
   * @returns {Event}
   */
  deliver() {
    throw new TypeError(this.kind);
  }

  /** There is an event, or the one that nobody has seen yet is another now. */
  setEvent() {
    this.hasEvent = true;
    this.set?.wake(this);
    if (this.waiter) this.waiter.scheduler.notify(this.waiter);
  }

  /** @returns {Event} */
  takeEvent() {
    this.hasEvent = false;
    this.set?.pending.delete(this);
    return this.deliver();
  }

  /** @param {WaitableSet | null} set */
  join(set) {
    if (this.waiter) throw new Trap('waitable cannot be used synchronously while added to a waitable set');
    if (this.set) {
      this.set.size--;
      this.set.pending.delete(this);
    }
    this.set = set;
    if (set) {
      set.size++;
      if (this.hasEvent) set.wake(this);
    }
  }

  /** Before an operation that waits for this alone. */
  refuseSet() {
    if (this.set) throw new Trap('waitable cannot be used synchronously while added to a waitable set');
  }

  /** Its handle is gone. */
  drop() {
    this.join(null);
  }
}

export class WaitableSet {
  constructor() {
    /** How many waitables are in it. */
    this.size = 0;
    /** Those with an event, by its time. @type {Set<Waitable>} */
    this.pending = new Set();
    /** @type {Set<Thread>} */
    this.waiters = new Set();
  }

  get kind() {
    return 'a waitable set';
  }

  get hasEvent() {
    return this.pending.size > 0;
  }

  /** @param {Waitable} waitable which has an event */
  wake(waitable) {
    const { hasEvent } = this;
    this.pending.add(waitable);
    // As long as there are events, all who wait know it already.
    if (!hasEvent) for (const thread of this.waiters) thread.scheduler.notify(thread);
  }

  /** @returns {Event} */
  takeEvent() {
    const [first] = this.pending;
    return first.takeEvent();
  }

  /** @returns {Event} */
  poll() {
    return this.hasEvent ? this.takeEvent() : [EVENT.NONE, 0, 0];
  }

  drop() {
    if (this.waiters.size > 0) throw new Trap('cannot drop waitable set with waiters');
    if (this.size > 0) throw new Trap('cannot drop waitable set with elements');
  }
}
