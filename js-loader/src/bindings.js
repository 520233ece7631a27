/**
 * What generated bindings are made of. A component's `NAME.js` has its types' sizes, offsets and conversions in its
 * source; all that does not depend on types is here or behind it, so that both paths obey the same rules.
 */
import { Mismatch, Trap, isObject } from './errors.js';
import { abandon, enter, settle } from './lift.js';
import { allocate, arrayLike, checkRange, isBigIntArray } from './lists.js';
import { checkLeave, checked, errorOfHost, fail, resultOfHost, trapInHost } from './lower.js';
import { liftBorrow, lowerBorrow, lowerOwn } from './resources.js';
import { readString, readUtf8, writeString } from './strings.js';
import { lend, quickenAllocation, quickenBorrows, quickenHandles, quickenPostReturn, takeBack, takeOwn } from './short-cuts.js';
import { charFromCore, charToCore } from './scalars.js';
import { reinterpret } from './variants.js';

export { enter, settle };
export { checkLeave, checked, errorOfHost, fail, resultOfHost, trapInHost };
export { liftBorrow, lowerBorrow, lowerOwn };
export { arrayLike };
export { writeString };
export { lend, quickenAllocation, quickenBorrows, quickenHandles, quickenPostReturn, takeBack, takeOwn };
export { charFromCore, charToCore };

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {(cx: Context, view: DataView, at: number) => any} Load */
/** @typedef {(cx: Context, value: any, at: number) => void} Store */

// Calls from the host.

/**
 * What to throw when a call went wrong.
 *
 * @param {Context} cx
 * @param {number} step number of the parameter being lowered, below zero once the guest was called
 * @param {unknown} error
 */
export function failed(cx, step, error) {
  if (step < 0) return cx.root.trap(error, cx.where);
  return abandon(cx, Mismatch.in(`parameter \`${cx.signature.names[step]}\``, error));
}

/**
 * Ends a call whose types hold handles.
 *
 * @param {Context} cx
 */
export function endLoans(cx) {
  cx.end();
}

// Calls of the host.

/**
 * `checkLeave` where only JavaScript clears the flag, as there are no adapters.
 *
 * @param {Context} cx
 */
export function checkLeaves({ instance }) {
  if (instance.leaves === 0) throw new Trap('cannot leave component instance');
}

// Scalars.

/** @param {any} value */
export function bigint(value) {
  return typeof value === 'bigint' ? value : BigInt(value);
}

/**
 * Reads a text.
 *
 * @param {Context} cx
 * @param {any} address unsigned
 * @param {any} length unsigned
 */
export function readText(cx, address, length) {
  // Most guests have this encoding. What is this short can be compiled into its callers.
  return cx.encoding === 'utf8' ? readUtf8(cx, Number(address), Number(length)) : readString(cx, address, length);
}

// Strings and lists. Writing returns the address and leaves the length in `cx.storedLength`.

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} at
 */
export function storePair(cx, address, at) {
  const { view } = cx.memory;
  view.setUint32(at, address, true);
  view.setUint32(at + 4, /** @type {number} */ (cx.storedLength), true);
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} at
 */
export function storePair64(cx, address, at) {
  const { view } = cx.memory;
  view.setBigUint64(at, BigInt(address), true);
  view.setBigUint64(at + 8, BigInt(cx.storedLength), true);
}

/**
 * Checks where a list is.
 *
 * @param {Context} cx
 * @param {number} address
 * @param {number} length in elements
 * @param {number} size of an element in bytes
 * @param {number} align in bytes
 */
export function checkList(cx, address, length, size, align) {
  checkRange(cx, { size, align }, address, length);
}

/**
 * Allocates memory for a list.
 *
 * @param {Context} cx
 * @param {number} length in elements
 * @param {number} size of an element in bytes
 * @param {number} align in bytes
 */
export function allocateList(cx, length, size, align) {
  return allocate(cx, { size, align }, length);
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} length in elements
 * @param {number} size of an element in bytes
 * @param {number} align in bytes
 * @param {Load} load
 */
export function readList(cx, address, length, size, align, load) {
  checkRange(cx, { size, align }, address, length);
  const { view } = cx.memory;
  const list = new Array(length);
  for (let i = 0; i < length; i++) list[i] = load(cx, view, address + i * size);
  return list;
}

/**
 * @param {Context} cx
 * @param {any} value
 * @param {number} size of an element in bytes
 * @param {number} align in bytes
 * @param {Store} store
 */
export function writeList(cx, value, size, align, store) {
  const list = arrayLike(value);
  const length = list.length >>> 0;
  const address = allocate(cx, { size, align }, length);
  for (let i = 0; i < length; i++) store(cx, list[i], address + i * size);
  cx.storedLength = length;
  return address;
}

/**
 * @param {Context} cx
 * @param {any} map
 * @param {number} size of an entry in bytes
 * @param {number} align in bytes
 * @param {Store} store
 */
export function writeMap(cx, map, size, align, store) {
  if (!(map instanceof Map)) throw new Mismatch('a Map', map);
  return writeList(cx, [...map], size, align, store);
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} length in elements
 * @param {any} numeric class of the typed array
 */
export function readNumbers(cx, address, length, numeric) {
  const size = numeric.BYTES_PER_ELEMENT;
  checkRange(cx, { size, align: size }, address, length);
  return new numeric(cx.memory.u8.buffer.slice(address, address + length * size));
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} length in bytes
 */
export function readBytes(cx, address, length) {
  checkRange(cx, BYTE, address, length);
  return cx.memory.u8.slice(address, address + length);
}

/**
 * @param {Context} cx
 * @param {any} value
 */
export function writeBytes(cx, value) {
  if (!(value instanceof Uint8Array)) return writeNumbers(cx, value, Uint8Array);
  const { length } = value;
  const address = allocate(cx, BYTE, length);
  cx.memory.u8.set(value, address);
  cx.storedLength = length;
  return address;
}

const BYTE = { size: 1, align: 1 };

/**
 * @param {Context} cx
 * @param {any} value
 * @param {any} numeric class of the typed array
 */
export function writeNumbers(cx, value, numeric) {
  const list = arrayLike(value);
  const length = list.length >>> 0;
  const size = numeric.BYTES_PER_ELEMENT;
  const address = allocate(cx, { size, align: size }, length);
  const target = new numeric(cx.memory.u8.buffer, address, length);
  // BigInt arrays take nothing else as a block.
  if ((numeric === BigInt64Array || numeric === BigUint64Array) && !isBigIntArray(list)) {
    for (let i = 0; i < length; i++) target[i] = bigint(list[i]);
  } else {
    target.set(list);
  }
  cx.storedLength = length;
  return address;
}

/**
 * @param {Context} cx
 * @param {DataView} view
 * @param {number} at
 * @param {number} length in elements
 * @param {number} size of an element in bytes
 * @param {Load} load
 */
export function readFixed(cx, view, at, length, size, load) {
  const list = [];
  for (let i = 0; i < length; i++) list.push(load(cx, view, at + i * size));
  return list;
}

/**
 * @param {Context} cx
 * @param {any} value
 * @param {number} at
 * @param {number} length in elements
 * @param {number} size of an element in bytes
 * @param {Store} store
 */
export function writeFixed(cx, value, at, length, size, store) {
  const list = fixedList(value, length);
  for (let i = 0; i < length; i++) store(cx, list[i], at + i * size);
}

/**
 * @param {any} value
 * @param {number} length
 */
export function fixedList(value, length) {
  const list = arrayLike(value);
  if (list.length !== length) throw new Mismatch(`an array of ${length}`, value);
  return list;
}

// Records, variants and flags.

/** @param {any} value */
export function checkObject(value) {
  if (!isObject(value)) throw new Mismatch('an object', value);
}

/**
 * What to throw when an element of a list of records was not stored.
 *
 * @param {unknown} element
 * @param {unknown} error
 */
export function reasonFor(element, error) {
  return isObject(element) ? error : new Mismatch('an object', element);
}

/**
 * @param {any} value
 * @param {number} length
 */
export function checkArray(value, length) {
  if (!(Array.isArray(value) || ArrayBuffer.isView(value)) || /** @type {any} */ (value).length !== length) {
    throw new Mismatch(`an array of ${length}`, value);
  }
}

/**
 * What a field holds that must be there: a misspelt name would otherwise become a zero.
 *
 * @param {any} member
 * @param {string} key
 * @param {any} value the record
 */
export function present(member, key, value) {
  if (member === undefined) lacking(value, [key]);
  return member;
}

/**
 * Says which field is missing of those that must be there.
 *
 * @param {any} value the record
 * @param {string[]} keys of those
 * @returns {never}
 */
export function lacking(value, keys) {
  throw new Mismatch(`a field \`${keys.find((key) => value[key] === undefined) ?? keys[0]}\``, value);
}

/** @param {any} value */
export function flagsObject(value) {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') throw new Mismatch('an object of flags', value);
  return value;
}

/**
 * @param {string[]} names
 * @param {number} index
 */
export function enumCase(names, index) {
  return names[index] ?? badCase(index, names.length);
}

/**
 * @param {string[]} names
 * @param {any} value
 */
export function enumIndex(names, value) {
  const index = names.indexOf(value);
  if (index < 0) throw new Mismatch(`one of ${names.map((name) => JSON.stringify(name)).join(', ')}`, value);
  return index;
}

/**
 * @param {number} index
 * @param {number} count
 * @returns {never}
 */
export function badCase(index, count) {
  throw new Trap(`invalid variant discriminant: discriminant ${index} out of range [0..${count})`);
}

/**
 * @param {any} value
 * @param {string[]} tags
 * @returns {never}
 */
export function badTag(value, tags) {
  const allowed = tags.map((tag) => JSON.stringify(tag)).join(', ');
  throw new Mismatch(`an object whose \`tag\` is one of ${allowed}`, value?.tag ?? value);
}

// Payloads in slots of other core types.

/** @param {number} value */
export function bitsOfF32(value) {
  return reinterpret(value, 'f32', 'i32');
}

/** @param {number} value */
export function bitsOfF64(value) {
  return reinterpret(value, 'f64', 'i64');
}

/** @param {number} bits */
export function f32OfBits(bits) {
  return reinterpret(bits, 'i32', 'f32');
}

/** @param {bigint} bits */
export function f64OfBits(bits) {
  return reinterpret(bits, 'i64', 'f64');
}
