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
import { childTypes } from './types.js';
import { codecOfScalar, isScalar } from './scalars.js';
import { codecOfString } from './strings.js';
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
 * @property {number} size in memory, in bytes
 * @property {number} align in memory, in bytes
 * @property {import('./plan-format.js').FlatType[] | null} flat null where there are more than 16
 * @property {string} ok of a result: kind of what goes with `ok`
 * @property {number[]} borrows resource types of which a value can hold a `borrow` handle
 *
 * @typedef {TypeFacts & Ways} Codec
 */

/**
 * How the codec of each kind of type is made; the scalars have theirs in `scalars.js`.
 *
 * @type {Record<string, (type: any, codecs: Codecs, flat: import('./plan-format.js').FlatType[] | null) => Ways>}
 */
const CODECS = {
  string: (_, { pointer }) => codecOfString(pointer),
  list: ({ element }, { all, pointer }) => codecOfList(pointer, all[element]),
  fixedList: ({ element, length }, { all }) => codecOfFixedList(all[element], length),
  map: ({ key, value }, { all, pointer }) => codecOfMap(pointer, all[key], all[value]),
  record: ({ fields }, codecs) => codecOfRecord(codecs.named(fields)),
  tuple: ({ types }, { all }) => codecOfTuple(types.map((/** @type {number} */ type) => all[type])),
  flags: ({ names }) => codecOfFlags(names),
  variant: ({ cases }, codecs, flat) => codecOfVariant(codecs.named(cases), flat),
  enum: ({ names }) => codecOfEnum(names),
  option: ({ some }, { all }, flat) => codecOfOption(all[some], flat),
  result: ({ ok, err }, codecs, flat) => codecOfVariant(codecs.named([{ name: 'ok', type: ok }, { name: 'err', type: err }]), flat),
  own: ({ resource }) => codecOfHandle(resource, liftOwn, lowerOwn),
  borrow: ({ resource }) => codecOfHandle(resource, liftBorrow, lowerBorrow),
};

/**
 * Whether values of a type can be lifted and lowered, if those of the types it is made of can.
 *
 * @param {string} kind
 */
export function hasCodec(kind) {
  return isScalar(kind) || Object.hasOwn(CODECS, kind);
}

/** The codecs of all types of a plan, for memories of one pointer width. */
export class Codecs {
  /**
   * @param {import('./plan-format.js').Plan} plan
   * @param {32 | 64} pointer
   */
  constructor(plan, pointer) {
    this.plan = plan;
    this.pointer = pointerForm(pointer);
    /** By type. Children come before parents in the plan, so a loop does without recursion. @type {Codec[]} */
    this.all = [];
    for (const type of plan.types) this.all.push(this.make(type));
  }

  /**
   * @param {import('./plan-format.js').Type} type
   * @returns {Codec}
   */
  make(type) {
    const { width } = this.pointer;
    const children = childTypes(type).map((child) => this.all[child]);
    return {
      kind: type.kind,
      size: type.size[width],
      align: type.align[width],
      flat: type.flat[width],
      ok: type.kind === 'result' && type.ok !== null ? this.all[type.ok].kind : '',
      borrows: type.kind === 'borrow' ? [type.resource] : [...new Set(children.flatMap((child) => child.borrows))],
      // Types without a codec are refused where functions use them.
      ...(isScalar(type.kind) ? codecOfScalar(type.kind) : /** @type {Ways} */ (CODECS[type.kind]?.(type, this, type.flat[width]))),
    };
  }

  /**
   * @param {{ name: string, type: number | null }[]} items fields or cases
   * @returns {{ name: string, codec: any }[]}
   */
  named(items) {
    return items.map(({ name, type }) => ({ name, codec: type === null ? null : this.all[type] }));
  }
}
