/**
 * What the specification says happens in a chain of actors: how their tasks and threads take turns.
 *
 * Threads are generators. What a thread needs from outside is yielded through everything that resumed it: its next
 * operation (`fetch`), and which of several events is delivered (`event`). The order in which ready threads are resumed is
 * chosen from outside too.
 *
 * Spec: `Store`, `Task`, `Thread`, `canon_lift`.
 */
import { trapIf } from './handles.js';
import { execute } from './operations.js';
import { SUBTASK } from './subtasks.js';
import { Actor, TASK, Task, Thread } from './tasks.js';
import { WaitableSet } from './waitables.js';

export class Model {
  /** Threads that wait, the longest first. @type {Thread[]} */
  waiting = [];
  /** Threads that run, one resumed by the other. */
  depth = 0;
  /** Threads that go on before all others, in this order. @type {Thread[]} */
  chosen = [];

  /** @param {number} length of the chain */
  constructor(length) {
    /** @type {Actor[]} */
    this.actors = [];
    for (let i = length - 1; i >= 0; i--) this.actors[i] = new Actor(i, this.actors[i + 1] ?? null);
  }

  /** Threads that the event loop may resume. */
  get ready() {
    return this.waiting.filter((thread) => thread.isReady());
  }

  /** A call from the host. */
  *invoke(actor, lift, program, onResolve) {
    yield* this.lift(actor, lift, program, () => {}, onResolve);
  }

  stopWaiting(thread) {
    thread.isReady = null;
    this.waiting.splice(this.waiting.indexOf(thread), 1);
  }

  *resume(thread, cancelled = false) {
    if (thread.isReady) this.stopWaiting(thread);
    thread.running = true;
    this.depth++;
    for (let input = cancelled; ; ) {
      const step = thread.steps.next(input);
      if (step.done || step.value.kind === 'block') break;
      input = yield step.value;
    }
    thread.running = false;
    this.depth--;
  }

  /** @returns {Generator<any, boolean, any>} whether the wait was cancelled */
  *waitUntil(thread, isReady, cancellable = false) {
    if (thread.task.deliverPendingCancel(cancellable)) return true;
    thread.isReady = isReady;
    thread.cancellable = cancellable;
    this.waiting.push(thread);
    const cancelled = yield { kind: 'block' };
    thread.cancellable = false;
    return cancelled === true;
  }

  *lift(actor, lift, program, onStart, onResolve) {
    const task = new Task(actor, lift, program, onStart, onResolve);
    const thread = new Thread(task, this.implicitThread(task));
    task.thread = thread;
    yield* this.resume(thread);
    return task;
  }

  *implicitThread(task) {
    const { actor, thread } = task;
    if (!(yield* this.enter(task))) return;
    task.state = TASK.started;
    task.onStart();
    let code = yield* this.run(task, 0);
    if (task.lift === 'plain') task.return(task.context);
    while (task.lift === 'callback' && (code & 15) !== 0) {
      actor.exclusive = null;
      const isFree = () => !actor.exclusive;
      let event;
      if ((code & 15) === 1) {
        event = [(yield* this.waitUntil(thread, isFree, true)) ? 6 : 0, 0, 0];
      } else {
        const set = actor.handles.get(code >>> 4, WaitableSet);
        event = yield* this.waitForEvent(thread, set, isFree, true);
      }
      actor.exclusive = thread;
      this.reportEvent(actor, event);
      code = yield* this.run(task, task.context & 0xffff);
    }
    trapIf(task.state !== TASK.resolved, 'no result');
    if (task.needsExclusive) actor.exclusive = null;
  }

  /** @returns {Generator<any, boolean, any>} whether the task may start */
  *enter(task) {
    const { actor, thread } = task;
    const isBusy = () => actor.backpressure > 0 || (task.needsExclusive && actor.exclusive !== null);
    if (isBusy() || actor.waitingToEnter > 0) {
      actor.waitingToEnter++;
      const cancelled = yield* this.waitUntil(thread, () => !isBusy(), true);
      actor.waitingToEnter--;
      if (cancelled) {
        task.cancel();
        return false;
      }
    }
    if (task.needsExclusive) actor.exclusive = thread;
    return true;
  }

  /** Executes a program from `pc` until it exits or, in a callback, waits. */
  *run(task, pc) {
    for (;;) {
      const { name, a, b } = yield { kind: 'fetch', task, program: task.program, pc };
      pc++;
      task.context = (task.program << 16) | pc;
      if (name === 'exit') return 0;
      if (name === 'wait') return 2 | (a << 4);
      if (name === 'yield') return 1;
      yield* execute(this, task, name, a, b);
    }
  }

  reportEvent(actor, [event, handle, payload]) {
    actor.report(event, handle, payload);
    const entry = actor.handles.entries[handle];
    if (event === 1 && payload === SUBTASK.returned) actor.report(entry.value);
    if (event === 2) actor.reportBytes(entry.buffer.bytes, payload >>> 4);
    if (event === 4 && payload === 0) actor.reportBytes(entry.buffer.bytes, 1);
  }

  *waitForEvent(thread, set, isFree, cancellable) {
    // The specification lets a thread go on at once or give way to others. The loader does the former where a guest waits
    // for an event that is there, and the latter in `thread.yield` and between calls of a callback.
    if (!cancellable && set.ready.length > 0) return yield* this.takeEvent(thread.task.actor, set);
    set.waiting++;
    const cancelled = yield* this.waitUntil(thread, () => isFree() && set.ready.length > 0, cancellable);
    const event = cancelled ? [6, 0, 0] : yield* this.takeEvent(thread.task.actor, set);
    set.waiting--;
    return event;
  }

  *takeEvent(actor, set) {
    const handles = set.ready.map((waitable) => actor.handles.entries.indexOf(waitable));
    const chosen = handles.length > 1 ? yield { kind: 'event', actor, handles } : handles[0];
    return actor.handles.entries[chosen].deliver();
  }

  *waitForPending(thread, waitable, isReady = () => waitable.pending !== null) {
    waitable.hasSyncWaiter = true;
    yield* this.waitUntil(thread, isReady);
    waitable.hasSyncWaiter = false;
  }

  *requestCancellation(task) {
    if (task.state === TASK.initial) {
      task.state = TASK.cancelDelivered;
      yield* this.resume(task.thread, true);
      return;
    }
    const { actor, thread } = task;
    const mayRun = thread.cancellable && !thread.running && !(task.needsExclusive && actor.exclusive && actor.exclusive !== thread);
    if (mayRun) {
      task.state = TASK.cancelDelivered;
      yield* this.resume(thread, true);
    } else {
      task.state = TASK.pendingCancel;
    }
  }
}
