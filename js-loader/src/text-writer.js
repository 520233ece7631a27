/**
 * Writes texts to guests with UTF-8, for generated bindings only: one call into core wasm allocates the memory and fills
 * it, while its may-leave flag is clear. Up to sixteen bytes travel as arguments, since engines take longer for the bytes
 * of an array than for the call; more are drafted in a memory of the loader's own. Guests see the same calls of realloc as
 * on the generic path.
 */
import { LONG_WRITE, SHORT_WRITE, writeUtf8 } from './strings.js';
import { Mismatch, Trap } from './errors.js';
import { tinyInstance } from './core-function.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {(size: number, w: number, x: number, y: number, z: number) => number} Put gives the address */

/** Texts of so many code units are arguments, four units each, at most. */
const ARGUMENT_UNITS = 16;

/**
 * What `PUT` is the code of. Where realloc's answer is out of bounds, nothing is written. A test compares the two.
 *
 * ```wat
 * (module
 *   (import "" "f" (global $f (mut i32)))
 *   (import "" "r" (func $realloc (param i32 i32 i32 i32) (result i32)))
 *   (import "" "s" (memory $draft 0))
 *   (import "" "m" (memory $m 0))
 *   (func (export "p") (param $size i32) (param $w i32) (param $x i32) (param $y i32) (param $z i32) (result i32)
 *     (local $a i32) (local $end i32)
 *     (global.set $f (i32.const 0))
 *     (local.set $a (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $size)))
 *     (global.set $f (i32.const 1))
 *     (if (i64.gt_u (i64.add (i64.extend_i32_u (local.get $a)) (i64.extend_i32_u (local.get $size)))
 *                   (i64.shl (i64.extend_i32_u (memory.size $m)) (i64.const 16)))
 *       (then (return (local.get $a))))
 *     (if (i32.gt_u (local.get $size) (i32.const 16))
 *       (then (memory.copy $m $draft (local.get $a) (i32.const 0) (local.get $size)) (return (local.get $a))))
 *     (local.set $end (local.get $a))
 *     (block $last
 *       (br_if $last (i32.lt_u (local.get $size) (i32.const 4)))
 *       (i32.store $m (local.get $a) (local.get $w))
 *       (local.set $w (local.get $x))
 *       (br_if $last (i32.lt_u (local.get $size) (i32.const 8)))
 *       (i32.store $m offset=4 (local.get $a) (local.get $x))
 *       (local.set $w (local.get $y))
 *       (br_if $last (i32.lt_u (local.get $size) (i32.const 12)))
 *       (i32.store $m offset=8 (local.get $a) (local.get $y))
 *       (local.set $w (local.get $z))
 *       (br_if $last (i32.lt_u (local.get $size) (i32.const 16)))
 *       (i32.store $m offset=12 (local.get $a) (local.get $z)))
 *     (block $done
 *       (br_if $done (i32.eqz (i32.and (local.get $size) (i32.const 3))))
 *       (local.set $end (i32.add (local.get $a) (local.get $size)))
 *       (local.set $size (i32.add (local.get $a) (i32.and (local.get $size) (i32.const -4))))
 *       (loop $next
 *         (i32.store8 $m (local.get $size) (local.get $w))
 *         (local.set $w (i32.shr_u (local.get $w) (i32.const 8)))
 *         (local.set $size (i32.add (local.get $size) (i32.const 1)))
 *         (br_if $next (i32.lt_u (local.get $size) (local.get $end)))))
 *     (local.get $a)))
 * ```
 */
const PUT =
  '01120260047f7f7f7f017f60057f7f7f7f7f017f021804000166037f01000172000000017302000000016d020000030201010705010170' +
  '00010ad10101ce0101027f41002400410041004101200010002105410124002005ad2000ad7c3f01ad42108656044020050f0b20004110' +
  '4b0440200541002000fc0a010020050f0b20052106024020004104490d0020052001364201002002210120004108490d00200520023642' +
  '0104200321012000410c490d0020052003364201082004210120004110490d00200520043642010c0b02402000410371450d0020052000' +
  '6a210620052000417c716a21000340200020013a40010020014108762101200041016a210020002006490d000b0b20050b';

/** What texts are drafted in. @type {{ memory: WebAssembly.Memory, words: Int32Array, bytes: Uint8Array } | undefined} */
let draft;

function makeDraft() {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((3 * LONG_WRITE) / 65536) });
  return { memory, words: new Int32Array(memory.buffer), bytes: new Uint8Array(memory.buffer) };
}

/** By memory and realloc function. @type {WeakMap<WebAssembly.Memory, Map<Function, Put | undefined>>} */
const puts = /* @__PURE__ */ new WeakMap();

/**
 * @param {WebAssembly.Global} flag
 * @param {Function} realloc
 * @param {WebAssembly.Memory} memory
 * @returns {Put | undefined} there is none in engines without multi-memory
 */
function putOf(flag, realloc, memory) {
  const known = puts.get(memory) ?? new Map();
  puts.set(memory, known);
  if (!known.has(realloc)) known.set(realloc, makePut({ f: flag, r: realloc, s: (draft ??= makeDraft()).memory, m: memory }));
  return known.get(realloc);
}

/**
 * @param {Record<string, any>} imports
 * @returns {Put | undefined}
 */
function makePut(imports) {
  try {
    return tinyInstance(PUT, imports).p;
  } catch {
    return undefined;
  }
}

/**
 * Drafts a text, four units at once.
 *
 * @param {string} text
 * @param {Int32Array} words
 * @param {Uint8Array} bytes the same memory
 * @param {TextEncoder} encoder
 * @returns {number} its size in bytes
 */
function gather(text, words, bytes, encoder) {
  const { length } = text;
  const whole = length & ~3;
  let units = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    units |= a | b | c | d;
    words[i >> 2] = a | (b << 8) | (c << 16) | (d << 24);
  }
  for (let i = whole; i < length; i++) {
    const unit = text.charCodeAt(i);
    units |= unit;
    bytes[i] = unit;
  }
  return units < 0x80 ? length : encoder.encodeInto(text, bytes).written;
}

/**
 * What writes the texts of a function, if it can be done this way.
 *
 * @param {Context} cx
 * @param {WebAssembly.Global} flag may-leave
 * @returns {((text: unknown) => number) | undefined} gives the address; `cx.storedLength` becomes the length
 */
export function textWriter(cx, flag) {
  const { root, instance, memory, where } = cx;
  const put = putOf(flag, cx.realloc, memory.memory);
  if (!put || !draft || cx.limits.stringBytes < 3 * LONG_WRITE) return undefined;
  const { words, bytes } = draft;
  const encoder = new TextEncoder();
  return (text) => {
    if (typeof text !== 'string') throw new Mismatch('a string', text);
    const { length } = text;
    if (length >= LONG_WRITE) return writeUtf8(cx, text);
    let size = length;
    let w = 0;
    let x = 0;
    let y = 0;
    let z = 0;
    let units = 0;
    if (length <= ARGUMENT_UNITS) {
      // Written out, as engines make slower code of loops and of calls here.
      if (length > 3) {
        const a = text.charCodeAt(0);
        const b = text.charCodeAt(1);
        const c = text.charCodeAt(2);
        const d = text.charCodeAt(3);
        units |= a | b | c | d;
        w = a | (b << 8) | (c << 16) | (d << 24);
        if (length > 7) {
          const a = text.charCodeAt(4);
          const b = text.charCodeAt(5);
          const c = text.charCodeAt(6);
          const d = text.charCodeAt(7);
          units |= a | b | c | d;
          x = a | (b << 8) | (c << 16) | (d << 24);
          if (length > 11) {
            const a = text.charCodeAt(8);
            const b = text.charCodeAt(9);
            const c = text.charCodeAt(10);
            const d = text.charCodeAt(11);
            units |= a | b | c | d;
            y = a | (b << 8) | (c << 16) | (d << 24);
            if (length === 16) {
              const a = text.charCodeAt(12);
              const b = text.charCodeAt(13);
              const c = text.charCodeAt(14);
              const d = text.charCodeAt(15);
              units |= a | b | c | d;
              z = a | (b << 8) | (c << 16) | (d << 24);
            }
          }
        }
      }
      const rest = length & 3;
      if (rest !== 0) {
        let at = length - rest;
        let last = text.charCodeAt(at);
        units |= last;
        for (let shift = 8; ++at < length; shift += 8) {
          const unit = text.charCodeAt(at);
          units |= unit;
          last |= unit << shift;
        }
        if (length < 4) w = last;
        else if (length < 8) x = last;
        else if (length < 12) y = last;
        else z = last;
      }
      if (units >= 0x80) {
        size = encoder.encodeInto(text, bytes).written;
        w = words[0];
        x = words[1];
        y = words[2];
        z = words[3];
      }
    } else {
      size = length < SHORT_WRITE ? gather(text, words, bytes, encoder) : encoder.encodeInto(text, bytes).written;
    }
    let address;
    instance.leaves = 0;
    try {
      address = put(size, w, x, y, z) >>> 0;
    } catch (error) {
      throw root.trap(error, where);
    }
    instance.leaves = 1;
    memory.refresh();
    if (address + size > memory.u8.length) throw new Trap('realloc return: beyond end of memory');
    cx.storedLength = size;
    return address;
  };
}
