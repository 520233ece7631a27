/**
 * Variants, and what is one in memory: enums, options and results.
 *
 * In flat form a variant is its discriminant and then slots that are wide enough for the payload of any case; a
 * payload travels reinterpreted in them. Which reinterpretation each case needs is worked out once.
 *
 * Spec: `load_variant`, `store_variant`, `lift_flat_variant`, `lower_flat_variant`.
 */
import { FlatValues } from './flat.js';
import { Mismatch, Trap } from './errors.js';
import { alignTo } from './layout.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').CoreValue} CoreValue */
/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./plan-format.js').FlatType} FlatType */
/** @typedef {(value: any) => any} Reinterpret */

/**
 * The memory and flat forms of a variant, of which the kinds below only differ in what their values look like.
 */
class VariantForm {
  /**
   * @param {(Codec | null)[]} payloads of the cases
   * @param {FlatType[] | null} flat of the variant
   */
  constructor(payloads, flat) {
    this.payloads = payloads;
    this.discriminantSize = payloads.length <= 0x100 ? 1 : payloads.length <= 0x10000 ? 2 : 4;
    const align = payloads.reduce((most, codec) => Math.max(most, codec?.align ?? 1), 1);
    this.payloadAt = alignTo(this.discriminantSize, align);
    // Types with more than 16 flat types never travel flat.
    this.slots = flat ? flat.slice(1) : [];
    /** For each case, how each of its flat values gets out of its slot and into it. */
    this.fromSlots = payloads.map((codec) => conversions(codec, this.slots, FROM_SLOT));
    this.toSlots = payloads.map((codec) => conversions(codec, this.slots, TO_SLOT));
    this.padding = this.slots.map((slot) => (slot === 'i64' ? 0n : 0));
  }

  /**
   * @param {Context} cx
   * @param {number} at
   */
  loadCase({ memory: { view } }, at) {
    const size = this.discriminantSize;
    return this.checkCase(size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true));
  }

  /** @param {number} index */
  checkCase(index) {
    const count = this.payloads.length;
    if (index >= count) throw new Trap(`invalid variant discriminant: discriminant ${index} out of range [0..${count})`);
    return index;
  }

  /**
   * @param {Context} cx
   * @param {number} index
   * @param {number} at
   */
  loadPayload(cx, index, at) {
    return this.payloads[index]?.load(cx, at + this.payloadAt);
  }

  /**
   * @param {Context} cx
   * @param {number} index
   * @param {unknown} payload
   * @param {number} at
   */
  store(cx, index, payload, at) {
    const { view } = cx.memory;
    if (this.discriminantSize === 1) view.setUint8(at, index);
    else if (this.discriminantSize === 2) view.setUint16(at, index, true);
    else view.setUint32(at, index, true);
    this.payloads[index]?.store(cx, payload, at + this.payloadAt);
  }

  /** @param {FlatValues} values */
  liftCase(values) {
    return this.checkCase(values.next() >>> 0);
  }

  /**
   * @param {Context} cx
   * @param {number} index
   * @param {FlatValues} values
   */
  liftPayload(cx, index, values) {
    const end = values.at + this.slots.length;
    const convert = this.fromSlots[index];
    let source = values;
    if (convert) {
      source = new FlatValues(convert.map((reinterpret, i) => reinterpret(values.values[values.at + i])));
    }
    const payload = this.payloads[index]?.lift(cx, source);
    values.at = end;
    return payload;
  }

  /**
   * @param {Context} cx
   * @param {number} index
   * @param {unknown} payload
   * @param {CoreValue[]} out
   */
  lower(cx, index, payload, out) {
    out.push(index);
    const start = out.length;
    this.payloads[index]?.lower(cx, payload, out);
    this.toSlots[index]?.forEach((reinterpret, i) => (out[start + i] = reinterpret(out[start + i])));
    for (let i = out.length - start; i < this.padding.length; i++) out.push(this.padding[i]);
  }
}

const same = (/** @type {any} */ value) => value;

/** From a slot to the payload's own flat type, by `slot own`. */
/** @type {Record<string, Reinterpret>} */
const FROM_SLOT = {
  'i32 f32': (bits) => scratch().f32(bits),
  'i64 i32': (bits) => Number(BigInt.asIntN(32, bits)),
  'i64 f32': (bits) => scratch().f32(Number(BigInt.asIntN(32, bits))),
  'i64 f64': (bits) => scratch().f64(bits),
};

/** From a payload's own flat type to its slot, by `slot own`. */
/** @type {Record<string, Reinterpret>} */
const TO_SLOT = {
  'i32 f32': (value) => scratch().f32Bits(value),
  'i64 i32': (value) => BigInt(value >>> 0),
  'i64 f32': (value) => BigInt(scratch().f32Bits(value)),
  'i64 f64': (value) => scratch().f64Bits(value),
};

/**
 * @param {Codec | null} payload
 * @param {FlatType[]} slots
 * @param {Record<string, Reinterpret>} table
 * @returns {Reinterpret[] | null} null where nothing needs to change
 */
function conversions(payload, slots, table) {
  const own = payload?.flat;
  if (!own || own.every((type, i) => type === slots[i])) return null;
  return own.map((type, i) => (type === slots[i] ? same : table[`${slots[i]} ${type}`]));
}

/** Eight bytes to look at as any core type. */
class Scratch {
  view = new DataView(new ArrayBuffer(8));

  /** @param {number} bits */
  f32(bits) {
    this.view.setInt32(0, bits);
    return this.view.getFloat32(0);
  }

  /** @param {number} value */
  f32Bits(value) {
    this.view.setFloat32(0, value);
    return this.view.getUint32(0);
  }

  /** @param {bigint} bits */
  f64(bits) {
    this.view.setBigInt64(0, bits);
    return this.view.getFloat64(0);
  }

  /** @param {number} value */
  f64Bits(value) {
    this.view.setFloat64(0, value);
    return this.view.getBigUint64(0);
  }
}

/** @type {Scratch | undefined} */
let sharedScratch;

function scratch() {
  return (sharedScratch ??= new Scratch());
}

/** @param {number} value */
export function bitsOfF32(value) {
  return scratch().f32Bits(value);
}

/** @param {number} value */
export function bitsOfF64(value) {
  return scratch().f64Bits(value);
}

/** @param {number} bits */
export function f32OfBits(bits) {
  return scratch().f32(bits);
}

/** @param {bigint} bits */
export function f64OfBits(bits) {
  return scratch().f64(bits);
}

/**
 * `{ tag, val }`, without `val` where the case has no payload.
 *
 * @param {{ name: string, codec: Codec | null }[]} cases
 * @param {FlatType[] | null} flat
 * @returns {import('./codec.js').Ways}
 */
export function codecOfVariant(cases, flat) {
  const form = new VariantForm(cases.map(({ codec }) => codec), flat);
  const indices = new Map(cases.map(({ name }, i) => [name, i]));
  const allowed = cases.map(({ name }) => JSON.stringify(name)).join(', ');
  /**
   * @param {number} index
   * @param {any} val
   */
  const make = (index, val) => {
    const { name: tag, codec } = cases[index];
    return codec ? { tag, val } : { tag };
  };
  /** @param {any} value */
  const caseOf = (value) => {
    const index = indices.get(value?.tag);
    if (index === undefined) throw new Mismatch(`an object whose \`tag\` is one of ${allowed}`, value?.tag ?? value);
    return index;
  };
  return {
    load: (cx, at) => {
      const index = form.loadCase(cx, at);
      return make(index, form.loadPayload(cx, index, at));
    },
    store: (cx, value, at) => form.store(cx, caseOf(value), value.val, at),
    lift: (cx, values) => {
      const index = form.liftCase(values);
      return make(index, form.liftPayload(cx, index, values));
    },
    lower: (cx, value, out) => form.lower(cx, caseOf(value), value.val, out),
  };
}

/**
 * @param {string[]} names
 * @returns {import('./codec.js').Ways}
 */
export function codecOfEnum(names) {
  const form = new VariantForm(names.map(() => null), ['i32']);
  const indices = new Map(names.map((name, i) => [name, i]));
  /** @param {any} value */
  const caseOf = (value) => {
    const index = indices.get(value);
    if (index === undefined) throw new Mismatch(`one of ${names.map((name) => JSON.stringify(name)).join(', ')}`, value);
    return index;
  };
  return {
    load: (cx, at) => names[form.loadCase(cx, at)],
    store: (cx, value, at) => form.store(cx, caseOf(value), undefined, at),
    lift: (_, values) => names[form.liftCase(values)],
    lower: (_, value, out) => void out.push(caseOf(value)),
  };
}

/**
 * The value or undefined. Where the value is an option itself this could not tell `none` from `some(none)`, so there
 * the outer one is `{ tag: 'some', val }` or `{ tag: 'none' }`.
 *
 * @param {Codec} some
 * @param {FlatType[] | null} flat
 * @returns {import('./codec.js').Ways}
 */
export function codecOfOption(some, flat) {
  if (some.kind === 'option') {
    const tagged = codecOfVariant([{ name: 'none', codec: null }, { name: 'some', codec: some }], flat);
    const none = { tag: 'none' };
    return {
      ...tagged,
      store: (cx, value, at) => tagged.store(cx, value ?? none, at),
      lower: (cx, value, out) => tagged.lower(cx, value ?? none, out),
    };
  }
  const form = new VariantForm([null, some], flat);
  /** @param {any} value */
  const caseOf = (value) => (value === undefined || value === null ? 0 : 1);
  return {
    load: (cx, at) => form.loadPayload(cx, form.loadCase(cx, at), at),
    store: (cx, value, at) => form.store(cx, caseOf(value), value, at),
    lift: (cx, values) => form.liftPayload(cx, form.liftCase(values), values),
    lower: (cx, value, out) => form.lower(cx, caseOf(value), value, out),
  };
}

/**
 * @param {Codec | null} ok
 * @param {Codec | null} err
 * @param {FlatType[] | null} flat
 * @returns {import('./codec.js').Ways}
 */
export function codecOfResult(ok, err, flat) {
  return codecOfVariant([{ name: 'ok', codec: ok }, { name: 'err', codec: err }], flat);
}
