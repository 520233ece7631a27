/** Records, tuples and flags. */
import { camelCase } from './names.js';
import { Mismatch } from './errors.js';
import { layoutRecord } from './layout.js';

/** @typedef {import('./codec.js').Codec} Codec */

/**
 * Fields of option types may be missing; all others must be there, since a misspelt name would otherwise become a
 * zero.
 *
 * @param {{ name: string, codec: Codec }[]} fields
 * @returns {import('./codec.js').Ways}
 */
export function codecOfRecord(fields) {
  const { offsets } = layoutRecord(fields.map((field) => field.codec));
  const members = fields.map(({ name, codec }, i) => ({ key: camelCase(name), codec, offset: offsets[i] }));
  /**
   * @param {any} value
   * @param {string} key
   * @param {Codec} codec
   */
  const get = (value, key, codec) => {
    const member = value[key];
    if (member === undefined && codec.kind !== 'option') throw new Mismatch(`a field \`${key}\``, value);
    return member;
  };
  /** @param {unknown} value */
  const check = (value) => {
    if (typeof value !== 'object' || value === null) throw new Mismatch('an object', value);
  };
  return {
    load: (cx, at) => {
      /** @type {Record<string, any>} */
      const record = {};
      for (const { key, codec, offset } of members) record[key] = codec.load(cx, at + offset);
      return record;
    },
    store: (cx, value, at) => {
      check(value);
      for (const { key, codec, offset } of members) codec.store(cx, get(value, key, codec), at + offset);
    },
    lift: (cx, values) => {
      /** @type {Record<string, any>} */
      const record = {};
      for (const { key, codec } of members) record[key] = codec.lift(cx, values);
      return record;
    },
    lower: (cx, value, out) => {
      check(value);
      for (const { key, codec } of members) codec.lower(cx, get(value, key, codec), out);
    },
  };
}

/**
 * @param {Codec[]} elements
 * @returns {import('./codec.js').Ways}
 */
export function codecOfTuple(elements) {
  const { offsets } = layoutRecord(elements);
  /** @param {any} value */
  const check = (value) => {
    if (!(Array.isArray(value) || ArrayBuffer.isView(value)) || /** @type {any} */ (value).length !== elements.length) {
      throw new Mismatch(`an array of ${elements.length}`, value);
    }
  };
  return {
    load: (cx, at) => elements.map((codec, i) => codec.load(cx, at + offsets[i])),
    store: (cx, value, at) => {
      check(value);
      elements.forEach((codec, i) => codec.store(cx, value[i], at + offsets[i]));
    },
    lift: (cx, values) => elements.map((codec) => codec.lift(cx, values)),
    lower: (cx, value, out) => {
      check(value);
      elements.forEach((codec, i) => codec.lower(cx, value[i], out));
    },
  };
}

/**
 * @param {string[]} names
 * @param {number} size in bytes
 * @returns {import('./codec.js').Ways}
 */
export function codecOfFlags(names, size) {
  const keys = names.map(camelCase);
  /** Spec: `unpack_flags_from_int`; bits without a name are ignored.
   * @param {number} bits
   */
  const unpack = (bits) => {
    /** @type {Record<string, boolean>} */
    const flags = {};
    keys.forEach((key, i) => (flags[key] = ((bits >>> i) & 1) === 1));
    return flags;
  };
  /** @param {any} value */
  const pack = (value) => {
    if (value === undefined || value === null) return 0;
    if (typeof value !== 'object') throw new Mismatch(`an object of flags (${keys.join(', ')})`, value);
    return keys.reduce((bits, key, i) => (value[key] ? bits | (1 << i) : bits), 0);
  };
  return {
    load: ({ memory: { view } }, at) =>
      unpack(size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true)),
    store: (cx, value, at) => {
      const bits = pack(value);
      const { view } = cx.memory;
      if (size === 1) view.setUint8(at, bits);
      else if (size === 2) view.setUint16(at, bits, true);
      else view.setUint32(at, bits, true);
    },
    lift: (_, values) => unpack(values.next()),
    lower: (_, value, out) => void out.push(pack(value)),
  };
}
