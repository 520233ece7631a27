/**
 * Draws values as JavaScript may give them, and what they are when they come back; or values that fit no type.
 *
 * The rules are those of the npm package's README.
 */

/** @typedef {import('./types.js').Type} Type */

/** Objects of the host. They are compared by their number. */
export class Res {
  static #last = 0;
  number = ++Res.#last;
}

const BITS = { u8: 8, s8: 8, u16: 16, s16: 16, u32: 32, s32: 32, u64: 64, s64: 64 };
/** Lists of these are typed arrays. */
const ARRAYS = {
  u8: Uint8Array, s8: Int8Array, u16: Uint16Array, s16: Int16Array, u32: Uint32Array, s32: Int32Array,
  u64: BigUint64Array, s64: BigInt64Array, f32: Float32Array, f64: Float64Array,
};
const CHARACTERS = ['a', 'Z', '\0', ' ', 'é', 'ÿ', 'Ā', '߿', 'ࠀ', '日', '\ud7ff', '\ue000', '\ufeff', '\uffff', '😀', '\u{10ffff}'];

export class Values {
  /**
   * @param {import('../scheduler/random.js').Random} random
   * @param {boolean} isWrong whether one part is to be of a wrong type; false again as soon as one is
   */
  constructor(random, isWrong) {
    this.random = random;
    this.isWrong = isWrong;
    /** What was put where it does not fit. */
    this.wrongValue = undefined;
  }

  /**
   * @param {Type} type
   * @returns {[any, any]} the value given, and the value as it comes back
   */
  draw(type) {
    if (this.isWrong && (!hasItems(type) || this.random.below(3) === 0)) {
      this.isWrong = false;
      const wrong = this.wrong(type);
      if (wrong.length > 0) return [(this.wrongValue = this.random.pick(wrong)), undefined];
      this.isWrong = true;
    }
    return this[/** @type {'own'} */ (METHODS[type.kind] ?? type.kind)](type);
  }

  /** @param {Type} type */
  integer({ kind }) {
    const { random } = this;
    const bits = BITS[kind];
    const wide = (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
    const drawn = random.pick([0n, 1n, -1n, 2n ** BigInt(bits - 1), 2n ** BigInt(bits) - 1n, wide]);
    const expected = kind[0] === 'u' ? BigInt.asUintN(bits, drawn) : BigInt.asIntN(bits, drawn);
    if (bits === 64) return [random.below(4) || drawn > 2n ** 53n || drawn < -(2n ** 53n) ? drawn : Number(drawn), expected];
    // Numbers out of range are taken modulo the range.
    return [Number(random.below(2) ? expected : BigInt.asIntN(53, drawn)), Number(expected)];
  }

  /** @param {Type} type */
  float({ kind }) {
    const value = this.random.pick([0, -0, 1.5, -1e300, 3.4028234e38, 5e-324, 0.1, Infinity, -Infinity, NaN]);
    return [value, kind === 'f32' ? Math.fround(value) : value];
  }

  bool() {
    return this.random.pick([[true, true], [false, false], [1, true], ['', false]]);
  }

  char() {
    const one = this.random.pick(CHARACTERS);
    return [one, one];
  }

  string() {
    const { random } = this;
    const most = random.pick([0, 3, 20, 70]);
    const alphabet = random.pick([CHARACTERS.slice(0, 4), CHARACTERS.slice(0, 6), CHARACTERS, [...CHARACTERS, '\ud800', '\udfff']]);
    const given = Array.from({ length: random.below(most + 1) }, () => random.pick(alphabet)).join('');
    return [given, given.toWellFormed()];
  }

  own() {
    const one = new Res();
    return [one, one];
  }

  /**
   * @param {Type} type
   * @param {number} [length]
   */
  list({ items: [item] }, length = this.length()) {
    const { given, expected } = this.several(Array.from({ length }, () => item));
    const Array_ = ARRAYS[item.kind];
    if (!Array_ || expected.includes(undefined)) return [given, expected];
    const typed = Array_.from(expected);
    return [this.random.pick([given, typed, { ...given, length }]), typed];
  }

  /** @param {Type} type */
  fixedList(type) {
    const [given, expected] = this.list(type, type.length);
    return [given, [...expected]];
  }

  /** @param {Type} type */
  map({ items: [key, value] }) {
    const all = this.several(Array.from({ length: this.length() }, () => [key, value]).flat());
    const [given, expected] = [all.given, all.expected].map((flat) => {
      return new Map(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]));
    });
    // Keys that are not the same may come back as the same.
    if (2 * given.size === all.given.length && (all.isWrong || given.size === expected.size)) return [given, expected];
    this.isWrong ||= all.isWrong;
    return [new Map(), new Map()];
  }

  /** @param {Type} type */
  tuple({ items }) {
    const { given, expected } = this.several(items);
    return [given, expected];
  }

  /** @param {Type} type */
  record({ items, names }) {
    const { given, expected } = this.several(items);
    const object = (values) => Object.fromEntries(names.map(([, name], i) => [name, values[i]]));
    const both = [object(given), object(expected)];
    for (const [, name] of names) this.omit(both[0], name, undefined);
    return both;
  }

  /** @param {Type} type */
  variant({ items, names }) {
    const i = this.random.below(names.length);
    return this.tagged(names[i][0], items[i]);
  }

  /** @param {Type} type */
  result({ items }) {
    const i = this.random.below(2);
    return this.tagged(['ok', 'err'][i], items[i]);
  }

  /** @param {Type} type */
  option({ items: [item] }) {
    const isSome = this.random.below(3) > 0;
    // An option of an option says which of the two is none.
    if (item.kind === 'option') return isSome ? this.tagged('some', item) : [this.random.pick([undefined, { tag: 'none' }]), { tag: 'none' }];
    const { isWrong } = this;
    const both = isSome ? this.draw(item) : [undefined, undefined];
    // Then nothing is wrong with it here.
    if (both[0] === undefined || both[0] === null) this.isWrong = isWrong;
    return both;
  }

  /** @param {Type} type */
  enum({ names }) {
    const [name] = this.random.pick(names);
    return [name, name];
  }

  /** @param {Type} type */
  flags({ names }) {
    const given = Object.fromEntries(names.map(([, name]) => [name, this.random.below(2) === 1]));
    const expected = { ...given };
    for (const [, name] of names) this.omit(given, name, false);
    return [given, expected];
  }

  /** What is absent is as good as a value that stands for nothing, unless every object has something of that name. */
  omit(object, name, nothing) {
    if (object[name] === nothing && !(name in Object.prototype) && this.random.below(2)) delete object[name];
  }

  /**
   * @param {string} tag
   * @param {Type | null | undefined} item
   */
  tagged(tag, item) {
    if (!item) return [{ tag }, { tag }];
    const [given, expected] = this.draw(item);
    return [{ tag, val: given }, { tag, val: expected }];
  }

  /** @param {Type[]} types */
  several(types) {
    const at = this.isWrong ? this.random.below(types.length) : -1;
    this.isWrong = false;
    const pairs = types.map((type, i) => {
      this.isWrong ||= i === at;
      return this.draw(type);
    });
    return { given: pairs.map(([given]) => given), expected: pairs.map(([, expected]) => expected), isWrong: at >= 0 && !this.isWrong };
  }

  length() {
    const length = this.random.pick([0, 1, 2, 3, 9]);
    return this.isWrong ? Math.max(length, 1) : length;
  }

  /**
   * @param {Type} type
   * @returns {any[]} what it cannot be
   */
  wrong({ kind, names = [], items = [], length = 0 }) {
    switch (kind) {
      case 'char':
        return ['', 'ab', '\ud800', 5, undefined];
      case 'string':
        return [5, null, undefined, {}, ['a']];
      case 'u64':
      case 's64':
        return [1.5, 'x', {}];
      case 'own':
        return [5, null, undefined, 'x'];
      case 'list':
        return [5, null, undefined, {}];
      case 'fixedList':
        return [5, null, Array(length + 1).fill(0), []];
      case 'map':
        return [{}, [], null, 7];
      case 'record':
        return [5, null, undefined, 'x'];
      case 'tuple':
        return [5, null, Array(items.length + 1).fill(0), {}];
      case 'variant':
      case 'result':
        return [{ tag: 'no such case' }, {}, null, 5, 'ok'];
      case 'enum':
        return ['no such case', 0, undefined, names[0][0].toUpperCase() + '!'];
      case 'flags':
        return [5, 'x', true];
      default:
        return [];
    }
  }
}

const METHODS = {
  ...Object.fromEntries(Object.keys(BITS).map((kind) => [kind, 'integer'])),
  f32: 'float',
  f64: 'float',
};

/** @param {Type} type */
function hasItems({ kind, items = [] }) {
  return items.some((item) => item) || ['list', 'map'].includes(kind);
}
