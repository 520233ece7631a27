// npm run --prefix js-loader/bench fuzz
//
// Checks the hand-written string adapters, since a yardstick that is wrong is no yardstick: random strings, valid and
// not, in all nine pairs of encodings, against what TextDecoder and String.isWellFormed say.

import { assemble } from '../assemble.js';

const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'];
const CASES = 20_000;
const PAGE = 65536;
const TAG = 0x80000000;

const below = (limit) => Math.floor(Math.random() * limit);
const pick = (list) => list[below(list.length)];

const KINDS = [
  () => String.fromCharCode(0x20 + below(0x5f)),
  () => String.fromCharCode(0x80 + below(0x80)),
  () => String.fromCharCode(0x100 + below(0x700)),
  () => String.fromCharCode(0x4e00 + below(0x5000)),
  () => String.fromCodePoint(0x1f300 + below(0x200)),
  () => pick(['\0', '\x7f', '\u07ff', '\u0800', '\uffff', '\ud7ff', '\ue000', '\u{10ffff}']),
];

/** Mostly of one kind of characters, as texts are, or of all kinds. */
function randomText() {
  const main = below(8);
  let text = '';
  for (let left = pick([0, 3, 20, 80, 400]) + below(20); left > 0; left--) {
    const kind = main < KINDS.length ? main : main === 6 || below(20) === 0 ? below(KINDS.length) : 0;
    text += KINDS[kind]();
  }
  return text;
}

/** A source string: its bytes, its length word and the text it should arrive as, or null where it must trap. */
function randomSource(encoding) {
  const text = randomText();
  const isBroken = below(3) === 0;
  if (encoding === 'utf8') {
    let bytes = new TextEncoder().encode(text);
    if (isBroken && bytes.length > 0) {
      bytes[below(bytes.length)] = below(256);
      bytes = bytes.slice(0, 1 + below(bytes.length));
    }
    return { bytes, length: bytes.length, text: decodeUtf8(bytes) };
  }
  if (encoding === 'latin1+utf16' && isLatin1(text) && below(2) === 0) {
    return { bytes: Uint8Array.from(text, (char) => char.charCodeAt(0)), length: text.length, text };
  }
  const units = Uint16Array.from(text.split(''), (char) => char.charCodeAt(0));
  if (isBroken && units.length > 0) units[below(units.length)] = 0xd800 + below(0x800);
  const meant = Array.from(units, (unit) => String.fromCharCode(unit)).join('');
  return {
    bytes: new Uint8Array(units.buffer),
    length: encoding === 'utf16' ? units.length : units.length | TAG,
    text: meant.isWellFormed() ? meant : null,
  };
}

function decodeUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function isLatin1(text) {
  return !/[^\0-\xff]/.test(text);
}

/** What the callee got, as text. */
function arrived(encoding, memory, { at, length }) {
  if (encoding === 'utf8') return decodeUtf8(memory.slice(at, at + length));
  const isWide = encoding === 'utf16' || length >= TAG;
  const units = length % TAG;
  let text = '';
  for (let i = 0; i < units; i++) {
    text += String.fromCharCode(isWide ? memory[at + 2 * i] | (memory[at + 2 * i + 1] << 8) : memory[at + i]);
  }
  if (encoding === 'latin1+utf16' && isWide && isLatin1(text)) throw new Error('Latin-1 arrived as UTF-16');
  return text;
}

async function check(caller, callee) {
  const module = new WebAssembly.Module(await assemble('hand/string.wat', { caller, callee }));
  const [source, target] = [new WebAssembly.Memory({ initial: 2 }), new WebAssembly.Memory({ initial: 2 })];
  const state = { free: 0, got: { at: 0, length: 0 } };
  const guest = {
    memory: target,
    cabi_realloc: (old, _, align, size) => {
      const at = old || (state.free + align - 1) & -align;
      state.free = at + size;
      return at;
    },
    take: (at, length) => {
      state.got = { at, length: length >>> 0 };
      return 0;
    },
  };
  const { take } = new WebAssembly.Instance(module, { libc: { memory: source }, callee: guest }).exports;
  for (let i = 0; i < CASES; i++) {
    const { bytes, length, text } = randomSource(caller);
    // At the very end of the memory half of the time, where reading too much traps.
    const at = (below(2) ? 2 * PAGE - bytes.length : below(1000)) & -2;
    new Uint8Array(source.buffer).set(bytes, at);
    state.free = 64;
    let result = null;
    try {
      take(at, length);
      result = arrived(callee, new Uint8Array(target.buffer), state.got);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    }
    if (result !== text) throw new Error(`${caller} -> ${callee}: ${JSON.stringify(text)} gives ${JSON.stringify(result)}`);
  }
}

for (const caller of ENCODINGS) for (const callee of ENCODINGS) await check(caller, callee);
console.log(`${CASES} strings in each of ${ENCODINGS.length ** 2} pairs of encodings arrived as they should`);
