/**
 * Writes the shortest texts of all, of four to eight ASCII characters, to guests with UTF-8: as two words that may overlap.
 * Small enough for engines to make it part of what calls it, which is what most of the time of such a text goes into. It is
 * for generated bindings, and for guests whose realloc needs no guard.
 */
import { Trap } from './errors.js';

/** @typedef {import('./memory.js').Context} Context */

/** Bytes of a word. */
const WORD = 4;

/**
 * @param {Context} cx
 * @param {(text: unknown) => number} writeAny what writes all other texts, and whatever is none
 * @returns {(text: unknown) => number} gives the address; `cx.storedLength` becomes the length
 */
export function shortTextWriter(cx, writeAny) {
  const { root, memory, where } = cx;
  const realloc = /** @type {(...values: number[]) => number} */ (cx.realloc);
  const write = (/** @type {string} */ text) => {
    const { length } = text;
    const tail = length - WORD;
    let a = text.charCodeAt(0);
    let b = text.charCodeAt(1);
    let c = text.charCodeAt(2);
    let d = text.charCodeAt(3);
    let units = a | b | c | d;
    const first = a | (b << 8) | (c << 16) | (d << 24);
    let last = first;
    if (tail > 0) {
      a = text.charCodeAt(tail);
      b = text.charCodeAt(tail + 1);
      c = text.charCodeAt(tail + 2);
      d = text.charCodeAt(tail + 3);
      units |= a | b | c | d;
      last = a | (b << 8) | (c << 16) | (d << 24);
    }
    if (units >= 0x80) return writeAny(text);
    let address;
    try {
      address = realloc(0, 0, 1, length) >>> 0;
    } catch (error) {
      throw root.trap(error, where);
    }
    memory.refresh();
    const { view, u8 } = memory;
    if (address + length > u8.length) throw new Trap('realloc return: beyond end of memory');
    view.setInt32(address, first, true);
    view.setInt32(address + tail, last, true);
    cx.storedLength = length;
    return address;
  };
  return (text) => (typeof text === 'string' && text.length >= WORD && text.length <= 2 * WORD ? write(text) : writeAny(text));
}
