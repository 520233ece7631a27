/**
 * Strings in the three encodings of the Canonical ABI. Short ones are moved by loops and long ones by the engine's
 * encoders, since crossing into those costs about 100 ns; the thresholds were measured in four engines.
 *
 * The host may choose the encoding it lowers from, which decides the sequence of realloc calls: it is the guest's own, so
 * there is one. Long texts for guests with UTF-8 are lowered from UTF-16 instead, since that needs no copy elsewhere: there
 * is one call for ASCII, and else up to three. Lone surrogates become U+FFFD on their way to a guest.
 */
import { Mismatch, Trap } from './errors.js';
import { codecOfRange } from './pointers.js';
import { withinLimit } from './memory.js';

/** @typedef {import('./memory.js').Context} Context */

/** Strings of fewer code units are written by a loop. */
export const SHORT_WRITE = 64;
/** Strings of fewer bytes are read by a loop. */
const SHORT_READ = 24;
/** Strings of so many code units are encoded in the guest's memory, and shorter ones in memory that is kept. */
export const LONG_WRITE = 1 << 14;
/** How many code units `String.fromCharCode` takes at once: well below every engine's limit of arguments. */
const CHUNK = 4096;

/**
 * @param {import('./pointers.js').PointerForm} pointer
 * @returns {import('./codec.js').Ways}
 */
export function codecOfString(pointer) {
  return codecOfRange(pointer, readString, writeString);
}

/**
 * Spec: `load_string_from_range`.
 *
 * @param {Context} cx
 * @param {number | bigint} pointer unsigned
 * @param {number | bigint} length unsigned, tagged where the encoding is latin1+utf16
 * @returns {string}
 */
export function readString(cx, pointer, length) {
  const { encoding } = cx;
  const address = Number(pointer);
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
 * @param {Context} cx whose `storedLength` becomes the length, tagged where the encoding is latin1+utf16
 * @param {unknown} value
 * @returns {number} the address
 */
export function writeString(cx, value) {
  if (typeof value !== 'string') throw new Mismatch('a string', value);
  const { encoding } = cx;
  if (encoding === 'utf8') return writeUtf8(cx, value);
  const text = value.toWellFormed();
  return encoding === 'utf16' ? writeUnits(cx, text, 2, 2) : writeCompact(cx, text);
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} align in bytes
 * @param {number} bytes
 */
function checkTextRange(cx, address, align, bytes) {
  if (address & (align - 1)) throw new Trap(`string pointer not aligned to ${align}`);
  if (bytes > cx.limits.stringBytes || address + bytes > cx.memory.u8.length) {
    throw new Trap('string pointer/length out of bounds of memory');
  }
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} bytes
 */
export function readUtf8(cx, address, bytes) {
  checkTextRange(cx, address, 1, bytes);
  const { u8 } = cx.memory;
  const end = address + bytes;
  if (bytes < SHORT_READ) {
    let text = '';
    let at = address;
    for (; at < end && u8[at] < 0x80; at++) text += String.fromCharCode(u8[at]);
    if (at === end) return text;
  }
  try {
    return decoder('utf-8').decode(u8.subarray(address, end));
  } catch {
    throw new Trap('invalid utf-8 or incomplete utf-8 byte sequence');
  }
}

/**
 * @param {Context} cx
 * @param {number} address
 * @param {number} units
 */
function readUtf16(cx, address, units) {
  checkTextRange(cx, address, 2, 2 * units);
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
  checkTextRange(cx, address, 2, bytes);
  const end = address + bytes;
  let text = '';
  for (let at = address; at < end; at += CHUNK) {
    text += String.fromCharCode(...cx.memory.u8.subarray(at, Math.min(at + CHUNK, end)));
  }
  return text;
}

/**
 * @param {Context} cx
 * @param {string} text
 */
export function writeUtf8(cx, text) {
  const { length } = text;
  if (length < SHORT_WRITE && isBelow(text, 0x80)) return writeUnits(cx, text, 1, 1);
  encoder ??= new TextEncoder();
  if (length >= LONG_WRITE) return writeLong(cx, text, encoder);
  scratch ??= new Uint8Array(3 * LONG_WRITE);
  const { written } = encoder.encodeInto(text, scratch);
  const address = cx.allocate(1, withinLimit(written, cx.limits.stringBytes));
  cx.memory.u8.set(scratch.subarray(0, written), address);
  cx.storedLength = written;
  return address;
}

/**
 * Spec: `store_utf16_to_utf8`.
 *
 * @param {Context} cx
 * @param {string} text
 * @param {TextEncoder} encoder
 */
function writeLong(cx, text, encoder) {
  const { length } = text;
  let room = withinLimit(length, cx.limits.stringBytes);
  let address = cx.allocate(1, room);
  let { read, written } = encoder.encodeInto(text, cx.memory.u8.subarray(address, address + room));
  if (read < length) {
    room = withinLimit(3 * length, cx.limits.stringBytes);
    address = cx.allocate(1, room, address, length);
    written += encoder.encodeInto(text.slice(read), cx.memory.u8.subarray(address + written, address + room)).written;
    if (written < room) address = cx.allocate(1, written, address, room);
  }
  cx.storedLength = written;
  return address;
}

/**
 * Whether all code units of a text are below a limit.
 *
 * @param {string} text
 * @param {number} limit
 */
function isBelow(text, limit) {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= limit) return false;
  return true;
}

/**
 * Writes the code units of a text as they are. Spec: `store_string_copy`.
 *
 * @param {Context} cx
 * @param {string} text
 * @param {number} align in bytes
 * @param {number} size of a unit in bytes
 */
function writeUnits(cx, text, align, size) {
  const { length } = text;
  const address = cx.allocate(align, withinLimit(size * length, cx.limits.stringBytes));
  const { u8, view } = cx.memory;
  for (let i = 0; i < length; i++) {
    if (size === 1) u8[address + i] = text.charCodeAt(i);
    else view.setUint16(address + 2 * i, text.charCodeAt(i), true);
  }
  cx.storedLength = length;
  return address;
}

/**
 * Spec: `store_string_copy` for Latin-1, else `store_probably_utf16_to_latin1_or_utf16`.
 *
 * @param {Context} cx
 * @param {string} text well-formed
 */
function writeCompact(cx, text) {
  if (isBelow(text, 0x100)) return writeUnits(cx, text, 2, 1);
  const address = writeUnits(cx, text, 2, 2);
  cx.storedLength = cx.wide ? BigInt(text.length) | (1n << 63n) : text.length + 2 ** 31;
  return address;
}

/** @type {TextEncoder | undefined} */
let encoder;
/** @type {Uint8Array | undefined} */
let scratch;

/** @type {Record<string, TextDecoder>} */
const decoders = {};

/** @param {string} label */
function decoder(label) {
  // Without `ignoreBOM` a leading U+FEFF would vanish.
  return (decoders[label] ??= new TextDecoder(label, { fatal: true, ignoreBOM: true }));
}
