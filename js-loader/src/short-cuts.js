/**
 * Faster ways to do what the generic path does, for generated bindings only: they cost more code than the loader's core
 * may have. Guests see the same calls with the same arguments.
 */
import { Mismatch, Trap } from './errors.js';
import { SCRATCH_UNITS, SHORT_WRITE, writeUtf8 } from './strings.js';
import { registryOf } from './resources.js';
import { withinLimit } from './memory.js';
import { tinyInstance } from './core-function.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {Context & { putText?: (size: number) => number }} QuickContext */

/** By may-leave flag: realloc functions with what clears the flag around them. @type {WeakMap<WebAssembly.Global, Map<Function, Function>>} */
const guards = /* @__PURE__ */ new WeakMap();

/**
 * Gives a context an `allocate` that is one call into core wasm instead of three, and what writes its texts. Does
 * nothing in the rare cases that the generic one handles: 64-bit memories, context slots.
 *
 * @param {QuickContext} cx
 */
export function quickenAllocation(cx) {
  const { root, instance, memory, where } = cx;
  if (cx.wide || instance.context) return;
  const flagName = root.plan.instances[cx.instanceIndex].mayLeave;
  const flag = flagName && root.runtime(flagName);
  const realloc = flag ? guardOf(flag, cx.realloc) : cx.realloc;
  cx.putText = putterOf(flag || (unread ??= new WebAssembly.Global({ value: 'i32', mutable: true })), cx.realloc, memory.memory);
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

/** The flag of instances that have none. @type {WebAssembly.Global | undefined} */
let unread;

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

/** What texts are encoded in before there is memory for them. @type {{ memory: WebAssembly.Memory, words: Int32Array, bytes: Uint8Array, encoder: TextEncoder } | undefined} */
let draft;

function makeDraft() {
  const memory = new WebAssembly.Memory({ initial: (3 * SCRATCH_UNITS) / 65536 });
  return { memory, words: new Int32Array(memory.buffer), bytes: new Uint8Array(memory.buffer), encoder: new TextEncoder() };
}

/**
 * What allocates memory for the text in `draft` and copies it there: the one call into core wasm that writing a text
 * takes. Where the memory is not the guest's to give, nothing is copied.
 *
 * @param {WebAssembly.Global} flag
 * @param {Function} realloc
 * @param {WebAssembly.Memory} memory
 * @returns {((size: number) => number) | undefined} gives the address; there is none in engines without multi-memory
 */
function putterOf(flag, realloc, memory) {
  const known = putters.get(memory) ?? new Map();
  putters.set(memory, known);
  if (!known.has(realloc)) known.set(realloc, makePutter(flag, realloc, memory));
  return known.get(realloc);
}

/** By memory and realloc function. @type {WeakMap<WebAssembly.Memory, Map<Function, any>>} */
const putters = /* @__PURE__ */ new WeakMap();

/**
 * @param {WebAssembly.Global} flag
 * @param {Function} realloc
 * @param {WebAssembly.Memory} memory
 */
function makePutter(flag, realloc, memory) {
  draft ??= makeDraft();
  // (import "" "f" (global $f (mut i32))) (import "" "r" (func $r (type 0))) (import "" "s" (memory $s 0)) (import "" "m" (memory $m 0))
  const imports = '010e0260047f7f7f7f017f60017f017f' + '021804' + '000166037f01' + '0001720000' + '000173020000' + '00016d020000' + '03020101' + '07050101670001';
  // (func (export "g") (param $size i32) (result i32) (local $a i32) (local $i i32)
  //   (global.set $f (i32.const 0)) (local.set $a (call $r (i32.const 0) (i32.const 0) (i32.const 1) (local.get $size))) (global.set $f (i32.const 1))
  //   (if (i64.le_u (i64.add (i64.extend_i32_u (local.get $a)) (i64.extend_i32_u (local.get $size))) (i64.shl (i64.extend_i32_u (memory.size $m)) (i64.const 16)))
  //     (then (if (i32.ge_u (local.get $size) (i32.const 64))
  //       (then (memory.copy $m $s (local.get $a) (i32.const 0) (local.get $size)))
  //       (else ... words from $i on while there are four bytes, then bytes: for so few memory.copy takes longer))))
  //   (local.get $a))
  const start = '0a8d01018a0101027f' + '4100240041004100410120001000210141012400' + '2001ad2000ad7c3f01ad42108658' + '0440200041c0004f0440200141002000fc0a010005';
  const words = '02400340200241046a20004b0d01200120026a200228020036420100200241046a21020c000b0b';
  const bytes = '0240034020022000460d01200120026a20022d00003a400100200241016a21020c000b0b';
  const code = start + words + bytes + '0b0b20010b';
  try {
    return tinyInstance(imports + code, { f: flag, r: realloc, s: draft.memory, m: memory }).g;
  } catch {
    return undefined;
  }
}

/**
 * Puts a text in `draft`: a short one four units at once, since an engine takes longer for a unit of a text than for a
 * word of an array.
 *
 * @param {string} text of at most `SCRATCH_UNITS`
 * @param {NonNullable<typeof draft>} to
 * @returns {number} its size in bytes
 */
function gather(text, { words, bytes, encoder }) {
  const { length } = text;
  if (length >= SHORT_WRITE) return encoder.encodeInto(text, bytes).written;
  const whole = length & ~3;
  let all = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    all |= a | b | c | d;
    words[i >> 2] = a | (b << 8) | (c << 16) | (d << 24);
  }
  for (let i = whole; i < length; i++) {
    const unit = text.charCodeAt(i);
    all |= unit;
    bytes[i] = unit;
  }
  return all < 0x80 ? length : encoder.encodeInto(text, bytes).written;
}

/**
 * As `writeString` where the encoding is UTF-8.
 *
 * @param {QuickContext} cx whose `storedLength` becomes the length
 * @param {unknown} text
 * @returns {number} the address
 */
export function writeText(cx, text) {
  if (typeof text !== 'string') throw new Mismatch('a string', text);
  const { putText, memory } = cx;
  if (!putText || !draft || text.length > SCRATCH_UNITS) return writeUtf8(cx, text);
  const size = withinLimit(gather(text, draft), cx.limits.stringBytes);
  let address;
  try {
    address = putText(size) >>> 0;
  } catch (error) {
    throw cx.root.trap(error, cx.where);
  }
  memory.refresh();
  if (address + size > memory.u8.length) throw new Trap('realloc return: beyond end of memory');
  cx.storedLength = size;
  return address;
}

/**
 * Makes it cheap to lift and lower handles in a function.
 *
 * @param {Context} cx
 * @param {boolean} isHosts whether the host's function is called, after which nothing can be taken back
 */
export function quickenHandles(cx, isHosts) {
  const { root } = cx;
  if (!(root.registry instanceof LateRegistry)) root.registry = new LateRegistry(registryOf(root));
  if (isHosts) cx.undo = undefined;
}

/** So many objects wait to be registered at most. */
const MAX_LATE = 256;

/**
 * Registers objects when the running job ends: to register and to unregister one costs more than the call that made it,
 * and many are dropped by then.
 */
class LateRegistry {
  /** Handles whose objects wait, in `waiting`. @type {any[]} */
  #handles = [];

  /** @param {NonNullable<import('./root.js').Root['registry']>} registry */
  constructor(registry) {
    this.registry = registry;
  }

  /**
   * @param {object} object
   * @param {any} handle what the registry holds for it, and knows it by
   */
  register(object, handle) {
    handle.waiting = object;
    const count = this.#handles.push(handle);
    if (count === 1) queueMicrotask(() => this.#registerAll());
    else if (count === MAX_LATE) this.#registerAll();
  }

  /** @param {any} handle */
  unregister(handle) {
    if (handle.waiting) handle.waiting = undefined;
    else this.registry.unregister(handle);
    return true;
  }

  #registerAll() {
    for (let handle = this.#handles.pop(); handle; handle = this.#handles.pop()) {
      if (handle.waiting) this.registry.register(handle.waiting, handle, handle);
      // An object that was given and taken back waits twice.
      handle.waiting = undefined;
    }
  }
}
