/**
 * Numbers, booleans and characters: types whose values are one core value. Integers coming from JavaScript wrap
 * modulo their width, as everywhere in JavaScript's own interfaces to WebAssembly.
 */
import { Mismatch, Trap } from './errors.js';

/** @typedef {import('./plan-format.js').ScalarKind} ScalarKind */

/**
 * What a JavaScript value is as a core value. One function with a switch, because calls whose types are all scalars
 * use it directly: engines inline it, which they do not do with a closure per type.
 *
 * @param {ScalarKind | undefined} kind
 * @param {any} value
 * @returns {any}
 */
export function scalarToCore(kind, value) {
  switch (kind) {
    case 'u32':
    case 's32':
      return value | 0;
    case 'f64':
    case 'f32':
      return +value;
    case 'u8':
      return value & 0xff;
    case 's8':
      return (value << 24) >> 24;
    case 'u16':
      return value & 0xffff;
    case 's16':
      return (value << 16) >> 16;
    case 'u64':
    case 's64':
      // The core boundary itself wraps modulo 2^64.
      return typeof value === 'bigint' ? value : BigInt(value);
    case 'bool':
      return value ? 1 : 0;
    case 'char':
      return charToCore(value);
    default:
      return undefined;
  }
}

/**
 * What a core value is in JavaScript; undefined for no type.
 *
 * Spec: `lift_flat_unsigned`, `lift_flat_signed`, `convert_int_to_bool`.
 *
 * @param {ScalarKind | undefined} kind
 * @param {any} value
 * @returns {any}
 */
export function scalarFromCore(kind, value) {
  switch (kind) {
    case 'u32':
      return value >>> 0;
    case 's32':
    case 'f64':
    case 'f32':
    case 's64':
      return value;
    case 'u64':
      return BigInt.asUintN(64, value);
    case 'bool':
      return value !== 0;
    case 'char':
      return charFromCore(value);
    default:
      // The small integers; going in or out, the bits above are no part of them.
      return scalarToCore(kind, value);
  }
}

/**
 * Spec: `char_to_i32`.
 *
 * @param {unknown} value
 */
export function charToCore(value) {
  const code = typeof value === 'string' ? (value.codePointAt(0) ?? -1) : -1;
  if (!isScalarValue(code) || String.fromCodePoint(code) !== value) throw new Mismatch('a string of one character', value);
  return code;
}

/**
 * Spec: `convert_i32_to_char`.
 *
 * @param {number} code
 */
export function charFromCore(code) {
  if (!isScalarValue(code)) throw new Trap('invalid `char` bit pattern');
  return String.fromCodePoint(code);
}

/** @param {number} code */
function isScalarValue(code) {
  return code >= 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff);
}

/**
 * How a scalar is read, how it is written, and the typed array of such.
 *
 * @typedef {[load: (view: DataView, at: number) => any, store: (view: DataView, at: number, value: any) => void, array: any]} MemoryForm
 */

/** By the kinds that are laid out differently. */
/** @type {Record<string, MemoryForm>} */
const MEMORY_FORMS = {
  u8: [(view, at) => view.getUint8(at), (view, at, value) => view.setUint8(at, value), Uint8Array],
  s8: [(view, at) => view.getInt8(at), (view, at, value) => view.setInt8(at, value), Int8Array],
  u16: [(view, at) => view.getUint16(at, true), (view, at, value) => view.setUint16(at, value, true), Uint16Array],
  s16: [(view, at) => view.getInt16(at, true), (view, at, value) => view.setInt16(at, value, true), Int16Array],
  u32: [(view, at) => view.getUint32(at, true), (view, at, value) => view.setUint32(at, value, true), Uint32Array],
  s32: [(view, at) => view.getInt32(at, true), (view, at, value) => view.setInt32(at, value, true), Int32Array],
  u64: [(view, at) => view.getBigUint64(at, true), (view, at, value) => view.setBigUint64(at, value, true), BigUint64Array],
  s64: [(view, at) => view.getBigInt64(at, true), (view, at, value) => view.setBigInt64(at, value, true), BigInt64Array],
  f32: [(view, at) => view.getFloat32(at, true), (view, at, value) => view.setFloat32(at, value, true), Float32Array],
  f64: [(view, at) => view.getFloat64(at, true), (view, at, value) => view.setFloat64(at, value, true), Float64Array],
};

/**
 * @param {string} kind
 * @returns {kind is ScalarKind}
 */
export function isScalar(kind) {
  return kind === 'bool' || kind === 'char' || kind in MEMORY_FORMS;
}

/**
 * How an unsigned integer is read and written: the discriminants, bit sets and pointers that values are made of.
 *
 * @param {number} size in bytes
 */
export function unsignedForm(size) {
  return MEMORY_FORMS[`u${8 * size}`];
}

/**
 * The typed array whose elements are laid out as those of a list of this kind, if there is one.
 *
 * @param {string} kind
 */
export function typedArray(kind) {
  return MEMORY_FORMS[kind]?.[2];
}

/**
 * How the bits of a core value are read and written.
 *
 * @param {import('./plan-format.js').FlatType} type
 */
export function coreForm(type) {
  return MEMORY_FORMS[type.replace('i', 's')];
}

/**
 * @param {ScalarKind} kind
 * @returns {import('./codec.js').Ways}
 */
export function codecOfScalar(kind) {
  const [load, store] = MEMORY_FORMS[kind === 'bool' ? 'u8' : kind === 'char' ? 'u32' : kind];
  return {
    lift: (cx, at, flat) => scalarFromCore(kind, flat ? flat[at] : load(cx.memory.view, at)),
    lower: (cx, value, at, flat) => {
      const core = scalarToCore(kind, value);
      if (flat) flat[at] = core;
      else store(cx.memory.view, at, core);
    },
  };
}
