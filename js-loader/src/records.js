/** Records, tuples and flags. */
import { Mismatch, isObject } from './errors.js';
import { camelCase } from './names.js';
import { layoutRecord } from './layout.js';
import { codecOfScalar, loadScalar, storeScalar } from './scalars.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').Ways} Ways */

/**
 * @param {{ name: string, codec: Codec }[]} fields
 * @returns {Ways}
 */
export function codecOfRecord(fields) {
  const codecs = fields.map(({ codec }) => codec);
  const empty = Object.fromEntries(fields.map(({ name }) => [camelCase(name)]));
  return codecOfMembers(
    codecs,
    fields.map(({ name }) => camelCase(name)),
    empty,
    (value) => {
      if (!isObject(value)) throw new Mismatch('an object', value);
    },
  );
}

/**
 * @param {Codec[]} codecs
 * @returns {Ways}
 */
export function codecOfTuple(codecs) {
  const { length } = codecs;
  return codecOfMembers(codecs, [...codecs.keys()], undefined, (value) => {
    if (!Array.isArray(value) || value.length !== length) throw new Mismatch(`an array of ${length}`, value);
  });
}

/**
 * Values that have a part for each of some types. Parts of option types may be missing from JavaScript's; all others
 * must be there, since a misspelt name would otherwise become a zero.
 *
 * @param {Codec[]} codecs
 * @param {(string | number)[]} keys of the parts
 * @param {any} empty what records are before they have values; undefined for tuples
 * @param {(value: unknown) => void} check
 * @returns {Ways}
 */
function codecOfMembers(codecs, keys, empty, check) {
  const { offsets, positions } = layoutRecord(codecs);
  return {
    lift: (cx, at, flat) => {
      // No guest runs while values are lifted, so the view stays.
      const view = !flat && cx.memory.view;
      const places = flat ? positions : offsets;
      const value = empty ? { ...empty } : [];
      for (let i = 0; i < codecs.length; i++) {
        const { scalar, lift } = codecs[i];
        value[keys[i]] = scalar && view ? loadScalar(scalar, view, at + places[i]) : lift(cx, at + places[i], flat);
      }
      return value;
    },
    lower: (cx, value, at, flat) => {
      const places = flat ? positions : offsets;
      check(value);
      let i = 0;
      try {
        for (; i < codecs.length; i++) {
          const member = value[keys[i]];
          const { kind, scalar, lower } = codecs[i];
          if (member === undefined && kind !== 'option') throw new Mismatch('a value', member);
          if (scalar && !flat) storeScalar(scalar, cx.memory.view, at + places[i], member);
          else lower(cx, member, at + places[i], flat);
        }
      } catch (error) {
        throw Mismatch.in(`field \`${keys[i]}\``, error);
      }
    },
  };
}

/**
 * @param {string[]} names
 * @returns {Ways}
 */
export function codecOfFlags(names) {
  const keys = names.map(camelCase);
  const word = codecOfScalar(names.length <= 8 ? 'u8' : names.length <= 16 ? 'u16' : 'u32');
  return {
    // Bits without a name are ignored. Spec: `unpack_flags_from_int`.
    lift: (cx, at, flat) => {
      const bits = word.lift(cx, at, flat);
      return Object.fromEntries(keys.map((key, i) => [key, ((bits >>> i) & 1) === 1]));
    },
    lower: (cx, value, at, flat) => {
      if (typeof value !== 'object' && value !== undefined) throw new Mismatch(`an object of flags (${keys.join(', ')})`, value);
      const bits = keys.reduce((set, key, i) => (value?.[key] ? set | (1 << i) : set), 0);
      word.lower(cx, bits, at, flat);
    },
  };
}
