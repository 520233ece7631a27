/**
 * Faster ways to do what the generic path does, for generated bindings only: they cost more code than the loader's core
 * may have. Guests see the same calls with the same arguments.
 */
import { Mismatch, Trap } from './errors.js';
import { SHORT_WRITE, writeUtf8 } from './strings.js';
import { tinyInstance } from './core-function.js';

/** @typedef {import('./memory.js').Context} Context */

/** By may-leave flag: realloc functions with what clears the flag around them. @type {WeakMap<WebAssembly.Global, Map<Function, Function>>} */
const guards = /* @__PURE__ */ new WeakMap();

/**
 * Gives a context an `allocate` that is one call into core wasm instead of three. Does nothing in the rare cases that the
 * generic one handles: 64-bit memories, context slots, no flag.
 *
 * @param {Context} cx
 */
export function quickenAllocation(cx) {
  const { root, instance, memory, where } = cx;
  const flagName = root.plan.instances[cx.instanceIndex].mayLeave;
  if (cx.wide || instance.context || !flagName) return;
  const realloc = guardOf(root.runtime(flagName), cx.realloc);
  cx.allocate = (align, size) => {
    let address;
    try {
      address = realloc(0, 0, align, size) >>> 0;
    } catch (error) {
      throw root.trap(error, where);
    }
    memory.refresh();
    if (address & (align - 1)) throw new Trap('realloc return: result not aligned');
    if (address + size > memory.u8.length) throw new Trap('realloc return: beyond end of memory');
    return address;
  };
}

/**
 * A realloc function during which a flag is clear.
 *
 * @param {WebAssembly.Global} flag
 * @param {Function} realloc
 * @returns {Function}
 */
function guardOf(flag, realloc) {
  const known = guards.get(flag) ?? new Map();
  guards.set(flag, known);
  if (!known.has(realloc)) {
    // (import "" "f" (global $f (mut i32))) (import "" "r" (func $r (type 0)))
    // (func (export "g") (type 0) (global.set $f (i32.const 0)) (call $r ...) (global.set $f (i32.const 1)))
    const body = '0109016004' + '7f7f7f7f017f020c02000166037f0100017200000302010007050101670001' + '0a160114004100240020002001200220031000410124000b';
    known.set(realloc, tinyInstance(body, { f: flag, r: realloc }).g);
  }
  return known.get(realloc);
}

/** What `gather` read. @type {Int32Array | undefined} */
let gathered;

/**
 * Reads a short text, four units at once: an engine takes longer for a unit of a text than for a word of an array, and how
 * much is to be allocated is known only when all units were seen.
 *
 * @param {string} text
 * @param {Int32Array} words to put the lower bytes of the units in, but for the last up to three
 * @returns {number} with the bits of all units
 */
function gather(text, words) {
  const whole = text.length & ~3;
  let all = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    all |= a | b | c | d;
    words[i >> 2] = a | (b << 8) | (c << 16) | (d << 24);
  }
  for (let i = whole; i < text.length; i++) all |= text.charCodeAt(i);
  return all;
}

/**
 * As `writeString` where the encoding is UTF-8.
 *
 * @param {Context} cx whose `storedLength` becomes the length
 * @param {unknown} text
 * @returns {number} the address
 */
export function writeText(cx, text) {
  if (typeof text !== 'string') throw new Mismatch('a string', text);
  const { length } = text;
  if (length >= SHORT_WRITE) return writeUtf8(cx, text);
  gathered ??= new Int32Array(SHORT_WRITE / 4);
  if (gather(text, gathered) >= 0x80) return writeUtf8(cx, text);
  const address = cx.allocate(1, length);
  const { view } = cx.memory;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) view.setInt32(address + i, gathered[i >> 2], true);
  for (let i = whole; i < length; i++) view.setInt8(address + i, text.charCodeAt(i));
  cx.storedLength = length;
  return address;
}
