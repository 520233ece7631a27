/**
 * Codecs: for one type, the four ways its values cross the boundary. `load` and `store` go through memory, `lift`
 * and `lower` through flat core values. `Codecs` makes them from a plan's types; each family of types is a file of
 * its own that knows nothing of the others.
 *
 * Codecs are made once per plan and pointer width and hold no state: the `Context` of the running call does.
 */
import { codecOfFlags, codecOfRecord, codecOfTuple } from './records.js';
import { codecOfFixedList, codecOfList, codecOfMap } from './lists.js';
import { codecOfEnum, codecOfOption, codecOfResult, codecOfVariant } from './variants.js';
import { codecOfBorrow, codecOfOwn } from './resources.js';
import { codecOfString } from './strings.js';
import { codecOfScalar } from './scalars.js';
import { childTypes } from './types.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {number | bigint} CoreValue */

/**
 * @typedef {object} Codec
 * @property {import('./plan-format.js').TypeKind['kind']} kind
 * @property {number} size in memory, in bytes
 * @property {number} align in memory, in bytes
 * @property {import('./plan-format.js').FlatType[] | null} flat null where there are more than 16
 * @property {(cx: Context, address: number) => any} load
 * @property {(cx: Context, value: any, address: number) => void} store
 * @property {(cx: Context, values: import('./flat.js').FlatValues) => any} lift
 * @property {(cx: Context, value: any, out: CoreValue[]) => void} lower appends as many values as `flat` has
 * @property {boolean} hasOwn whether a value can hold an `own` handle
 * @property {Codec | null} ok of a result: what goes with `ok`
 * @property {number[]} borrows resource types of which a value can hold a `borrow` handle
 *
 * @typedef {Pick<Codec, 'load' | 'store' | 'lift' | 'lower'>} Ways
 *
 * @typedef {object} PointerForm how addresses and lengths are written in memories of one width
 * @property {0 | 1} width position in the pairs of the plan: 0 for 32-bit memories, 1 for 64-bit ones
 * @property {number} size of a pointer in bytes
 * @property {(view: DataView, address: number) => CoreValue} read unsigned
 * @property {(view: DataView, address: number, value: CoreValue) => void} write
 * @property {(value: CoreValue) => CoreValue} fromFlat unsigned
 * @property {(value: CoreValue) => CoreValue} toFlat
 */

/** @type {Record<32 | 64, PointerForm>} */
const POINTERS = {
  32: {
    width: 0,
    size: 4,
    read: (view, address) => view.getUint32(address, true),
    write: (view, address, value) => view.setUint32(address, /** @type {number} */ (value), true),
    fromFlat: (value) => /** @type {number} */ (value) >>> 0,
    toFlat: (value) => value,
  },
  64: {
    width: 1,
    size: 8,
    read: (view, address) => view.getBigUint64(address, true),
    write: (view, address, value) => view.setBigUint64(address, BigInt(value), true),
    fromFlat: (value) => BigInt.asUintN(64, /** @type {bigint} */ (value)),
    toFlat: (value) => BigInt(value),
  },
};

/** The codecs of all types of a plan, for memories of one pointer width. */
export class Codecs {
  /**
   * @param {import('./plan-format.js').Plan} plan
   * @param {32 | 64} pointer
   */
  constructor(plan, pointer) {
    this.plan = plan;
    this.pointer = POINTERS[pointer];
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
    const children = this.children(type);
    return {
      kind: type.kind,
      size: type.size[width],
      align: type.align[width],
      flat: type.flat[width],
      ok: type.kind === 'result' && type.ok !== null ? this.all[type.ok] : null,
      hasOwn: type.kind === 'own' || children.some((child) => child.hasOwn),
      borrows: type.kind === 'borrow' ? [type.resource] : [...new Set(children.flatMap((child) => child.borrows))],
      ...this.ways(type),
    };
  }

  /**
   * @param {import('./plan-format.js').Type} type
   * @returns {Ways}
   */
  ways(type) {
    const { all, pointer } = this;
    switch (type.kind) {
      case 'string':
        return codecOfString(pointer);
      case 'list':
        return codecOfList(pointer, all[type.element]);
      case 'fixedList':
        return codecOfFixedList(all[type.element], type.length);
      case 'map':
        return codecOfMap(pointer, all[type.key], all[type.value]);
      case 'record':
        return codecOfRecord(type.fields.map((field) => ({ name: field.name, codec: all[field.type] })));
      case 'tuple':
        return codecOfTuple(type.types.map((element) => all[element]));
      case 'flags':
        return codecOfFlags(type.names, type.size[0]);
      case 'variant':
        return codecOfVariant(type.cases.map(({ name, type: payload }) => ({ name, codec: payload === null ? null : all[payload] })), type.flat[pointer.width]);
      case 'enum':
        return codecOfEnum(type.names);
      case 'option':
        return codecOfOption(all[type.some], type.flat[pointer.width]);
      case 'result':
        return codecOfResult(type.ok === null ? null : all[type.ok], type.err === null ? null : all[type.err], type.flat[pointer.width]);
      case 'own':
        return codecOfOwn(this.plan, type.resource);
      case 'borrow':
        return codecOfBorrow(this.plan, type.resource);
      case 'stream':
      case 'future':
      case 'errorContext':
        throw new TypeError(`values of type ${type.kind} are refused when a plan is checked`);
      default:
        return codecOfScalar(type.kind);
    }
  }

  /**
   * @param {import('./plan-format.js').Type} type
   * @returns {Codec[]}
   */
  children(type) {
    return childTypes(type).map((child) => this.all[child]);
  }
}
