/**
 * Streams and futures: two ends that meet.
 *
 * Spec: `SharedStreamImpl`, `SharedFutureImpl`, `CopyEnd`, `canon_stream_*`, `canon_future_*`.
 */
import { trapIf } from './handles.js';
import { BLOCKED } from './subtasks.js';
import { Waitable } from './waitables.js';

const COPY = Object.freeze({ completed: 0, dropped: 1, cancelled: 2 });

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

/**
 * Reads or writes: `n` bytes of a stream, the byte of a future.
 *
 * @param {import('./model.js').Model} model
 * @param {import('./tasks.js').Thread} thread
 */
export function* startCopy(model, thread, kind, index, n, isAsync) {
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
    yield* model.waitForPending(thread, end);
  }
  return end.deliver()[2];
}

export function cancelCopy(actor, kind, index) {
  const end = actor.handles.get(index, kind);
  trapIf(end.state !== 'copying' || end.hasSyncWaiter, 'nothing to cancel');
  end.state = 'cancelling';
  // A partial copy goes on until its event is delivered, so there is something to cancel. The specification's code would
  // report it as completed; its tests (`cancel-stream.wast`) do not.
  const isPartial = end.shared.pending?.buffer === end.buffer && end.buffer.remain > 0;
  if (!end.pending || isPartial) end.shared.finishPending(COPY.cancelled);
  return end.deliver()[2];
}

export function dropEnd(actor, kind, index) {
  const end = actor.handles.remove(index, kind);
  trapIf(kind === FutureWriter && end.state !== 'done', 'future without a value');
  trapIf(end.state === 'copying' || end.state === 'cancelling', 'busy');
  end.shared.drop();
  end.join(null);
}

export function newPair(actor, reader, writer) {
  const shared = new Shared();
  actor.report(actor.handles.add(new reader(shared)), actor.handles.add(new writer(shared)));
}

export function give(actor, kind, index) {
  trapIf(!actor.next, 'nobody to give it to');
  const end = actor.handles.remove(index, kind);
  trapIf(end.state !== 'idle', 'busy or done');
  trapIf(end.set !== null, 'in a set');
  actor.report(actor.next.handles.add(new kind(end.shared)));
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
