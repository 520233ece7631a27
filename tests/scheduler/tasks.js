/**
 * Actors, which are component instances, their tasks and threads.
 *
 * Spec: `ComponentInstance`, `Task`, `Thread`.
 */
import { Handles, trapIf } from './handles.js';

export const TASK = Object.freeze({ initial: 0, started: 1, pendingCancel: 2, cancelDelivered: 3, resolved: 4 });

export class Actor {
  handles = new Handles();
  backpressure = 0;
  waitingToEnter = 0;
  /** @type {Thread | null} */
  exclusive = null;
  /** What it reported. @type {number[]} */
  log = [];
  written = 0;

  /** @param {number} index @param {Actor | null} next */
  constructor(index, next) {
    this.index = index;
    this.next = next;
  }

  report(...values) {
    for (const value of values) this.log.push(value >>> 0);
  }

  reportBytes(bytes, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = (Math.imul(sum, 31) + bytes[i] + 1) | 0;
    this.report(sum);
  }
}

export class Task {
  state = TASK.initial;
  context = 0;
  /** @type {Thread | null} */
  thread = null;

  /**
   * @param {Actor} actor
   * @param {string} lift
   * @param {number} program
   * @param {() => void} onStart
   * @param {(value: number | null) => void} onResolve
   */
  constructor(actor, lift, program, onStart, onResolve) {
    Object.assign(this, { actor, lift, program, onStart, onResolve });
  }

  get needsExclusive() {
    return this.lift !== 'stackful';
  }

  deliverPendingCancel(cancellable) {
    if (!cancellable || this.state !== TASK.pendingCancel) return false;
    this.state = TASK.cancelDelivered;
    return true;
  }

  return(value) {
    trapIf(this.state === TASK.resolved, 'returned twice');
    this.onResolve(value);
    this.state = TASK.resolved;
  }

  cancel() {
    trapIf(this.state !== TASK.cancelDelivered, 'cancelled without a request');
    this.onResolve(null);
    this.state = TASK.resolved;
  }
}

export class Thread {
  /** @type {(() => boolean) | null} */
  isReady = null;
  cancellable = false;
  running = false;

  constructor(task, steps) {
    this.task = task;
    this.steps = steps;
  }
}
