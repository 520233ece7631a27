/**
 * Codecs: for one type, how its values are lifted and lowered. A value is either in memory at an address, or flat:
 * core values from some position on in an array. Both come through the same two functions, so that aggregates need
 * not be written twice.
 *
 * `Codecs` makes them from a plan's types; each family of types is a file of its own. They are made once per plan and
 * pointer width and hold no state: the `Context` of the running call does.
 */
import { codecOfHandle, liftBorrow, liftOwn, lowerBorrow, lowerOwn } from './resources.js';
import { codecOfEnum, codecOfOption, codecOfVariant } from './variants.js';
import { codecOfFixedList, codecOfList, codecOfMap } from './lists.js';
import { codecOfFlags, codecOfRecord, codecOfTuple } from './records.js';
import { codecOfScalar, isScalar } from './scalars.js';
import { codecOfString } from './strings.js';
import { unsupported } from './errors.js';
import { pointerForm } from './pointers.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {number | bigint} CoreValue */

/**
 * @typedef {object} Ways
 * @property {(cx: Context, at: number, flat: any[] | null) => any} lift
 * @property {(cx: Context, value: any, at: number, flat: any[] | null) => void} lower
 *
 * @typedef {object} TypeFacts
 * @property {import('./plan-format.js').TypeKind['kind']} kind
 * @property {import('./plan-format.js').ScalarKind} [scalar] the same, of scalars: engines inline what does these, unlike the two functions
 * @property {number} size in memory, in bytes
 * @property {number} align in memory, in bytes
 * @property {import('./plan-format.js').FlatType[] | null} flat null where there are more than 16
 *
 * @typedef {TypeFacts & Ways} Codec
 */

/**
 * How the codec of each kind of type is made; the scalars have theirs in `scalars.js`.
 *
 * @type {Record<string, (type: any, codecs: Codecs, flat: import('./plan-format.js').FlatType[] | null) => Ways>}
 */
export const CODECS = {
  string: (_, { pointer }) => codecOfString(pointer),
  list: ({ element }, codecs) => codecOfList(codecs.pointer, codecs.get(element)),
  fixedList: ({ element, length }, codecs) => codecOfFixedList(codecs.get(element), length),
  map: ({ key, value }, codecs) => codecOfMap(codecs.pointer, codecs.get(key), codecs.get(value)),
  record: ({ fields }, codecs) => codecOfRecord(codecs.named(fields)),
  tuple: ({ types }, codecs) => codecOfTuple(types.map((/** @type {number} */ type) => codecs.get(type))),
  flags: ({ names }) => codecOfFlags(names),
  variant: ({ cases }, codecs, flat) => codecOfVariant(codecs.named(cases), flat),
  enum: ({ names }) => codecOfEnum(names),
  option: ({ some }, codecs, flat) => codecOfOption(codecs.get(some), flat),
  result: ({ ok, err }, codecs, flat) => codecOfVariant(codecs.named([{ name: 'ok', type: ok }, { name: 'err', type: err }]), flat),
  own: ({ resource }) => codecOfHandle(resource, liftOwn, lowerOwn),
  borrow: ({ resource }) => codecOfHandle(resource, liftBorrow, lowerBorrow),
};

/** The codecs of a plan's types, for memories of one pointer width. */
export class Codecs {
  /**
   * @param {import('./plan-format.js').Plan} plan
   * @param {32 | 64} bits
   */
  constructor(plan, bits) {
    this.types = plan.types;
    this.pointer = pointerForm(bits);
    /** Made codecs, by type. @type {Codec[]} */
    this.made = [];
  }

  /**
   * @param {number} type
   * @returns {Codec}
   */
  get(type) {
    return (this.made[type] ??= this.make(this.types[type]));
  }

  /**
   * @param {import('./plan-format.js').Type} type
   * @returns {Codec}
   */
  make(type) {
    const { kind } = type;
    const { width } = this.pointer;
    const flat = type.flat[width];
    const scalar = isScalar(kind) ? kind : undefined;
    if (!scalar && !Object.hasOwn(CODECS, kind)) throw unsupported(`the type ${kind}`);
    const ways = scalar ? codecOfScalar(scalar) : CODECS[kind](type, this, flat);
    return { kind, scalar, size: type.size[width], align: type.align[width], flat, ...ways };
  }

  /**
   * @param {{ name: string, type: number | null }[]} items fields or cases
   * @returns {{ name: string, codec: any }[]}
   */
  named(items) {
    return items.map(({ name, type }) => ({ name, codec: type === null ? null : this.get(type) }));
  }
}
