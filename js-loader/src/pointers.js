/** Pointers and lengths of 32- and 64-bit memories, in memory and among flat values. */
import { codecOfScalar } from './scalars.js';

/** @typedef {import('./memory.js').Context} Context */

/**
 * @typedef {object} PointerForm how pointers of one width are written
 * @property {0 | 1} width position in the pairs of the plan: 0 for 32-bit memories, 1 for 64-bit ones
 * @property {'u32' | 'u64'} kind of scalar that they are
 * @property {number} size in bytes
 */

/**
 * @param {32 | 64} bits
 * @returns {PointerForm}
 */
export function pointerForm(bits) {
  return bits === 32 ? { width: 0, kind: 'u32', size: 4 } : { width: 1, kind: 'u64', size: 8 };
}

/**
 * The ways of a value that is a pointer and a length. The length may have a tag in its top bit, so it stays as it is;
 * 64-bit addresses above 2^53 lose digits, but are out of bounds either way.
 *
 * @param {PointerForm} pointer
 * @param {(cx: Context, address: number, length: number | bigint) => any} lift
 * @param {(cx: Context, value: any) => number} lower gives the address, and the length as `cx.storedLength`
 * @returns {import('./codec.js').Ways}
 */
export function codecOfRange({ kind, size }, lift, lower) {
  const word = codecOfScalar(kind);
  /** @param {unknown} flat */
  const step = (flat) => (flat ? 1 : size);
  return {
    lift: (cx, at, flat) => lift(cx, Number(word.lift(cx, at, flat)), word.lift(cx, at + step(flat), flat)),
    lower: (cx, value, at, flat) => {
      word.lower(cx, lower(cx, value), at, flat);
      word.lower(cx, cx.storedLength, at + step(flat), flat);
    },
  };
}
