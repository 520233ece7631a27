/**
 * Lists, fixed-length lists and maps. Lists of numbers are typed arrays in JavaScript and copied as blocks.
 */
import { alignTo } from './layout.js';
import { Mismatch, Trap } from './errors.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').CoreValue} CoreValue */
/** @typedef {import('./memory.js').Context} Context */

/**
 * The typed array whose elements are laid out as those of a list of this kind, if there is one.
 *
 * @param {string} kind
 * @returns {any}
 */
function numericArray(kind) {
  switch (kind) {
    case 'u8':
      return Uint8Array;
    case 's8':
      return Int8Array;
    case 'u16':
      return Uint16Array;
    case 's16':
      return Int16Array;
    case 'u32':
      return Uint32Array;
    case 's32':
      return Int32Array;
    case 'u64':
      return BigUint64Array;
    case 's64':
      return BigInt64Array;
    case 'f32':
      return Float32Array;
    case 'f64':
      return Float64Array;
    default:
      return undefined;
  }
}

/**
 * @param {import('./codec.js').PointerForm} pointer
 * @param {Codec} element
 * @returns {import('./codec.js').Ways}
 */
export function codecOfList(pointer, element) {
  const numeric = numericArray(element.kind);
  const read = numeric ? readNumbers : readElements;
  const write = numeric ? writeNumbers : writeElements;
  return codecOfRange(
    pointer,
    (cx, address, length) => read(cx, element, address, length, numeric),
    (cx, value) => write(cx, element, arrayLike(value), numeric),
  );
}

/**
 * @param {import('./codec.js').PointerForm} pointer
 * @param {Codec} key
 * @param {Codec} value
 * @returns {import('./codec.js').Ways}
 */
export function codecOfMap(pointer, key, value) {
  const align = Math.max(key.align, value.align);
  const valueAt = alignTo(key.size, value.align);
  /** @type {Pick<Codec, 'size' | 'align' | 'load' | 'store'>} */
  const entry = {
    size: alignTo(valueAt + value.size, align),
    align,
    load: (cx, at) => [key.load(cx, at), value.load(cx, at + valueAt)],
    store: (cx, pair, at) => {
      key.store(cx, pair[0], at);
      value.store(cx, pair[1], at + valueAt);
    },
  };
  return codecOfRange(
    pointer,
    (cx, address, length) => new Map(readElements(cx, entry, address, length)),
    (cx, map) => {
      if (!(map instanceof Map)) throw new Mismatch('a Map', map);
      return writeElements(cx, entry, [...map]);
    },
  );
}

/**
 * The four ways of a value that is a pointer and a length.
 *
 * @param {import('./codec.js').PointerForm} pointer
 * @param {(cx: Context, address: number, length: number) => any} load
 * @param {(cx: Context, value: any) => [address: number, length: number]} store
 * @returns {import('./codec.js').Ways}
 */
function codecOfRange({ read, write, fromFlat, toFlat, size }, load, store) {
  return {
    load: (cx, at) => {
      const { view } = cx.memory;
      return load(cx, Number(read(view, at)), Number(read(view, at + size)));
    },
    store: (cx, value, at) => {
      const [address, length] = store(cx, value);
      write(cx.memory.view, at, address);
      write(cx.memory.view, at + size, length);
    },
    lift: (cx, values) => load(cx, Number(fromFlat(values.next())), Number(fromFlat(values.next()))),
    lower: (cx, value, out) => {
      const [address, length] = store(cx, value);
      out.push(toFlat(address), toFlat(length));
    },
  };
}

/**
 * Spec: `load_list_from_range`.
 *
 * @param {Context} cx
 * @param {Pick<Codec, 'size' | 'align'>} element
 * @param {number} address
 * @param {number} length in elements
 */
export function checkRange(cx, element, address, length) {
  const bytes = length * element.size;
  if (address % element.align !== 0) throw new Trap('list pointer is not aligned');
  if (bytes > cx.listBytes) {
    throw new Trap(`list pointer/length out of bounds of memory: ${bytes} bytes, the limit is ${cx.listBytes}`);
  }
  if (address + bytes > cx.memory.u8.length) throw new Trap('list pointer/length out of bounds of memory');
}

/**
 * @param {Context} cx
 * @param {Pick<Codec, 'size' | 'align' | 'load'>} element
 * @param {number} address
 * @param {number} length in elements
 * @returns {any[]}
 */
function readElements(cx, element, address, length) {
  checkRange(cx, element, address, length);
  const { size } = element;
  const list = [];
  for (let i = 0; i < length; i++) list.push(element.load(cx, address + i * size));
  return list;
}

/**
 * @param {Context} cx
 * @param {Codec} element
 * @param {number} address
 * @param {number} length in elements
 * @param {any} numeric class of the typed array
 */
function readNumbers(cx, element, address, length, numeric) {
  checkRange(cx, element, address, length);
  return new numeric(cx.memory.memory.buffer.slice(address, address + length * element.size));
}

/**
 * Spec: `store_list_into_range`.
 *
 * @param {Context} cx
 * @param {Pick<Codec, 'size' | 'align' | 'store'>} element
 * @param {ArrayLike<any>} list
 * @returns {[address: number, length: number]}
 */
function writeElements(cx, element, list) {
  const { length } = list;
  const { size } = element;
  const address = allocate(cx, element, length);
  for (let i = 0; i < length; i++) element.store(cx, list[i], address + i * size);
  return [address, length];
}

/**
 * @param {Context} cx
 * @param {Codec} element
 * @param {ArrayLike<any>} list
 * @param {any} numeric class of the typed array
 * @returns {[address: number, length: number]}
 */
function writeNumbers(cx, element, list, numeric) {
  const { length } = list;
  // A block copy converts as element by element does, except that BigInt arrays take nothing else.
  if (element.size === 8 && element.kind !== 'f64' && !isBigIntArray(list)) return writeElements(cx, element, list);
  const address = allocate(cx, element, length);
  new numeric(cx.memory.memory.buffer, address, length).set(list);
  return [address, length];
}

/** @param {unknown} list */
export function isBigIntArray(list) {
  return list instanceof BigUint64Array || list instanceof BigInt64Array;
}

/**
 * @param {Context} cx
 * @param {Pick<Codec, 'size' | 'align'>} element
 * @param {number} length in elements
 */
export function allocate(cx, element, length) {
  const bytes = length * element.size;
  if (bytes > cx.listBytes) throw new RangeError(`a list of ${bytes} bytes is over the limit of ${cx.listBytes}`);
  return cx.allocate(element.align, bytes);
}

/**
 * @param {unknown} value
 * @returns {ArrayLike<any>}
 */
export function arrayLike(value) {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return /** @type {any} */ (value);
  if (typeof value === 'object' && value !== null) {
    if (Symbol.iterator in value) return [.../** @type {Iterable<any>} */ (value)];
    if ('length' in value) return /** @type {any} */ (value);
  }
  throw new Mismatch('an array', value);
}

/**
 * @param {Codec} element
 * @param {number} length
 * @returns {import('./codec.js').Ways}
 */
export function codecOfFixedList(element, length) {
  /** @param {unknown} value */
  const check = (value) => {
    const list = arrayLike(value);
    if (list.length !== length) throw new Mismatch(`an array of ${length}`, value);
    return list;
  };
  return {
    load: (cx, at) => Array.from({ length }, (_, i) => element.load(cx, at + i * element.size)),
    store: (cx, value, at) => {
      const list = check(value);
      for (let i = 0; i < length; i++) element.store(cx, list[i], at + i * element.size);
    },
    lift: (cx, values) => Array.from({ length }, () => element.lift(cx, values)),
    lower: (cx, value, out) => {
      const list = check(value);
      for (let i = 0; i < length; i++) element.lower(cx, list[i], out);
    },
  };
}
