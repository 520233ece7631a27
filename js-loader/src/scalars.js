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
 * @param {ScalarKind | ''} kind
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
 * @param {ScalarKind | ''} kind
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
    case 'u8':
      return value & 0xff;
    case 's8':
      return (value << 24) >> 24;
    case 'u16':
      return value & 0xffff;
    case 's16':
      return (value << 16) >> 16;
    case 'u64':
      return BigInt.asUintN(64, value);
    case 'bool':
      return value !== 0;
    case 'char':
      return charFromCore(value);
    default:
      return undefined;
  }
}

/**
 * Spec: `char_to_i32`.
 *
 * @param {unknown} value
 */
function charToCore(value) {
  const code = typeof value === 'string' ? value.codePointAt(0) : undefined;
  if (code === undefined || (code >= 0xd800 && code <= 0xdfff) || String.fromCodePoint(code) !== value) {
    throw new Mismatch('a string of one Unicode character', value);
  }
  return code;
}

/**
 * Spec: `convert_i32_to_char`.
 *
 * @param {number} value
 */
function charFromCore(value) {
  const code = value >>> 0;
  if (code >= 0x110000 || (code >= 0xd800 && code <= 0xdfff)) throw new Trap('invalid `char` bit pattern');
  return String.fromCodePoint(code);
}

/** @type {Record<ScalarKind, Pick<import('./codec.js').Codec, 'load' | 'store'>>} */
const MEMORY_FORMS = {
  bool: {
    load: (cx, at) => cx.memory.view.getUint8(at) !== 0,
    store: (cx, value, at) => cx.memory.view.setUint8(at, value ? 1 : 0),
  },
  s8: { load: (cx, at) => cx.memory.view.getInt8(at), store: (cx, value, at) => cx.memory.view.setInt8(at, value) },
  u8: { load: (cx, at) => cx.memory.view.getUint8(at), store: (cx, value, at) => cx.memory.view.setUint8(at, value) },
  s16: {
    load: (cx, at) => cx.memory.view.getInt16(at, true),
    store: (cx, value, at) => cx.memory.view.setInt16(at, value, true),
  },
  u16: {
    load: (cx, at) => cx.memory.view.getUint16(at, true),
    store: (cx, value, at) => cx.memory.view.setUint16(at, value, true),
  },
  s32: {
    load: (cx, at) => cx.memory.view.getInt32(at, true),
    store: (cx, value, at) => cx.memory.view.setInt32(at, value, true),
  },
  u32: {
    load: (cx, at) => cx.memory.view.getUint32(at, true),
    store: (cx, value, at) => cx.memory.view.setUint32(at, value, true),
  },
  s64: {
    load: (cx, at) => cx.memory.view.getBigInt64(at, true),
    store: (cx, value, at) => cx.memory.view.setBigInt64(at, scalarToCore('s64', value), true),
  },
  u64: {
    load: (cx, at) => cx.memory.view.getBigUint64(at, true),
    store: (cx, value, at) => cx.memory.view.setBigUint64(at, scalarToCore('u64', value), true),
  },
  f32: {
    load: (cx, at) => cx.memory.view.getFloat32(at, true),
    store: (cx, value, at) => cx.memory.view.setFloat32(at, value, true),
  },
  f64: {
    load: (cx, at) => cx.memory.view.getFloat64(at, true),
    store: (cx, value, at) => cx.memory.view.setFloat64(at, value, true),
  },
  char: {
    load: (cx, at) => charFromCore(cx.memory.view.getUint32(at, true)),
    store: (cx, value, at) => cx.memory.view.setUint32(at, charToCore(value), true),
  },
};

/**
 * @param {string} kind
 * @returns {kind is ScalarKind}
 */
export function isScalar(kind) {
  return Object.hasOwn(MEMORY_FORMS, kind);
}

/**
 * @param {ScalarKind} kind
 * @returns {import('./codec.js').Ways}
 */
export function codecOfScalar(kind) {
  return {
    ...MEMORY_FORMS[kind],
    lift: (_, values) => scalarFromCore(kind, values.next()),
    lower: (_, value, out) => void out.push(scalarToCore(kind, value)),
  };
}
