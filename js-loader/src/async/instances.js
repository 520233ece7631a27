/**
 * What the async part keeps for each component instance: its threads, its lock, who waits to enter it, and the
 * objects behind the handles of its table that are no resources.
 *
 * Spec: `ComponentInstance`.
 */
import { List } from './list.js';
import { Table } from './table.js';
import { Trap } from '../errors.js';

/** @typedef {import('./threads.js').Thread} Thread */
/** @typedef {import('./tasks.js').Task} Task */

/** Up to where `backpressure.inc` may count. */
const MAX_BACKPRESSURE = 2 ** 16 - 1;

export class InstanceState {
  /**
   * @param {import('./scheduler.js').Scheduler} scheduler
   * @param {number} index of the component instance in the plan
   */
  constructor(scheduler, index) {
    this.scheduler = scheduler;
    this.index = index;
    this.component = scheduler.root.instance(index);
    this.path = this.component.path;
    /** Its context slots. @type {import('./contexts.js').Slots} */
    this.slots = this.component.context ?? [];
    /** @type {Table<Thread>} */
    this.threads = new Table();
    this.backpressure = 0;
    /** The implicit thread that holds the lock. @type {Thread | null} */
    this.exclusive = null;
    /** Threads whose tasks wait to begin: those that need the lock, and the others. Oldest first. */
    this.entering = [new List(), new List()];
    /** Threads with nothing else to wait for but the lock. @type {Set<Thread>} */
    this.wantLock = new Set();
  }

  /** The globals that its context slots are. @type {WebAssembly.Global[]} */
  get globals() {
    const { root } = this.scheduler;
    return root.plan.instances[this.index].context?.map((name) => root.runtime(name)) ?? [];
  }

  // Handles.

  /**
   * @param {object} item
   * @returns {number} its handle
   */
  add(item) {
    const { scheduler } = this;
    return scheduler.handles.newAsync(this.component.table, scheduler.slots.add(item));
  }

  /**
   * Spec: `Table.get` and the test of the kind that follows it everywhere.
   *
   * @template T
   * @param {number} handle
   * @param {new (...args: any[]) => T} kind
   * @param {string} [name] of the kind, for messages
   * @param {(item: T) => boolean} [isOne] what else must be true of it
   * @returns {T}
   */
  get(handle, kind, name = kind.prototype.kind, isOne) {
    const { scheduler } = this;
    const slot = scheduler.handles.async(this.component.table, handle);
    const item = scheduler.slots.get(slot);
    // `instanceof` alone takes longer.
    if ((item?.constructor !== kind && !(item instanceof kind)) || (isOne && !isOne(item))) {
      throw new Trap(`handle index ${handle >>> 0} used with the wrong type, expected ${name} but found ${/** @type {any} */ (item)?.kind ?? 'a resource'}`);
    }
    return item;
  }

  /** @param {number} handle of something that was looked up before */
  remove(handle) {
    const { scheduler } = this;
    const { table } = this.component;
    scheduler.slots.remove(scheduler.handles.async(table, handle));
    scheduler.handles.removeAsync(table, handle);
  }

  // Threads.

  /**
   * @param {number} index
   * @returns {Thread}
   */
  thread(index) {
    const thread = this.threads.get(index >>> 0);
    if (!thread) throw new Trap(`unknown thread index ${index >>> 0}`);
    return thread;
  }

  /**
   * Whether a call that must not leave this instance could go on with another of its threads. Threads that need the
   * lock cannot be it: whoever is inside uses the stack that the lock is for.
   */
  hasRunnable() {
    return this.threads.entries.some((thread) => thread?.isRunnableInside());
  }

  // Entering.

  /** @param {boolean} needsLock */
  isFull(needsLock) {
    return this.backpressure > 0 || (needsLock && this.exclusive !== null);
  }

  /** Whether somebody waits to enter, so that nobody may overtake. */
  get isWaitedFor() {
    return this.entering[0].isLinked || this.entering[1].isLinked;
  }

  /** Lets the next in, if there is room: one at a time, since each may take the room. */
  admit() {
    if (!this.isWaitedFor) return;
    for (const { isLinked, after } of this.entering) if (isLinked) this.scheduler.notify(after);
  }

  unlock() {
    const { wantLock } = this;
    this.exclusive = null;
    if (wantLock.size > 0) {
      for (const thread of wantLock) this.scheduler.notify(thread);
      wantLock.clear();
    }
    this.admit();
  }

  /** @param {1 | -1} step */
  changeBackpressure(step) {
    this.backpressure += step;
    if (this.backpressure < 0) throw new Trap('backpressure counter underflow');
    if (this.backpressure > MAX_BACKPRESSURE) throw new Trap('backpressure counter overflow');
    this.admit();
  }
}
