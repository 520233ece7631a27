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
 * Reads a scalar. As above, a function with a switch.
 *
 * @param {ScalarKind} kind
 * @param {DataView} view
 * @param {number} at
 * @returns {any}
 */
export function loadScalar(kind, view, at) {
  switch (kind) {
    case 'u32':
      return view.getUint32(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    case 's32':
      return view.getInt32(at, true);
    case 'f32':
      return view.getFloat32(at, true);
    case 'u64':
      return view.getBigUint64(at, true);
    case 's64':
      return view.getBigInt64(at, true);
    case 'u16':
      return view.getUint16(at, true);
    case 's16':
      return view.getInt16(at, true);
    case 'char':
      return charFromCore(view.getUint32(at, true));
    default:
      return scalarFromCore(kind, view.getUint8(at));
  }
}

/**
 * Writes a scalar.
 *
 * @param {ScalarKind} kind
 * @param {DataView} view
 * @param {number} at
 * @param {any} value
 */
export function storeScalar(kind, view, at, value) {
  switch (kind) {
    case 'u32':
    case 's32':
      return view.setInt32(at, value, true);
    case 'f64':
      return view.setFloat64(at, value, true);
    case 'u64':
    case 's64':
      return view.setBigInt64(at, scalarToCore(kind, value), true);
    case 'f32':
      return view.setFloat32(at, value, true);
    case 'u16':
    case 's16':
      return view.setInt16(at, value, true);
    case 'char':
      return view.setInt32(at, scalarToCore(kind, value), true);
    default:
      return view.setInt8(at, scalarToCore(kind, value));
  }
}

/** @type {Record<string, any>} */
const TYPED_ARRAYS = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/**
 * The typed array whose elements are laid out as those of a list of this kind, if there is one.
 *
 * @param {string} kind
 */
export function typedArray(kind) {
  return TYPED_ARRAYS[kind];
}

/**
 * @param {string} kind
 * @returns {kind is ScalarKind}
 */
export function isScalar(kind) {
  return kind === 'bool' || kind === 'char' || kind in TYPED_ARRAYS;
}

/**
 * @param {ScalarKind} kind
 * @returns {import('./codec.js').Ways}
 */
export function codecOfScalar(kind) {
  return {
    lift: (cx, at, flat) => (flat ? scalarFromCore(kind, flat[at]) : loadScalar(kind, cx.memory.view, at)),
    lower: (cx, value, at, flat) => {
      if (flat) flat[at] = scalarToCore(kind, value);
      else storeScalar(kind, cx.memory.view, at, value);
    },
  };
}
