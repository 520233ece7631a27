/**
 * Streams and futures: two ends that meet. Whoever comes second moves what both can and goes on; whoever came first
 * hears of it by an event, and its buffer stays in use until that event is delivered.
 *
 * Spec: `SharedStreamImpl`, `SharedFutureImpl`, `CopyEnd`.
 */
import { Trap } from '../errors.js';
import { Waitable } from './waitables.js';
import { GuestBuffer, move } from './buffers.js';
import { BLOCKED, waitAlone } from './subtasks.js';

/** @typedef {import('./buffers.js').Source} Source */
/** @typedef {import('./buffers.js').Target} Target */
/** @typedef {import('./threads.js').Thread} Thread */
/** @typedef {'stream' | 'future'} Kind */

/** Spec: `CopyResult`. */
export const COMPLETED = 0;
export const DROPPED = 1;
export const CANCELLED = 2;

/** Spec: `CopyState`. */
const AT_REST = 0;
const COPYING = 1;
const CANCELLING = 2;
const DONE = 3;

/**
 * One of two ends, of a guest or of the host.
 *
 * @typedef {object} End
 * @property {boolean} isWriter
 * @property {any} buffer that is read into or written from
 * @property {() => void} moved some elements were moved; more may follow until `settle` of the channel is called
 * @property {(result: number) => void} finished the operation is over
 * @property {boolean} [isFull] whether the host wants to hear when the other end comes
 */

/** What two ends share. */
export class Channel {
  /**
   * @param {Kind} kind
   * @param {number | null} element type
   * @param {boolean} isNumeric whether elements are numbers, or nothing at all
   */
  constructor(kind, element, isNumeric) {
    this.kind = kind;
    this.element = element;
    this.isNumeric = isNumeric;
    this.isDropped = false;
    /** The end that came first. @type {End | null} */
    this.pending = null;
    /** The host's writer, which gives when somebody reads. @type {{ wanted: () => void, stop: () => void } | null} */
    this.source = null;
  }

  /**
   * Begins an operation of one end, which is not in the middle of another.
   *
   * @param {End} end
   */
  start(end) {
    const other = this.pending;
    if (this.isDropped) end.finished(DROPPED);
    else if (!other) {
      this.pending = end;
      if (!end.isWriter) this.source?.wanted();
    } else this.meet(end, other);
  }

  /**
   * @param {End} end that came second
   * @param {End} other
   */
  meet(end, other) {
    const { buffer } = end;
    const { buffer: waiting } = other;
    if (buffer.instance && buffer.instance === waiting.instance && !this.isNumeric) {
      throw new Trap('cannot read from and write to intra-component future/stream with non-numeric payload');
    }
    if (waiting.remain > 0) {
      const count = Math.min(buffer.remain, waiting.remain);
      if (count > 0) {
        if (end.isWriter) move(buffer, waiting, count);
        else move(waiting, buffer, count);
        if (this.kind === 'future') this.finish(other, COMPLETED);
        else other.moved();
      }
      end.finished(COMPLETED);
    } else if (end.isWriter && buffer.length === 0 && waiting.length === 0) end.finished(COMPLETED);
    else {
      this.finish(other, COMPLETED);
      this.start(end);
    }
  }

  /**
   * @param {End} end that is pending
   * @param {number} result
   */
  finish(end, result) {
    this.pending = null;
    end.finished(result);
  }

  /** The pending operation's buffer is given back. Spec: `reset_pending`. @param {End} end */
  settle(end) {
    if (this.pending === end) this.pending = null;
  }

  cancel() {
    if (this.pending) this.finish(this.pending, CANCELLED);
  }

  /** @param {boolean} isWriter whether it is the writable end that goes */
  drop(isWriter) {
    if (this.isDropped) return;
    this.isDropped = true;
    if (this.pending) this.finish(this.pending, DROPPED);
    if (!isWriter) this.source?.stop();
  }
}

/** Codes of events: of reads, which those of writes follow. Spec: `EventCode`. */
const READ_EVENTS = { stream: 2, future: 4 };

/**
 * An end that a guest holds.
 *
 * @implements {End}
 */
export class GuestEnd extends Waitable {
  /**
   * @param {Channel} channel
   * @param {boolean} isWriter
   */
  constructor(channel, isWriter) {
    super();
    this.channel = channel;
    this.isWriter = isWriter;
    this.state = AT_REST;
    /** @type {any} */
    this.buffer = null;
    this.result = COMPLETED;
  }

  get kind() {
    return `a ${this.isWriter ? 'writable' : 'readable'} ${this.channel.kind} end`;
  }

  /** Whether an operation has begun whose event is not delivered. */
  get isBusy() {
    return this.state === COPYING || this.state === CANCELLING;
  }

  /** @param {string} wish what cannot be done any more */
  refuseDone(wish) {
    if (this.state === DONE) throw new Trap(`cannot ${wish} ${this.channel.kind} after ${this.ending}`);
  }

  /** What came over it. */
  get ending() {
    const { channel, isWriter } = this;
    if (channel.kind === 'stream') return `being notified that the ${isWriter ? 'readable' : 'writable'} end dropped`;
    return isWriter ? 'previous write succeeded or readable end dropped' : 'previous read succeeded';
  }

  moved() {
    this.finished(COMPLETED);
  }

  /** @param {number} result */
  finished(result) {
    this.result = result;
    this.setEvent();
  }

  /** Spec: `stream_event`, `future_event`. */
  deliver() {
    const { channel, buffer, result, isWriter } = this;
    channel.settle(this);
    this.buffer = null;
    const isFuture = channel.kind === 'future';
    this.state = result === DROPPED || (isFuture && result === COMPLETED) ? DONE : AT_REST;
    const payload = isFuture ? result : result | (buffer.progress << 4);
    return /** @type {import('./waitables.js').Event} */ ([READ_EVENTS[channel.kind] + (isWriter ? 1 : 0), this.handle, payload]);
  }

  /**
   * Spec: `stream_copy`, `future_copy`.
   *
   * @param {Thread} thread
   * @param {boolean} isAsync
   * @param {import('./buffers.js').ElementForm} form
   * @param {number | bigint} pointer
   * @param {number | bigint} length in elements
   * @returns {number}
   */
  copy(thread, isAsync, form, pointer, length) {
    this.refuseDone(this.isWriter ? 'write to' : 'read from');
    if (this.isBusy) throw new Trap('cannot have concurrent operations active on a future/stream');
    if (!isAsync) this.refuseSet();
    this.buffer = new GuestBuffer(form, pointer, this.channel.kind === 'future' ? 1 : length);
    this.state = COPYING;
    this.channel.start(this);
    if (this.hasEvent) return this.takeEvent()[2];
    return isAsync ? BLOCKED : waitAlone(thread, this, `the other end of a ${this.channel.kind}`);
  }

  /**
   * Spec: `cancel_copy`.
   *
   * @param {Thread} thread
   * @param {boolean} isAsync
   * @returns {number}
   */
  cancelCopy(thread, isAsync) {
    if (this.state !== COPYING || this.waiter) throw new Trap(`nothing to cancel on ${this.kind}`);
    if (!isAsync) this.refuseSet();
    this.state = CANCELLING;
    // A partial copy goes on until its event is delivered, so it is what is cancelled. `definitions.py` would report it
    // as completed; `cancel-stream.wast` and Wasmtime do not.
    if (!this.hasEvent || (this.channel.pending === this && this.buffer.remain > 0)) this.channel.cancel();
    if (this.hasEvent) return this.takeEvent()[2];
    return isAsync ? BLOCKED : waitAlone(thread, this, `the cancelling of a ${this.channel.kind}`);
  }

  drop() {
    const { kind } = this.channel;
    if (this.isBusy) throw new Trap(this.isWriter ? `cannot drop busy ${kind}` : `cannot remove busy ${kind}`);
    if (kind === 'future' && this.isWriter && this.state !== DONE) throw new Trap('cannot drop future write end without first writing a value');
    this.channel.drop(this.isWriter);
    super.drop();
  }

  /** Before it moves to another instance. Spec: `lift_async_value`. */
  checkTransfer() {
    const { kind } = this.channel;
    this.refuseDone('lift');
    if (this.isBusy) throw new Trap(`cannot remove busy ${kind}`);
    if (this.set) throw new Trap(`cannot lift ${kind} while it's in a waitable set`);
  }
}

/**
 * Takes a readable end away from an instance.
 *
 * @param {import('./instances.js').InstanceState} instance
 * @param {number} handle
 * @param {Kind} kind
 * @param {number | null} element type
 */
export function takeReadable(instance, handle, kind, element) {
  const end = endFinder(kind, false, element)(instance, handle);
  end.checkTransfer();
  instance.remove(handle);
  return end.channel;
}

/**
 * What finds the ends of one type behind handles.
 *
 * @param {Kind} kind
 * @param {boolean} isWriter
 * @param {number | null} element type
 */
export function endFinder(kind, isWriter, element) {
  const name = `a ${isWriter ? 'writable' : 'readable'} ${kind} end`;
  const isOne = (/** @type {GuestEnd} */ end) => end.isWriter === isWriter && end.channel.kind === kind && end.channel.element === element;
  return (/** @type {import('./instances.js').InstanceState} */ instance, /** @type {number} */ handle) => instance.get(handle, GuestEnd, name, isOne);
}

/**
 * Gives an end to an instance.
 *
 * @param {import('./instances.js').InstanceState} instance
 * @param {Channel} channel
 * @param {boolean} isWriter
 * @returns {number} the handle
 */
export function addEnd(instance, channel, isWriter) {
  const end = new GuestEnd(channel, isWriter);
  end.handle = instance.add(end);
  return end.handle;
}
