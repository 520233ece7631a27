/**
 * Strings in the three encodings of the Canonical ABI. Short ones are moved by loops and long ones by the engine's
 * encoders, since crossing into those costs about 100 ns; the thresholds were measured in four engines.
 *
 * Seen from the specification the host's strings are UTF-16, or latin1+utf16 where that is the guest's encoding: this
 * decides the sequence of realloc calls. Lone surrogates become U+FFFD on their way to a guest.
 */
import { Mismatch, Trap } from './errors.js';
import { codecOfRange } from './pointers.js';

/** @typedef {import('./memory.js').Context} Context */

/** Strings of fewer code units are written by a loop. */
const SHORT_WRITE = 64;
/** Strings of fewer bytes are read by a loop. */
const SHORT_READ = 24;
/** How many code units `String.fromCharCode` takes at once: well below every engine's limit of arguments. */
const CHUNK = 4096;

/**
 * @param {import('./pointers.js').PointerForm} pointer
 * @returns {import('./codec.js').Ways}
 */
export function codecOfString(pointer) {
  return codecOfRange(pointer, liftString, lowerString);
}

/**
 * Spec: `load_string_from_range`.
 *
 * @param {Context} cx
 * @param {number} address
 * @param {number | bigint} length unsigned, tagged where the encoding is latin1+utf16
 * @returns {string}
 */
export function liftString(cx, address, length) {
  const { encoding } = cx;
  if (encoding === 'utf8') return readUtf8(cx, address, Number(length));
  if (encoding === 'utf16') return readUtf16(cx, address, Number(length));
  const isWide = typeof length === 'bigint';
  const isTagged = isWide ? length >> 63n === 1n : length >= 2 ** 31;
  const units = isWide ? Number(BigInt.asUintN(63, length)) : length % 2 ** 31;
  return isTagged ? readUtf16(cx, address, units) : readLatin1(cx, address, units);
}

/**
 * Spec: `store_string_into_range`.
 *
 * @param {Context} cx whose `length` becomes the length, tagged where the encoding is latin1+utf16
 * @param {unknown} value
 * @returns {number} the address
 */
export function lowerString(cx, value) {
  if (typeof value !== 'string') throw new Mismatch('a string', value);
  const { encoding } = cx;
  if (encoding === 'utf8') return writeUtf8(cx, value);
  const text = value.toWellFormed();
  return encoding === 'utf16' ? writeUtf16(cx, text) : writeCompact(cx, text);
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} align in bytes
 * @param {number} bytes
 */
function checkRange(cx, address, align, bytes) {
  if (address % align !== 0) throw new Trap(`string pointer not aligned to ${align}`);
  if (bytes > cx.limits.stringBytes || address + bytes > cx.memory.u8.length) {
    throw new Trap(`string pointer/length out of bounds of memory: ${bytes} bytes at ${address}`);
  }
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} bytes
 */
function readUtf8(cx, address, bytes) {
  checkRange(cx, address, 1, bytes);
  const { u8 } = cx.memory;
  const end = address + bytes;
  if (bytes < SHORT_READ) {
    let text = '';
    let at = address;
    for (; at < end && u8[at] < 0x80; at++) text += String.fromCharCode(u8[at]);
    if (at === end) return text;
  }
  const range = u8.subarray(address, end);
  try {
    return decoder('utf-8').decode(range);
  } catch {
    throw new Trap(isCutOff(range) ? 'incomplete utf-8 byte sequence' : 'invalid utf-8');
  }
}

/**
 * Whether bytes that are not UTF-8 would be if more followed.
 *
 * @param {Uint8Array} range
 */
function isCutOff(range) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(range, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} units
 */
function readUtf16(cx, address, units) {
  checkRange(cx, address, 2, 2 * units);
  if (2 * units < SHORT_READ) {
    const { view } = cx.memory;
    let text = '';
    for (let i = 0; i < units; i++) text += String.fromCharCode(view.getUint16(address + 2 * i, true));
    if (text.isWellFormed()) return text;
  }
  try {
    return decoder('utf-16le').decode(cx.memory.u8.subarray(address, address + 2 * units));
  } catch {
    throw new Trap('invalid utf-16: unpaired surrogate');
  }
}

/**
 * `TextDecoder`'s "latin1" is windows-1252, which differs from 0x80 to 0x9F, so bytes become code units here.
 *
 * @param {Context} cx
 * @param {number} address
 * @param {number} bytes
 */
function readLatin1(cx, address, bytes) {
  checkRange(cx, address, 2, bytes);
  const end = address + bytes;
  let text = '';
  for (let at = address; at < end; at += CHUNK) {
    text += String.fromCharCode(...cx.memory.u8.subarray(at, Math.min(at + CHUNK, end)));
  }
  return text;
}

/**
 * ASCII is written at once; at the first other character the allocation grows to the worst case and the used
 * part of it remains. Spec: `store_utf16_to_utf8`.
 *
 * @param {Context} cx
 * @param {string} text
 */
function writeUtf8(cx, text) {
  const units = text.length;
  checkLength(cx, 2 * units);
  const address = cx.reallocate(0, 0, 1, units);
  const { u8 } = cx.memory;
  let written = 0;
  if (units < SHORT_WRITE) {
    for (; written < units; written++) {
      const unit = text.charCodeAt(written);
      if (unit >= 0x80) break;
      u8[address + written] = unit;
    }
  } else {
    // Where any character is not ASCII the text has more bytes than units, so it does not fit.
    const { read, written: bytes } = encoder().encodeInto(text, u8.subarray(address, address + units));
    if (read < units) return writeRestAsUtf8(cx, text, read, address, bytes);
    written = units;
  }
  if (written < units) return writeRestAsUtf8(cx, text, written, address, written);
  cx.length = units;
  return address;
}

/**
 * @param {Context} cx
 * @param {string} text
 * @param {number} read how many code units of it are written
 * @param {number} address of an allocation of one byte for each code unit
 * @param {number} written how many bytes of that are used
 */
function writeRestAsUtf8(cx, text, read, address, written) {
  const units = text.length;
  const worst = 3 * units;
  const grown = cx.reallocate(address, units, 1, worst);
  const rest = encoder().encodeInto(text.slice(read), cx.memory.u8.subarray(grown + written, grown + worst));
  const used = written + rest.written;
  cx.length = used;
  return used < worst ? cx.reallocate(grown, worst, 1, used) : grown;
}

/**
 * Spec: `store_string_copy`.
 *
 * @param {Context} cx
 * @param {string} text well-formed
 */
function writeUtf16(cx, text) {
  const units = text.length;
  checkLength(cx, 2 * units);
  const address = cx.reallocate(0, 0, 2, 2 * units);
  const { view } = cx.memory;
  for (let i = 0; i < units; i++) view.setUint16(address + 2 * i, text.charCodeAt(i), true);
  cx.length = units;
  return address;
}

/**
 * Spec: `store_string_copy` for Latin-1, else `store_probably_utf16_to_latin1_or_utf16`.
 *
 * @param {Context} cx
 * @param {string} text well-formed
 */
function writeCompact(cx, text) {
  const units = text.length;
  for (let i = 0; i < units; i++) {
    if (text.charCodeAt(i) <= 0xff) continue;
    const address = writeUtf16(cx, text);
    cx.length = cx.wide ? BigInt(units) | (1n << 63n) : units + 2 ** 31;
    return address;
  }
  checkLength(cx, 2 * units);
  const address = cx.reallocate(0, 0, 2, units);
  const { u8 } = cx.memory;
  for (let i = 0; i < units; i++) u8[address + i] = text.charCodeAt(i);
  cx.length = units;
  return address;
}

/**
 * @param {Context} cx
 * @param {number} bytes
 */
function checkLength(cx, bytes) {
  if (bytes > cx.limits.stringBytes) throw new RangeError(`a string of ${bytes} bytes is over the limit of ${cx.limits.stringBytes}`);
}

/** @type {TextEncoder | undefined} */
let textEncoder;

function encoder() {
  return (textEncoder ??= new TextEncoder());
}

/** @type {Record<string, TextDecoder>} */
const decoders = {};

/** @param {string} label */
function decoder(label) {
  // Without `ignoreBOM` a leading U+FEFF would vanish.
  return (decoders[label] ??= new TextDecoder(label, { fatal: true, ignoreBOM: true }));
}
