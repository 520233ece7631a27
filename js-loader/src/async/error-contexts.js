/** Error contexts: values that say what went wrong, to be read by people. */
import { valueContext } from './call-contexts.js';
import { codecOfString } from '../strings.js';

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
 * What error contexts say is a string of the guest whose options these are.
 *
 * @param {Scheduler} scheduler
 * @param {number} optionsIndex
 */
function textForm({ root }, optionsIndex) {
  const cx = valueContext(root, optionsIndex, 'an error context');
  cx.memory.refresh();
  const { pointer } = root.compiled.signatures.codecs[cx.wide ? 64 : 32];
  return { cx, size: pointer.size, codec: codecOfString(pointer) };
}

/**
 * @param {Scheduler} scheduler
 * @param {number} optionsIndex
 * @param {(number | bigint)[]} text address and length
 */
export function newErrorContext(scheduler, optionsIndex, text) {
  const { cx, codec } = textForm(scheduler, optionsIndex);
  return new ErrorContext(codec.lift(cx, 0, text));
}

/**
 * @param {Scheduler} scheduler
 * @param {number} optionsIndex
 * @param {number | bigint} pointer to where the address and the length go
 * @param {ErrorContext} error
 */
export function storeDebugMessage(scheduler, optionsIndex, pointer, { debugMessage }) {
  const { cx, size, codec } = textForm(scheduler, optionsIndex);
  codec.lower(cx, debugMessage, cx.area(pointer, size, 2 * size), null);
}
