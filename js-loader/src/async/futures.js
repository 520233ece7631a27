/** Futures between guests and JavaScript: to a guest goes a promise, from it comes what can be awaited. */
import { isObject } from '../errors.js';
import { dispose } from '../resources.js';
import { HostSource } from './buffers.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./channels.js').End} End */
/** @typedef {import('./channels.js').Channel} Channel */

/**
 * A guest's future in JavaScript. It is read when it is first awaited, so that it may also be given to another guest
 * or dropped.
 *
 * @template [T=any]
 */
export class FutureReader {
  #end;
  /** @type {Promise<T> | undefined} */
  #value;

  /** @param {import('./streams.js').HostReader} end */
  constructor(end) {
    this.#end = end;
  }

  /** @returns {Promise<T>} */
  read() {
    return (this.#value ??= this.#readOnce());
  }

  async #readOnce() {
    const end = this.#end;
    if (!end.channel) throw new TypeError('this future was dropped or given away');
    const values = await end.read(1);
    end.release();
    if (!values) throw new TypeError('this future was dropped');
    return values[0];
  }

  /**
   * @template [A=T]
   * @template [B=never]
   * @param {((value: T) => A | PromiseLike<A>) | null} [fulfilled]
   * @param {((error: any) => B | PromiseLike<B>) | null} [rejected]
   * @returns {Promise<A | B>}
   */
  then(fulfilled, rejected) {
    return this.read().then(fulfilled, rejected);
  }

  [dispose]() {
    this.#end.drop();
  }

  /**
   * @param {any} value
   * @returns {import('./streams.js').HostReader | undefined}
   */
  static endOf(value) {
    return isObject(value) && #end in value ? value.#end : undefined;
  }
}

/**
 * The host's writable end of a future.
 *
 * @implements {End}
 */
export class HostPromise {
  /**
   * @param {Scheduler} scheduler
   * @param {Channel} channel
   * @param {any} value or a promise of it
   * @param {boolean} isFallible whether an error is a value of its type
   */
  constructor(scheduler, channel, value, isFallible) {
    this.scheduler = scheduler;
    this.channel = channel;
    this.isWriter = true;
    /** @type {any} */
    this.buffer = null;
    if (typeof value?.then === 'function') this.wait(value, isFallible);
    else this.give(value);
  }

  /**
   * @param {PromiseLike<any>} promise
   * @param {boolean} isFallible
   */
  wait(promise, isFallible) {
    const { scheduler, channel } = this;
    scheduler.expect(
      promise,
      () => channel.isDropped,
      (value) => this.give(value),
      (error) => {
        if (!isFallible || !isObject(error) || !('payload' in error)) throw scheduler.root.trapInHost(error, () => 'a future that the host gave');
        this.give({ tag: 'err', val: error.payload });
      },
    );
  }

  /** @param {any} value */
  give(value) {
    this.buffer = new HostSource([value]);
    this.channel.start(this);
  }

  wanted() {}

  stop() {}

  moved() {}

  finished() {
    this.buffer = null;
  }
}
