/**
 * Threads, which take turns, and the stacks that they run on. A thread that has not begun, or that is between two
 * calls of its callback, is resumed by a call, there and then. One that was stopped in the middle has a stack of its
 * own, which the engine continues only after all JavaScript has returned.
 *
 * Spec: `Thread`, `Continuation`.
 */
import { Item } from './list.js';

/** @typedef {import('./instances.js').InstanceState} InstanceState */
/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./tasks.js').Task} Task */

/** What a thread is doing, or the code on a stack. */
export const RUNNING = 0;
/** Until another thread resumes it. */
export const SUSPENDED = 1;
/** Until its condition is true. */
export const WAITING = 2;
export const ENDED = 3;

/** One extent of guest frames that are stopped and continued together. Sync calls between guests share their caller's. */
export class Stack {
  /** @param {boolean} canSuspend whether it was entered in the way that allows it */
  constructor(canSuspend) {
    this.canSuspend = canSuspend;
    /** Whether it was stopped once, so that whatever it does from then on is seen by the event loop only. */
    this.isDetached = false;
    /** What became of it since it was last entered: `RUNNING`, `SUSPENDED` if it was stopped, `ENDED`. @type {number} */
    this.outcome = RUNNING;
    /** Sync calls on it that were running when it was stopped inside another guest's call. @type {InstanceState[] | undefined} */
    this.pins = undefined;
  }
}

export class Thread extends Item {
  /** @param {Task} task */
  constructor(task) {
    super();
    this.task = task;
    this.scheduler = task.instance.scheduler;
    /** In the instance's table of threads; 0 while it has none. */
    this.index = 0;
    /** @type {number} */
    this.state = SUSPENDED;
    /** What it waits for, if it does. @type {(() => boolean) | null} */
    this.condition = null;
    /** Whether a cancellation may end the wait. */
    this.isCancellable = false;
    /** Whether it waits in the scheduler's queue. */
    this.isQueued = false;
    /** @type {Stack | null} */
    this.stack = null;
    /** Goes on with the thread. @type {((isCancelled?: boolean) => void) | null} */
    this.proceed = null;
    /** What the operation that it was stopped in gives. @type {((claimed: any) => any) | null} */
    this.finish = null;
    /** Takes what it waits for. @type {(() => any) | undefined} */
    this.claim = undefined;
    /** @type {any} */
    this.claimed = undefined;
    /** Whether another thread runs inside it, before it has really stopped. */
    this.isStopping = false;
    /** Whether it was resumed while it was about to stop, so that it need not. */
    this.isResumed = false;
    /** Whether `proceed` continues a stack that the engine stopped. */
    this.isParked = false;
    /** What it waits for, for messages. */
    this.reason = '';
    /** Context slots between two calls of a callback. @type {(number | bigint)[] | null} */
    this.context = null;
    /** The thread whose sync call this is. @type {Thread | null} */
    this.caller = null;
  }

  /** @returns {InstanceState} */
  get instance() {
    return this.task.instance;
  }

  get isReady() {
    return !!this.condition?.();
  }

  isRunnableInside() {
    return this.isReady && !(this.task.needsLock && this.task.implicit === this);
  }

  /**
   * Spec: `start_waiting_internal`.
   *
   * @param {string} reason
   * @param {(() => boolean) | null} condition null until another thread resumes it
   * @param {boolean} [isCancellable]
   */
  waitUntil(reason, condition, isCancellable = false) {
    this.state = condition ? WAITING : SUSPENDED;
    this.reason = reason;
    this.condition = condition;
    this.isCancellable = isCancellable;
    this.scheduler.trace?.('thread', `${this.name} waits for ${reason}`);
    this.scheduler.notify(this);
  }

  suspend() {
    this.waitUntil('another thread to resume it', null);
  }

  /** It has what it waited for. */
  stopWaiting() {
    this.state = RUNNING;
    this.condition = null;
    this.isCancellable = false;
  }

  /**
   * Goes on with it, whatever it waits for. A stopped stack continues only after all JavaScript has returned.
   *
   * @param {boolean} [isCancelled]
   */
  resume(isCancelled) {
    this.stopWaiting();
    /** @type {(isCancelled?: boolean) => void} */ (this.proceed)(isCancelled);
  }

  /** For messages. */
  get name() {
    return this.index ? `thread ${this.index} of ${this.task.name}` : this.task.name;
  }
}

/** A condition that never keeps anybody waiting. */
export const always = () => true;

/** @param {Thread} thread which is not running */
export function resumeLater(thread) {
  thread.waitUntil('its turn', always);
}
