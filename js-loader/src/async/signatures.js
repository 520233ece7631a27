/** Function types under the async ABI, in which less is passed flat. */
import { Signature } from '../signature.js';

/** Spec: `MAX_FLAT_ASYNC_PARAMS`. */
const MAX_FLAT_ASYNC_PARAMS = 4;

export class AsyncSignature extends Signature {
  /**
   * @param {import('../plan-format.js').Func} type
   * @param {import('../codec.js').Codecs} codecs
   * @param {boolean} isAsyncLower
   */
  constructor(type, codecs, isAsyncLower) {
    super(type, codecs);
    if (!isAsyncLower) return;
    this.areParamsSpilled = this.layout.flatLength > MAX_FLAT_ASYNC_PARAMS;
    this.places = this.areParamsSpilled ? this.layout.offsets : this.layout.positions;
    this.isResultSpilled = this.result !== undefined;
  }

  /** What a call returns whose result comes later: something of the right type that nobody looks at. */
  get nothing() {
    return !this.isResultSpilled && this.result?.flat?.[0] === 'i64' ? 0n : 0;
  }
}

/**
 * Core types of a lifted function's parameters.
 *
 * @param {Signature} signature
 * @param {import('../plan-format.js').Options} options
 * @returns {import('../plan-format.js').FlatType[]}
 */
export function coreParams(signature, options) {
  if (signature.areParamsSpilled) return [pointerType(options)];
  return signature.params.flatMap(({ flat }) => flat ?? []);
}

/**
 * @param {import('../plan-format.js').Options} options
 * @returns {import('../plan-format.js').FlatType}
 */
export function pointerType({ pointer }) {
  return `i${pointer}`;
}
