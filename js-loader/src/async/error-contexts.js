/** Error contexts: values that say what went wrong, to be read by people. */
import { valueContext } from './call-contexts.js';
import { readString, writeString } from '../strings.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */

/** Guests and the host hold the same object. */
export class ErrorContext {
  /** @param {string} debugMessage */
  constructor(debugMessage) {
    this.debugMessage = debugMessage;
  }

  /** What it is, for messages. */
  get kind() {
    return 'an error context';
  }

  toString() {
    return this.debugMessage;
  }
}

/**
 * @param {Scheduler} scheduler
 * @param {number} optionsIndex
 */
function contextOf({ root }, optionsIndex) {
  const cx = valueContext(root, optionsIndex, 'an error context');
  cx.memory.refresh();
  return cx;
}

/**
 * @param {Scheduler} scheduler
 * @param {number} optionsIndex
 * @param {number | bigint} pointer
 * @param {number | bigint} length
 */
export function newErrorContext(scheduler, optionsIndex, pointer, length) {
  const cx = contextOf(scheduler, optionsIndex);
  const unsigned = (/** @type {any} */ value) => (cx.wide ? BigInt.asUintN(64, value) : value >>> 0);
  return new ErrorContext(readString(cx, unsigned(pointer), unsigned(length)));
}

/**
 * @param {Scheduler} scheduler
 * @param {number} optionsIndex
 * @param {number | bigint} pointer to where the address and the length go
 * @param {ErrorContext} error
 */
export function storeDebugMessage(scheduler, optionsIndex, pointer, { debugMessage }) {
  const cx = contextOf(scheduler, optionsIndex);
  const text = writeString(cx, debugMessage);
  const size = cx.wide ? 8 : 4;
  const { view } = cx.memory;
  let address = cx.area(pointer, size, 2 * size);
  for (const value of [text, cx.storedLength]) {
    if (cx.wide) view.setBigUint64(address, BigInt(value), true);
    else view.setUint32(address, Number(value), true);
    address += size;
  }
}
