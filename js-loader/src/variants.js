/**
 * Variants, and what is one for core code: enums, options and results.
 *
 * In flat form a variant is its discriminant and then slots that are wide enough for the payload of any case; a
 * payload travels reinterpreted in them.
 *
 * Spec: `load_variant`, `store_variant`, `lift_flat_variant`, `lower_flat_variant`.
 */
import { Mismatch, Trap } from './errors.js';
import { alignTo } from './layout.js';
import { loadScalar, storeScalar } from './scalars.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').Ways} Ways */
/** @typedef {import('./plan-format.js').FlatType} FlatType */

/**
 * What the kinds of variants differ in: how a case and its payload look in JavaScript.
 *
 * @typedef {object} Look
 * @property {(index: number, payload: any) => any} make
 * @property {(value: any) => number} caseOf below zero for what is no value of the type
 * @property {(value: any) => any} payloadOf
 * @property {string} expected what values of the type are, for messages
 */

/**
 * @param {(Codec | null)[]} payloads of the cases
 * @param {FlatType[] | null} flatTypes of the variant
 * @param {Look} look
 * @returns {Ways}
 */
function codecOfCases(payloads, flatTypes, { make, caseOf, payloadOf, expected }) {
  const count = payloads.length;
  const size = count <= 0x100 ? 1 : count <= 0x10000 ? 2 : 4;
  const kind = /** @type {import('./plan-format.js').ScalarKind} */ (`u${8 * size}`);
  const offset = alignTo(size, Math.max(1, ...payloads.map((codec) => codec?.align ?? 1)));
  // Types with more than 16 flat types never travel flat.
  const slots = flatTypes?.slice(1) ?? [];
  return {
    lift: (cx, at, flat) => {
      const index = flat ? flat[at] >>> 0 : loadScalar(kind, cx.memory.view, at);
      if (index >= count) throw new Trap(`invalid variant discriminant: discriminant ${index} out of range [0..${count})`);
      const payload = payloads[index];
      const values = flat && payload?.flat?.map((type, i) => reinterpret(flat[at + 1 + i], slots[i], type));
      return make(index, values ? payload?.lift(cx, 0, values) : payload?.lift(cx, at + offset, null));
    },
    lower: (cx, value, at, flat) => {
      const index = caseOf(value);
      if (index < 0) throw new Mismatch(expected, value?.tag ?? value);
      const payload = payloads[index];
      if (!flat) {
        storeScalar(kind, cx.memory.view, at, index);
        payload?.lower(cx, payloadOf(value), at + offset, null);
        return;
      }
      flat[at] = index;
      slots.forEach((slot, i) => (flat[at + 1 + i] = slot === 'i64' ? 0n : 0));
      payload?.lower(cx, payloadOf(value), at + 1, flat);
      payload?.flat?.forEach((type, i) => (flat[at + 1 + i] = reinterpret(flat[at + 1 + i], type, slots[i])));
    },
  };
}

/** @type {DataView | undefined} */
let bits;

/**
 * A value of one core type as another by its bits, of which the wider type has more: those are zero, or dropped.
 *
 * @param {any} value
 * @param {FlatType} from
 * @param {FlatType} to
 * @returns {any}
 */
export function reinterpret(value, from, to) {
  if (from === to) return value;
  // Little-endian, so that a 32-bit value is the low half of a 64-bit one.
  bits ??= new DataView(new ArrayBuffer(8));
  bits.setBigInt64(0, 0n);
  storeScalar(kindOf(from), bits, 0, value);
  return loadScalar(kindOf(to), bits, 0);
}

/**
 * The kind of scalar that is a core type as it is.
 *
 * @param {FlatType} type
 */
function kindOf(type) {
  return /** @type {import('./plan-format.js').ScalarKind} */ (type.replace('i', 's'));
}

/**
 * `{ tag, val }`, without `val` where the case has no payload.
 *
 * @param {{ name: string, codec: Codec | null }[]} cases
 * @param {FlatType[] | null} flat
 * @returns {Ways}
 */
export function codecOfVariant(cases, flat) {
  const tags = cases.map(({ name }) => name);
  return codecOfCases(cases.map(({ codec }) => codec), flat, {
    make: (index, val) => (cases[index].codec ? { tag: tags[index], val } : { tag: tags[index] }),
    caseOf: (value) => tags.indexOf(value?.tag),
    payloadOf: (value) => value.val,
    expected: `an object whose \`tag\` is ${oneOf(tags)}`,
  });
}

/**
 * @param {string[]} names
 * @returns {Ways}
 */
export function codecOfEnum(names) {
  return codecOfCases(names.map(() => null), ['i32'], {
    make: (index) => names[index],
    caseOf: (value) => names.indexOf(value),
    payloadOf: () => undefined,
    expected: oneOf(names),
  });
}

/**
 * The value or undefined. Where the value is an option itself this could not tell `none` from `some(none)`, so there
 * the outer one is `{ tag: 'some', val }` or `{ tag: 'none' }`.
 *
 * @param {Codec} some
 * @param {FlatType[] | null} flat
 * @returns {Ways}
 */
export function codecOfOption(some, flat) {
  if (some.kind === 'option') {
    const tagged = codecOfVariant([{ name: 'none', codec: null }, { name: 'some', codec: some }], flat);
    return { lift: tagged.lift, lower: (cx, value, at, out) => tagged.lower(cx, value ?? { tag: 'none' }, at, out) };
  }
  return codecOfCases([null, some], flat, {
    make: (_, payload) => payload,
    caseOf: (value) => (value === undefined || value === null ? 0 : 1),
    payloadOf: (value) => value,
    expected: '',
  });
}

/** @param {string[]} names */
function oneOf(names) {
  return `one of ${names.map((name) => `"${name}"`).join(', ')}`;
}
