/**
 * Lists, fixed-length lists and maps. Lists of numbers are typed arrays in JavaScript and copied as blocks.
 */
import { Mismatch, Trap } from './errors.js';
import { codecOfTuple } from './records.js';
import { layoutRecord } from './layout.js';
import { typedArray } from './scalars.js';
import { withinLimit } from './memory.js';
import { codecOfRange } from './pointers.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').Ways} Ways */
/** @typedef {import('./memory.js').Context} Context */
/** @typedef {{ size: number, align: number }} ElementLayout */
/** @typedef {Ways & ElementLayout} Element */

/**
 * @param {import('./pointers.js').PointerForm} pointer
 * @param {Codec} element
 * @returns {Ways}
 */
export function codecOfList(pointer, element) {
  const numeric = typedArray(element.kind);
  return codecOfRange(
    pointer,
    (cx, address, length) => {
      const bytes = checkRange(cx, element, address, Number(length));
      if (!numeric) return liftElements(cx, element, address, Number(length));
      return new numeric(cx.memory.memory.buffer.slice(address, address + bytes));
    },
    (cx, value) => {
      const list = arrayLike(value);
      const length = list.length >>> 0;
      const address = allocate(cx, element, length);
      // A block copy converts as element by element does, except that BigInt arrays take nothing else.
      if (numeric && (element.flat?.[0] !== 'i64' || isBigIntArray(list))) new numeric(cx.memory.memory.buffer, address, length).set(list);
      else lowerElements(cx, element, list, length, address);
      cx.storedLength = length;
      return address;
    },
  );
}

/**
 * @param {import('./pointers.js').PointerForm} pointer
 * @param {Codec} key
 * @param {Codec} value
 * @returns {Ways}
 */
export function codecOfMap(pointer, key, value) {
  const list = codecOfList(pointer, { kind: 'tuple', flat: null, ...layoutRecord([key, value]), ...codecOfTuple([key, value]) });
  return {
    lift: (cx, at, flat) => new Map(list.lift(cx, at, flat)),
    lower: (cx, map, at, flat) => {
      if (!(map instanceof Map)) throw new Mismatch('a Map', map);
      list.lower(cx, [...map], at, flat);
    },
  };
}

/**
 * @param {Codec} element
 * @param {number} length
 * @returns {Ways}
 */
export function codecOfFixedList(element, length) {
  /** @param {unknown} flat */
  const stride = (flat) => (flat ? /** @type {unknown[]} */ (element.flat).length : element.size);
  return {
    lift: (cx, at, flat) => Array.from({ length }, (_, i) => element.lift(cx, at + i * stride(flat), flat)),
    lower: (cx, value, at, flat) => {
      const list = arrayLike(value);
      if (list.length !== length) throw new Mismatch(`an array of ${length}`, value);
      for (let i = 0; i < length; i++) element.lower(cx, list[i], at + i * stride(flat), flat);
    },
  };
}

/**
 * Spec: `load_list_from_range`.
 *
 * @param {Context} cx
 * @param {ElementLayout} element
 * @param {number} address
 * @param {number} length in elements
 * @returns {number} the length in bytes
 */
export function checkRange(cx, element, address, length) {
  const bytes = length * element.size;
  if (address & (element.align - 1)) throw new Trap('list pointer is not aligned');
  if (bytes > cx.limits.listBytes || address + bytes > cx.memory.u8.length) {
    throw new Trap('list pointer/length out of bounds of memory');
  }
  return bytes;
}

/**
 * @param {Context} cx
 * @param {Element} element
 * @param {number} address
 * @param {number} length in elements
 * @returns {any[]}
 */
function liftElements(cx, element, address, length) {
  const list = new Array(length);
  for (let i = 0; i < length; i++) list[i] = element.lift(cx, address + i * element.size, null);
  return list;
}

/**
 * Spec: `store_list_into_valid_range`.
 *
 * @param {Context} cx
 * @param {Element} element
 * @param {ArrayLike<any>} list
 * @param {number} length that there is memory for: reading elements may run code that changes the list
 * @param {number} address
 */
function lowerElements(cx, element, list, length, address) {
  for (let i = 0; i < length; i++) element.lower(cx, list[i], address + i * element.size, null);
}

/**
 * @param {Context} cx
 * @param {ElementLayout} element
 * @param {number} length in elements
 * @returns {number} the address
 */
export function allocate(cx, element, length) {
  const bytes = length * element.size;
  return cx.allocate(element.align, withinLimit(bytes, cx.limits.listBytes));
}

/** @param {unknown} list */
export function isBigIntArray(list) {
  return list instanceof BigUint64Array || list instanceof BigInt64Array;
}

/**
 * @param {unknown} value
 * @returns {ArrayLike<any>}
 */
export function arrayLike(value) {
  if (typeof value === 'object' && value !== null) {
    if ('length' in value) return /** @type {ArrayLike<any>} */ (value);
    if (Symbol.iterator in value) return [.../** @type {Iterable<any>} */ (value)];
  }
  throw new Mismatch('an array', value);
}
