/**
 * Waitables and the sets that threads wait on. Events are given out in the order in which they came.
 *
 * Spec: `Waitable`, `WaitableSet`.
 */
import { Trap } from '../errors.js';
import { Item, List } from './list.js';

/** @typedef {import('./threads.js').Thread} Thread */
/** @typedef {[code: number, index: number, payload: number]} Event */

// Spec: `EventCode`. Those of reads and writes are in `channels.js`.
const NONE = 0;
export const SUBTASK_EVENT = 1;
const TASK_CANCELLED = 6;

/** @type {Event} */
export const NO_EVENT = [NONE, 0, 0];
/** @type {Event} */
export const CANCELLATION = [TASK_CANCELLED, 0, 0];

/** What a guest may wait for: subclasses say what the event is when it is delivered, which may be much later. */
export class Waitable extends Item {
  constructor() {
    super();
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
    return NO_EVENT;
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
    this.unlink();
    return this.deliver();
  }

  /** @param {WaitableSet | null} set */
  join(set) {
    this.refuse(this.waiter);
    if (this.set) this.set.size--;
    this.unlink();
    this.set = set;
    if (set) {
      set.size++;
      if (this.hasEvent) set.wake(this);
    }
  }

  /** Before an operation that waits for this alone. */
  refuseSet() {
    this.refuse(this.set);
  }

  /** @param {Thread | WaitableSet | null} user that has it already */
  refuse(user) {
    if (user) throw new Trap('waitable cannot be used synchronously while added to a waitable set');
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
    /** Waitables with an event, by its time. */
    this.pending = new List();
    /** Threads. */
    this.waiters = new List();
  }

  get kind() {
    return 'a waitable set';
  }

  get hasEvent() {
    return this.pending.isLinked;
  }

  /** @param {Waitable} waitable which has an event */
  wake(waitable) {
    const { hasEvent, pending, waiters } = this;
    if (!waitable.isLinked) pending.push(waitable);
    // As long as there are events, all who wait know it already.
    if (!hasEvent) for (let thread = waiters.after; thread !== waiters; thread = thread.after) thread.scheduler.notify(thread);
  }

  /** @returns {Event} */
  takeEvent() {
    return this.pending.after.takeEvent();
  }

  /** @returns {Event} */
  poll() {
    return this.hasEvent ? this.takeEvent() : NO_EVENT;
  }

  drop() {
    if (this.waiters.isLinked) throw new Trap('cannot drop waitable set with waiters');
    if (this.size > 0) throw new Trap('cannot drop waitable set with elements');
  }
}
