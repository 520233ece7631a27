/**
 * Streams between guests and JavaScript. A guest's stream is read chunk by chunk, and no chunk is asked for before
 * somebody reads; the host's own iterables are pulled only while a guest reads.
 */
import { Mismatch, isObject } from '../errors.js';
import { dispose } from '../resources.js';
import { HostSource, HostTarget } from './buffers.js';
import { CANCELLED, DROPPED } from './channels.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./scheduler.js').Supplier} Supplier */
/** @typedef {import('./channels.js').End} End */
/** @typedef {import('./channels.js').Channel} Channel */
/** @typedef {Iterator<any> | AsyncIterator<any>} AnyIterator */

/** As `dispose`, for `await using`. @type {typeof Symbol.asyncDispose} */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('asyncDispose');

/** How many numbers are read at once, if nobody says otherwise. */
const DEFAULT_COUNT = 65_536;

/**
 * A readable end that JavaScript holds, without what differs between streams and futures.
 *
 * @implements {End}
 */
export class HostReader {
  /**
   * @param {Scheduler} scheduler
   * @param {Channel} channel
   */
  constructor(scheduler, channel) {
    this.scheduler = scheduler;
    /** @type {Channel | null} */
    this.channel = channel;
    this.isWriter = false;
    this.buffer = new HostTarget(0);
    /** @type {(result: number) => void} */
    this.settled = () => {};
    /** What the end of the component does to a read. @type {(error: Error) => void} */
    this.failed = () => {};
    scheduler.outstanding++;
  }

  /**
   * @param {number} count of elements at most
   * @returns {Promise<ArrayLike<any> | null>} null if there are no more
   */
  read(count) {
    const { scheduler, channel } = this;
    return new Promise((resolve, reject) => {
      if (!channel) {
        resolve(null);
        return;
      }
      if (scheduler.root.trapped) throw scheduler.root.trapped;
      this.failed = reject;
      scheduler.listeners.add(this);
      this.settled = (result) => {
        scheduler.listeners.delete(this);
        const { values, progress } = this.buffer;
        if (result === DROPPED) this.release();
        resolve(progress > 0 ? values : null);
      };
      scheduler.whenIdle(() => {
        this.buffer = new HostTarget(count);
        channel.start(this);
      });
      // Its writer need not wait in the background any longer.
      scheduler.schedule();
    });
  }

  /** What a chunk has is given out at once. */
  moved() {
    this.channel?.settle(this);
    this.settled(0);
  }

  /** @param {number} result */
  finished(result) {
    this.settled(result);
  }

  /** Takes the channel away, because it ended or goes to a guest. */
  release() {
    if (this.channel) this.scheduler.outstanding--;
    this.channel = null;
  }

  drop() {
    const { channel, scheduler } = this;
    if (!channel) return;
    this.release();
    scheduler.tell(() => {
      if (channel.pending === this) channel.finish(this, CANCELLED);
      channel.drop(false);
    });
  }
}

/**
 * A guest's stream in JavaScript.
 *
 * @template [Chunk=any] what a loop has in one round: a typed array of numbers, or one element of any other type
 * @template [Chunks=any] what `read` gives: a typed array of numbers, or an array of elements of any other type
 */
export class StreamReader {
  #end;
  #isNumeric;
  /** Reads follow each other. @type {Promise<any>} */
  #last = Promise.resolve();

  /**
   * @param {HostReader} end
   * @param {boolean} isNumeric whether chunks are typed arrays
   */
  constructor(end, isNumeric) {
    this.#end = end;
    this.#isNumeric = isNumeric;
  }

  /**
   * Reads a chunk: as many elements as there are, at least one. A typed array if the elements are numbers, else an array.
   *
   * @param {{ count?: number }} [options] `count` is how many elements at most
   * @returns {Promise<{ value: Chunks, done: false } | { value: undefined, done: true }>}
   */
  async read({ count } = {}) {
    const limit = count ?? (this.#isNumeric ? DEFAULT_COUNT : 1);
    if (!(limit > 0)) throw new RangeError('count must be at least 1');
    const chunk = this.#last.then(() => this.#end.read(limit));
    this.#last = chunk.catch(() => {});
    /** @type {any} */
    const value = await chunk;
    return value ? { value, done: false } : { value: undefined, done: true };
  }

  /**
   * Reads a chunk of numbers, or one element of any other type.
   *
   * @returns {Promise<IteratorResult<Chunk, undefined>>}
   */
  async next() {
    /** @type {any} */
    const { value, done } = await this.read();
    return { value: done || this.#isNumeric ? value : value[0], done };
  }

  /**
   * Drops the stream: the guest that writes hears of it.
   *
   * @returns {Promise<IteratorReturnResult<undefined>>}
   */
  async return() {
    this.#end.drop();
    return { value: undefined, done: true };
  }

  cancel() {
    return this.return();
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  [dispose]() {
    this.#end.drop();
  }

  async [asyncDispose]() {
    this.#end.drop();
  }

  /**
   * @param {any} value
   * @returns {HostReader | undefined}
   */
  static endOf(value) {
    return isObject(value) && #end in value ? value.#end : undefined;
  }
}

/**
 * The host's writable end: gives what an iterator has, when a guest reads.
 *
 * @implements {End}
 * @implements {Supplier}
 */
export class HostWriter {
  /**
   * @param {Scheduler} scheduler
   * @param {Channel} channel
   * @param {() => AnyIterator} open gives the iterator, which is not asked for before a guest reads
   */
  constructor(scheduler, channel, open) {
    this.scheduler = scheduler;
    this.channel = channel;
    this.open = open;
    /** @type {AnyIterator | undefined} */
    this.opened = undefined;
    this.isWriter = true;
    /** @type {any} */
    this.buffer = null;
    this.isPulling = false;
    scheduler.suppliers.add(this);
  }

  get iterator() {
    return (this.opened ??= this.open());
  }

  /** A guest reads. */
  wanted() {
    if (this.isPulling || this.buffer) return;
    this.isPulling = true;
    try {
      const step = this.iterator.next();
      if ('then' in step && typeof step.then === 'function') this.wait(step);
      else this.give(/** @type {IteratorResult<any>} */ (step));
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** @param {PromiseLike<IteratorResult<any>>} promise */
  wait(promise) {
    this.scheduler.expect(
      promise,
      () => this.channel.isDropped,
      (step) => this.give(step),
      (error) => {
        throw this.failure(error);
      },
    );
  }

  /** @param {unknown} error */
  failure(error) {
    // It has ended itself.
    this.scheduler.suppliers.delete(this);
    return this.scheduler.root.trapInHost(error, () => 'a stream that the host gave');
  }

  /** @param {IteratorResult<any>} step */
  give({ value, done }) {
    this.isPulling = false;
    if (done) {
      this.scheduler.suppliers.delete(this);
      this.channel.drop(true);
    } else {
      this.buffer = new HostSource(this.channel.isNumeric && this.channel.element !== null ? elements(value) : [value]);
      if (this.buffer.length > 0) this.channel.start(this);
      else {
        this.buffer = null;
        this.wanted();
      }
    }
  }

  /** A guest read from what was waiting. */
  moved() {
    if (this.buffer.remain > 0) return;
    this.channel.settle(this);
    this.buffer = null;
  }

  /** @param {number} result */
  finished(result) {
    if (result === DROPPED || this.buffer.remain === 0) this.buffer = null;
    else this.channel.start(this);
  }

  /**
   * The guest reads no more. Whatever goes wrong now has nobody to hear of it, as in a loop that is left by an error.
   */
  async stop() {
    this.scheduler.suppliers.delete(this);
    try {
      await this.iterator.return?.();
    } catch {}
  }
}

/**
 * A chunk of numbers: one number, or many.
 *
 * @param {any} value
 * @returns {ArrayLike<any>}
 */
function elements(value) {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return isObject(value) && 'length' in value ? /** @type {any} */ (value) : [value];
}

/**
 * What goes through a stream that the host gives, from when it is first wanted: until then the value is not touched.
 *
 * @param {any} value
 * @param {boolean} isNumeric
 * @returns {() => AnyIterator}
 */
export function iteratorOf(value, isNumeric) {
  if (value?.locked) throw new Mismatch('a stream that nobody else reads', value);
  // All at once instead of one by one.
  if (isNumeric && (ArrayBuffer.isView(value) || Array.isArray(value))) return () => [value][Symbol.iterator]();
  // Before all else, since the iterator of a `ReadableStream` cannot be ended while it waits.
  if (typeof value?.getReader === 'function') return () => readerIterator(value.getReader());
  if (typeof value?.[Symbol.asyncIterator] === 'function') return () => value[Symbol.asyncIterator]();
  if (isObject(value) && typeof (/** @type {any} */ (value)[Symbol.iterator]) === 'function') return () => /** @type {any} */ (value)[Symbol.iterator]();
  if (typeof value?.read === 'function') return () => readerIterator(value);
  throw new Mismatch('a ReadableStream, or what can be iterated', value);
}

/**
 * @param {any} reader
 * @returns {AsyncIterator<any>}
 */
function readerIterator(reader) {
  return { next: () => reader.read(), return: () => reader.cancel?.() };
}
