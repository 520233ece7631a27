/**
 * Types of a plan whose form is right: that parts come before wholes, that none is deeper or larger than validation
 * of a component allows, and that layouts are the Canonical ABI's, which are computed here from the definitions.
 */
import { ensure } from './plan-form.js';

/** @typedef {import('./plan-format.js').Plan} Plan */

const MAX_DEPTH = 100;
const MAX_NODES = 1_000_000;
const MAX_SIZE = 2 ** 28 - 1;
const MAX_FLAT = 16;

/**
 * @typedef {object} Place what a type needs in a memory of one pointer width, and on the stack
 * @property {number} size
 * @property {number} align
 * @property {string[] | null} flat
 *
 * @typedef {object} Known what is known of a type
 * @property {[Place, Place]} places for 32 and 64 bits
 * @property {number} depth
 * @property {number} nodes how many types it consists of
 * @property {boolean} pointer whether it holds a string or list
 * @property {boolean} borrow whether it holds a borrow
 */

/** Bytes and core type of what has the same in both memories. @type {Record<string, [number, string]>} */
export const SCALARS = {
  bool: [1, 'i32'],
  s8: [1, 'i32'],
  u8: [1, 'i32'],
  s16: [2, 'i32'],
  u16: [2, 'i32'],
  s32: [4, 'i32'],
  u32: [4, 'i32'],
  s64: [8, 'i64'],
  u64: [8, 'i64'],
  f32: [4, 'f32'],
  f64: [8, 'f64'],
  char: [4, 'i32'],
  errorContext: [4, 'i32'],
  own: [4, 'i32'],
  borrow: [4, 'i32'],
  stream: [4, 'i32'],
  future: [4, 'i32'],
};

/**
 * The types that a type is made of; null stands for a case without payload.
 *
 * @param {any} type
 * @returns {(number | null)[]}
 */
function parts(type) {
  switch (type.kind) {
    case 'list':
    case 'fixedList':
    case 'stream':
    case 'future':
      return [type.element];
    case 'map':
      return [type.key, type.value];
    case 'record':
      return type.fields.map((/** @type {any} */ field) => field.type);
    case 'tuple':
      return type.types;
    case 'variant':
      return type.cases.map((/** @type {any} */ one) => one.type);
    case 'enum':
      return type.names.map(() => null);
    case 'option':
      return [null, type.some];
    case 'result':
      return [type.ok, type.err];
    default:
      return [];
  }
}

/** @param {number} offset @param {number} align */
const alignTo = (offset, align) => Math.ceil(offset / align) * align;

/** @param {number} names */
const bytesFor = (names) => (names <= 1 << 8 ? 1 : names <= 1 << 16 ? 2 : 4);

/** @param {string} a @param {string} b */
const join = (a, b) => (a === b ? a : a !== 'i64' && b !== 'i64' && a !== 'f64' && b !== 'f64' ? 'i32' : 'i64');

/** @param {number} least @param {Place[]} places @param {'size' | 'align'} what */
const largest = (least, places, what) => places.reduce((most, place) => Math.max(most, place[what]), least);

/**
 * @param {Place[]} fields
 * @returns {Place}
 */
function recordPlace(fields) {
  const end = fields.reduce((offset, { size, align }) => alignTo(offset, align) + size, 0);
  const align = largest(1, fields, 'align');
  const flat = fields.reduce((/** @type {string[] | null} */ all, field) => all && field.flat && fitting([...all, ...field.flat]), []);
  return { size: alignTo(end, align), align, flat };
}

/** @param {string[]} flat */
const fitting = (flat) => (flat.length <= MAX_FLAT ? flat : null);

/**
 * @param {(Place | null)[]} cases
 * @returns {Place}
 */
function variantPlace(cases) {
  const discriminant = bytesFor(cases.length);
  const payloads = cases.flatMap((place) => place ?? []);
  const payloadAlign = largest(1, payloads, 'align');
  const align = Math.max(discriminant, payloadAlign);
  const size = alignTo(alignTo(discriminant, payloadAlign) + largest(0, payloads, 'size'), align);
  /** @type {string[]} */
  const joined = [];
  for (const { flat } of payloads) {
    if (!flat) return { size, align, flat: null };
    flat.forEach((core, i) => (joined[i] = i < joined.length ? join(joined[i], core) : core));
  }
  return { size, align, flat: fitting(['i32', ...joined]) };
}

/**
 * @param {any} type
 * @param {(Place | null)[]} inner places of its parts
 * @param {number} bytes of a pointer
 * @returns {Place}
 */
function placeOf(type, inner, bytes) {
  const scalar = Object.hasOwn(SCALARS, type.kind) && SCALARS[type.kind];
  if (scalar) return { size: scalar[0], align: scalar[0], flat: [scalar[1]] };
  const present = /** @type {Place[]} */ (inner);
  switch (type.kind) {
    case 'string':
    case 'list':
    case 'map':
      return { size: 2 * bytes, align: bytes, flat: Array(2).fill(bytes === 4 ? 'i32' : 'i64') };
    case 'fixedList': {
      const [{ size, align, flat }] = present;
      const isFlat = flat && flat.length * type.length <= MAX_FLAT;
      return { size: size * type.length, align, flat: isFlat ? Array(type.length).fill(flat).flat() : null };
    }
    case 'record':
    case 'tuple':
      return recordPlace(present);
    case 'flags': {
      const size = type.names.length <= 8 ? 1 : type.names.length <= 16 ? 2 : 4;
      return { size, align: size, flat: ['i32'] };
    }
    default:
      return variantPlace(inner);
  }
}

/**
 * What a type is, without its layout, so that equal ones can be told.
 *
 * @param {any} type
 */
function identity({ size: _size, align: _align, flat: _flat, ...definition }) {
  return JSON.stringify(Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * @param {any} type
 * @param {string} at
 */
function checkNames(type, at) {
  const named = type.fields ?? type.cases ?? type.names ?? (type.kind === 'tuple' ? type.types : undefined);
  if (!named) return;
  ensure(named.length > 0, at, 'there must be one field, case or name');
  if (type.kind === 'flags') ensure(named.length <= 32, at, 'there are more than 32 flags');
  const names = named.map((/** @type {any} */ one) => one.name ?? one);
  if (type.kind !== 'tuple') ensure(new Set(names).size === names.length, at, 'a name appears twice');
}

/**
 * @param {Plan} plan of the right form
 * @returns {Known[]}
 */
export function checkTypes(plan) {
  /** @type {Known[]} */
  const all = [];
  const seen = new Set();
  plan.types.forEach((type, i) => {
    const at = `types[${i}]`;
    checkNames(type, at);
    if (type.kind === 'fixedList') ensure(type.length > 0, at, 'the length must not be 0');
    const inner = parts(type).map((part) => {
      if (part === null) return null;
      ensure(part < i, at, `type ${part} does not come before it`);
      return all[part];
    });
    const present = inner.flatMap((known) => known ?? []);
    const depth = 1 + present.reduce((most, known) => Math.max(most, known.depth), 0);
    const nodes = present.reduce((sum, known) => sum + known.nodes, 1);
    ensure(depth <= MAX_DEPTH, at, `nested deeper than ${MAX_DEPTH}`);
    ensure(nodes <= MAX_NODES, at, `consists of more than ${MAX_NODES} types`);
    const name = identity(type);
    ensure(!seen.has(name), at, 'an earlier type is the same');
    seen.add(name);
    const place = (/** @type {0 | 1} */ width) => {
      const computed = placeOf(
        type,
        inner.map((known) => known && known.places[width]),
        width ? 8 : 4,
      );
      const given = { size: type.size[width], align: type.align[width], flat: type.flat[width] };
      ensure(computed.size <= MAX_SIZE, at, `larger than ${MAX_SIZE} bytes`);
      ensure(JSON.stringify(given) === JSON.stringify(computed), at, () => `its layout is ${JSON.stringify(computed)}, not ${JSON.stringify(given)}`);
      return computed;
    };
    all.push({
      places: [place(0), place(1)],
      depth,
      nodes,
      // What goes through a stream or future is not in the value: the options of its built-ins are about it.
      pointer: ['string', 'list', 'map'].includes(type.kind) || (!['stream', 'future'].includes(type.kind) && present.some((known) => known.pointer)),
      borrow: type.kind === 'borrow' || present.some((known) => known.borrow),
    });
  });
  return all;
}
