/** Records, tuples and flags. */
import { camelCase } from './names.js';
import { Mismatch } from './errors.js';
import { layoutRecord } from './layout.js';
import { unsignedForm } from './scalars.js';

/** @typedef {import('./codec.js').Codec} Codec */

/**
 * Fields of option types may be missing; all others must be there, since a misspelt name would otherwise become a
 * zero.
 *
 * @param {{ name: string, codec: Codec }[]} fields
 * @returns {import('./codec.js').Ways}
 */
export function codecOfRecord(fields) {
  const keys = fields.map(({ name }) => camelCase(name));
  return codecOfMembers(
    keys,
    fields.map(({ codec }) => codec),
    () => ({}),
    (value) => {
      if (typeof value !== 'object' || value === null) throw new Mismatch('an object', value);
    },
  );
}

/**
 * @param {Codec[]} codecs
 * @returns {import('./codec.js').Ways}
 */
export function codecOfTuple(codecs) {
  const { length } = codecs;
  return codecOfMembers(
    codecs.map((_, i) => i),
    codecs,
    () => [],
    (value) => {
      if (!Array.isArray(value) || value.length !== length) throw new Mismatch(`an array of ${length}`, value);
    },
  );
}

/**
 * @param {(string | number)[]} keys
 * @param {Codec[]} codecs
 * @param {() => any} make an empty value
 * @param {(value: unknown) => void} check
 * @returns {import('./codec.js').Ways}
 */
function codecOfMembers(keys, codecs, make, check) {
  const { offsets, positions } = layoutRecord(codecs);
  const { length } = keys;
  return {
    lift: (cx, at, flat) => {
      const places = flat ? positions : offsets;
      const value = make();
      for (let i = 0; i < length; i++) value[keys[i]] = codecs[i].lift(cx, at + places[i], flat);
      return value;
    },
    lower: (cx, value, at, flat) => {
      const places = flat ? positions : offsets;
      check(value);
      for (let i = 0; i < length; i++) {
        const member = value[keys[i]];
        if (member === undefined && codecs[i].kind !== 'option') throw new Mismatch(`a field \`${keys[i]}\``, value);
        codecs[i].lower(cx, member, at + places[i], flat);
      }
    },
  };
}

/**
 * @param {string[]} names
 * @returns {import('./codec.js').Ways}
 */
export function codecOfFlags(names) {
  const keys = names.map(camelCase);
  const [load, store] = unsignedForm(names.length <= 8 ? 1 : names.length <= 16 ? 2 : 4);
  return {
    // Bits without a name are ignored. Spec: `unpack_flags_from_int`.
    lift: (cx, at, flat) => {
      const bits = flat ? flat[at] : load(cx.memory.view, at);
      /** @type {Record<string, boolean>} */
      const flags = {};
      keys.forEach((key, i) => (flags[key] = ((bits >>> i) & 1) === 1));
      return flags;
    },
    lower: (cx, value, at, flat) => {
      if (typeof value !== 'object' && value !== undefined) throw new Mismatch(`an object of flags (${keys.join(', ')})`, value);
      const bits = keys.reduce((set, key, i) => (value?.[key] ? set | (1 << i) : set), 0);
      if (flat) flat[at] = bits;
      else store(cx.memory.view, at, bits);
    },
  };
}
