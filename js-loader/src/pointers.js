/** Pointers and lengths of 32- and 64-bit memories, in memory and among flat values. */
import { unsignedForm } from './scalars.js';

/** @typedef {import('./codec.js').CoreValue} CoreValue */
/** @typedef {import('./memory.js').Context} Context */

/**
 * @typedef {object} PointerForm how pointers of one width are written
 * @property {0 | 1} width position in the pairs of the plan: 0 for 32-bit memories, 1 for 64-bit ones
 * @property {number} size in bytes
 * @property {(view: DataView, at: number) => any} load
 * @property {(view: DataView, at: number, value: any) => void} store
 * @property {(value: any) => any} fromCore makes a core value unsigned
 * @property {(value: number | bigint) => CoreValue} toCore
 */

/**
 * @param {32 | 64} bits
 * @returns {PointerForm}
 */
export function pointerForm(bits) {
  const [load, store] = unsignedForm(bits / 8);
  return bits === 32
    ? { width: 0, size: 4, load, store, fromCore: (value) => value >>> 0, toCore: (value) => /** @type {number} */ (value) }
    : { width: 1, size: 8, load, store, fromCore: (value) => BigInt.asUintN(64, value), toCore: BigInt };
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
export function codecOfRange({ size, load, store, fromCore, toCore }, lift, lower) {
  return {
    lift: (cx, at, flat) => {
      if (flat) return lift(cx, Number(fromCore(flat[at])), fromCore(flat[at + 1]));
      const { view } = cx.memory;
      return lift(cx, Number(load(view, at)), load(view, at + size));
    },
    lower: (cx, value, at, flat) => {
      const address = toCore(lower(cx, value));
      const length = toCore(cx.storedLength);
      if (flat) {
        flat[at] = address;
        flat[at + 1] = length;
        return;
      }
      const { view } = cx.memory;
      store(view, at, address);
      store(view, at + size, length);
    },
  };
}
