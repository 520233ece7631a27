/**
 * What the specification says happens in a chain of actors: tasks, threads, subtasks, waitables, streams, futures.
 *
 * Threads are generators. What a thread needs from outside is yielded through everything that resumed it: its next
 * operation (`fetch`), and which of several events is delivered (`event`). The order in which ready threads are resumed is
 * chosen from outside too.
 *
 * Spec: `Task`, `Thread`, `Subtask`, `Waitable`, `SharedStreamImpl`, `SharedFutureImpl`, `canon_lift`, `canon_lower`.
 */
import { LIFTS } from './actors.js';

/** A rule was broken by a guest. */
export class Trap extends Error {}

const BLOCKED = 0xffffffff;

/** @param {boolean} broken @param {string} rule */
function trapIf(broken, rule) {
  if (broken) throw new Trap(rule);
}

export const TASK = Object.freeze({ initial: 0, started: 1, pendingCancel: 2, cancelDelivered: 3, resolved: 4 });
export const SUBTASK = Object.freeze({ starting: 0, started: 1, returned: 2, cancelledBeforeStarted: 3, cancelledBeforeReturned: 4 });
const COPY = Object.freeze({ completed: 0, dropped: 1, cancelled: 2 });

/** Handles of an actor. Numbers begin at 1; what was freed last is used first. */
class Handles {
  entries = /** @type {any[]} */ ([undefined]);
  free = /** @type {number[]} */ ([]);

  add(entry) {
    const index = this.free.pop() ?? this.entries.length;
    this.entries[index] = entry;
    return index;
  }

  get(index, kind) {
    const entry = this.entries[index];
    trapIf(!entry, `no handle ${index}`);
    trapIf(!(entry instanceof kind), `handle ${index} is no ${kind.name}`);
    return entry;
  }

  remove(index, kind) {
    trapIf(!this.entries[index], `no handle ${index}`);
    const entry = this.entries[index];
    this.entries[index] = undefined;
    this.free.push(index);
    trapIf(!(entry instanceof kind), `handle ${index} is no ${kind.name}`);
    return entry;
  }

  /** @returns {[index: number, entry: any][]} */
  all() {
    return this.entries.flatMap((entry, index) => (entry ? [[index, entry]] : []));
  }
}

export class Waitable {
  /** What makes the event when it is delivered. @type {(() => [number, number, number]) | null} */
  pending = null;
  /** @type {WaitableSet | null} */
  set = null;
  hasSyncWaiter = false;

  deliver() {
    const event = this.pending;
    this.pending = null;
    return event();
  }

  join(set) {
    if (this.set) this.set.members.splice(this.set.members.indexOf(this), 1);
    this.set = set;
    set?.members.push(this);
  }
}

export class WaitableSet {
  /** @type {Waitable[]} */
  members = [];
  waiting = 0;

  get ready() {
    return this.members.filter((member) => member.pending);
  }
}

export class Subtask extends Waitable {
  state = SUBTASK.starting;
  isDelivered = false;
  cancellationRequested = false;
  /** @type {Task | null} */
  task = null;
  value = 0;

  get resolved() {
    return this.state >= SUBTASK.returned;
  }
}

/** What both ends of a stream or future share. */
class Shared {
  dropped = false;
  /** @type {{ buffer: Buffer, onCopy: Function, done: Function } | null} */
  pending = null;

  finishPending(result) {
    const { done } = this.pending;
    this.pending = null;
    done(result);
  }

  drop() {
    if (this.dropped) return;
    this.dropped = true;
    if (this.pending) this.finishPending(COPY.dropped);
  }
}

class Buffer {
  progress = 0;

  /** @param {number} length @param {number[]} bytes to be written, or those read so far */
  constructor(length, bytes) {
    this.length = length;
    this.bytes = bytes;
  }

  get remain() {
    return this.length - this.progress;
  }
}

/** @param {Buffer} from @param {Buffer} to */
function copy(from, to) {
  const n = Math.min(from.remain, to.remain);
  for (let i = 0; i < n; i++) to.bytes[to.progress++] = from.bytes[from.progress++];
}

/** An end of a stream or future. */
export class End extends Waitable {
  /** @type {'idle' | 'copying' | 'cancelling' | 'done'} */
  state = 'idle';
  /** Of the copy that is going on. @type {Buffer | null} */
  buffer = null;

  constructor(shared) {
    super();
    this.shared = shared;
  }
}
export class StreamReader extends End {}
export class StreamWriter extends End {}
export class FutureReader extends End {}
export class FutureWriter extends End {}

const EVENTS = new Map([[StreamReader, 2], [StreamWriter, 3], [FutureReader, 4], [FutureWriter, 5]]);

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

class Thread {
  /** @type {(() => boolean) | null} */
  isReady = null;
  cancellable = false;
  running = false;

  constructor(task, steps) {
    this.task = task;
    this.steps = steps;
  }
}

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
      yield* this.execute(task, name, a, b);
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

  *call(thread, program, lift, isAsync) {
    const { actor } = thread.task;
    const subtask = new Subtask();
    let onProgress = () => {};
    const onStart = () => {
      onProgress();
      subtask.state = SUBTASK.started;
    };
    const onResolve = (value) => {
      onProgress();
      if (value !== null) subtask.state = SUBTASK.returned;
      else subtask.state = subtask.state === SUBTASK.starting ? SUBTASK.cancelledBeforeStarted : SUBTASK.cancelledBeforeReturned;
      subtask.value = value ?? 0;
    };
    const task = (subtask.task = yield* this.lift(actor.next, lift, program, onStart, onResolve));
    if (isAsync) yield* this.giveWay(thread, task);
    if (!isAsync) {
      if (!subtask.resolved) yield* this.waitUntil(thread, () => subtask.resolved);
      actor.report(subtask.value);
      return;
    }
    if (subtask.resolved) {
      actor.report(SUBTASK.returned, subtask.value);
      return;
    }
    const index = actor.handles.add(subtask);
    onProgress = () => {
      subtask.pending = () => {
        if (subtask.resolved) subtask.isDelivered = true;
        return [1, index, subtask.state];
      };
    };
    actor.report((index << 4) | subtask.state);
  }

  /**
   * A call that found its callee's instance locked lets the lock's holder go first, if that has what it waits for. The
   * specification's code lets the call wait; its tests (`sync-streams.wast`) let it start.
   */
  *giveWay(caller, task) {
    const { actor, thread } = task;
    const holder = actor.exclusive;
    if (this.depth !== 1 || task.state !== TASK.initial || !holder?.isReady?.() ) return;
    this.stopWaiting(holder);
    this.chosen.unshift(holder, caller);
    yield { kind: 'block' };
    if (task.state !== TASK.initial || !thread.isReady()) return;
    this.depth = 0;
    yield* this.resume(thread);
    this.depth = 1;
  }

  *cancelSubtask(thread, index, isAsync) {
    const { actor } = thread.task;
    const subtask = actor.handles.get(index, Subtask);
    trapIf(subtask.isDelivered, 'cancel after the end');
    trapIf(subtask.cancellationRequested, 'cancelled twice');
    trapIf(subtask.set !== null && !isAsync, 'synchronous use of a member of a set');
    if (!subtask.resolved) {
      subtask.cancellationRequested = true;
      yield* this.requestCancellation(subtask.task);
      if (!subtask.resolved) {
        if (isAsync) {
          actor.report(BLOCKED);
          return;
        }
        // The specification's code would take the event of the start for the end, and asserts that it does not.
        yield* this.waitForPending(thread, subtask, () => subtask.resolved);
      }
    }
    const [, , state] = subtask.deliver();
    actor.report(state);
    if (state === SUBTASK.returned) actor.report(subtask.value);
  }

  /** Reads or writes: `n` bytes of a stream, the byte of a future. */
  *copy(thread, kind, index, n, isAsync) {
    const { actor } = thread.task;
    const isWrite = kind === StreamWriter || kind === FutureWriter;
    // The guest prepares its bytes before it calls.
    const bytes = isWrite ? Array.from({ length: n }, () => actor.written++ & 0xff) : [];
    const end = actor.handles.get(index, kind);
    trapIf(end.state !== 'idle', 'busy or done');
    trapIf(end.set !== null && !isAsync, 'synchronous use of a member of a set');
    const isFuture = kind === FutureReader || kind === FutureWriter;
    const buffer = new Buffer(n, bytes);
    const event = (result, reclaim) => () => {
      reclaim?.();
      const isOver = result === COPY.dropped || (isFuture && result === COPY.completed);
      end.state = isOver ? 'done' : 'idle';
      return [EVENTS.get(kind), index, isFuture ? result : result | (buffer.progress << 4)];
    };
    end.state = 'copying';
    end.buffer = buffer;
    const onCopy = (reclaim) => void (end.pending = event(COPY.completed, reclaim));
    const done = (result) => void (end.pending = event(result));
    if (isFuture) meetFuture(end.shared, buffer, isWrite, done);
    else meetStream(end.shared, buffer, isWrite, onCopy, done);
    if (!end.pending) {
      if (isAsync) return BLOCKED;
      yield* this.waitForPending(thread, end);
    }
    return end.deliver()[2];
  }

  cancelCopy(actor, kind, index) {
    const end = actor.handles.get(index, kind);
    trapIf(end.state !== 'copying' || end.hasSyncWaiter, 'nothing to cancel');
    end.state = 'cancelling';
    // A partial copy goes on until its event is delivered, so there is something to cancel. The specification's code would
    // report it as completed; its tests (`cancel-stream.wast`) do not.
    const isPartial = end.shared.pending?.buffer === end.buffer && end.buffer.remain > 0;
    if (!end.pending || isPartial) end.shared.finishPending(COPY.cancelled);
    return end.deliver()[2];
  }

  dropEnd(actor, kind, index) {
    const end = actor.handles.remove(index, kind);
    trapIf(kind === FutureWriter && end.state !== 'done', 'future without a value');
    trapIf(end.state === 'copying' || end.state === 'cancelling', 'busy');
    end.shared.drop();
    end.join(null);
  }

  newPair(actor, reader, writer) {
    const shared = new Shared();
    actor.report(actor.handles.add(new reader(shared)), actor.handles.add(new writer(shared)));
  }

  give(actor, kind, index) {
    trapIf(!actor.next, 'nobody to give it to');
    const end = actor.handles.remove(index, kind);
    trapIf(end.state !== 'idle', 'busy or done');
    trapIf(end.set !== null, 'in a set');
    actor.report(actor.next.handles.add(new kind(end.shared)));
  }

  *execute(task, name, a, b) {
    const { actor, thread } = task;
    const { handles } = actor;
    const readStream = (result) => {
      actor.report(result);
      if (result !== BLOCKED) actor.reportBytes(handles.entries[a].buffer.bytes, result >>> 4);
    };
    const readFuture = (result) => {
      actor.report(result);
      if (result === 0) actor.reportBytes(handles.entries[a].buffer.bytes, 1);
    };
    switch (name) {
      case 'return':
        trapIf(task.lift === 'plain', 'task.return in a synchronous lift');
        return task.return(a);
      case 'taskCancel':
        trapIf(task.lift === 'plain', 'task.cancel in a synchronous lift');
        return task.cancel();
      case 'call':
        return yield* this.call(thread, a, LIFTS[b], true);
      case 'syncCall':
        return yield* this.call(thread, a, LIFTS[b], false);
      case 'subtaskCancel':
        return yield* this.cancelSubtask(thread, a, true);
      case 'syncSubtaskCancel':
        return yield* this.cancelSubtask(thread, a, false);
      case 'subtaskDrop': {
        const subtask = handles.remove(a, Subtask);
        trapIf(!subtask.isDelivered, 'not resolved yet');
        return subtask.join(null);
      }
      case 'setNew':
        return actor.report(handles.add(new WaitableSet()));
      case 'setDrop': {
        const set = handles.remove(a, WaitableSet);
        return trapIf(set.members.length > 0 || set.waiting > 0, 'set in use');
      }
      case 'join': {
        const waitable = handles.get(a, Waitable);
        trapIf(waitable.hasSyncWaiter, 'waited for');
        return waitable.join(b === 0 ? null : handles.get(b, WaitableSet));
      }
      case 'poll': {
        const set = handles.get(a, WaitableSet);
        return this.reportEvent(actor, set.ready.length ? yield* this.takeEvent(actor, set) : [0, 0, 0]);
      }
      case 'syncWait':
        return this.reportEvent(actor, yield* this.waitForEvent(thread, handles.get(a, WaitableSet), () => true, false));
      case 'threadYield':
        return actor.report((yield* this.waitUntil(thread, () => true)) ? 1 : 0);
      case 'streamNew':
        return this.newPair(actor, StreamReader, StreamWriter);
      case 'streamRead':
        return readStream(yield* this.copy(thread, StreamReader, a, b, true));
      case 'syncRead':
        return readStream(yield* this.copy(thread, StreamReader, a, b, false));
      case 'streamWrite':
        return actor.report(yield* this.copy(thread, StreamWriter, a, b, true));
      case 'syncWrite':
        return actor.report(yield* this.copy(thread, StreamWriter, a, b, false));
      case 'streamCancelRead':
        return readStream(this.cancelCopy(actor, StreamReader, a));
      case 'streamCancelWrite':
        return actor.report(this.cancelCopy(actor, StreamWriter, a));
      case 'streamDropReadable':
        return this.dropEnd(actor, StreamReader, a);
      case 'streamDropWritable':
        return this.dropEnd(actor, StreamWriter, a);
      case 'futureNew':
        return this.newPair(actor, FutureReader, FutureWriter);
      case 'futureRead':
        return readFuture(yield* this.copy(thread, FutureReader, a, 1, true));
      case 'futureWrite':
        return actor.report(yield* this.copy(thread, FutureWriter, a, 1, true));
      case 'futureCancelRead':
        return readFuture(this.cancelCopy(actor, FutureReader, a));
      case 'futureCancelWrite':
        return actor.report(this.cancelCopy(actor, FutureWriter, a));
      case 'futureDropReadable':
        return this.dropEnd(actor, FutureReader, a);
      case 'futureDropWritable':
        return this.dropEnd(actor, FutureWriter, a);
      case 'backpressureInc':
        actor.backpressure++;
        return;
      case 'backpressureDec':
        return trapIf(--actor.backpressure < 0, 'backpressure below zero');
      case 'give':
        return this.give(actor, StreamReader, a);
      case 'giveFuture':
        return this.give(actor, FutureReader, a);
      default:
        throw new Error(`no operation ${name}`);
    }
  }
}

/** A read meets what is pending, or the other way round. */
function meetStream(shared, buffer, isWrite, onCopy, done) {
  const { pending } = shared;
  const wait = () => void (shared.pending = { buffer, onCopy, done });
  if (shared.dropped) return done(COPY.dropped);
  if (!pending) return wait();
  if (pending.buffer.remain > 0) {
    if (buffer.remain > 0) {
      if (isWrite) copy(buffer, pending.buffer);
      else copy(pending.buffer, buffer);
      pending.onCopy(() => void (shared.pending = null));
    }
    return done(COPY.completed);
  }
  if (isWrite && buffer.length === 0 && pending.buffer.length === 0) return done(COPY.completed);
  shared.finishPending(COPY.completed);
  return wait();
}

function meetFuture(shared, buffer, isWrite, done) {
  if (shared.dropped) return done(COPY.dropped);
  if (!shared.pending) return void (shared.pending = { buffer, onCopy: () => {}, done });
  if (isWrite) copy(buffer, shared.pending.buffer);
  else copy(shared.pending.buffer, buffer);
  shared.finishPending(COPY.completed);
  return done(COPY.completed);
}
