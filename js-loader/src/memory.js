/**
 * Linear memories as lift and lower see them. Views are cached, since making one costs ten times a read; growth
 * detaches them, so `refresh` comes after everything that may have run guest code.
 */
import { Trap } from './errors.js';

export class Memory {
  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.memory = memory;
    this.u8 = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
  }

  /** Renews the views if the memory has grown: a detached array has no length. */
  refresh() {
    if (this.u8.length !== 0) return;
    this.u8 = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }
}

/**
 * Everything that lifting and lowering one function's values needs: `canon` options in their live form.
 *
 * Spec: `LiftLowerContext`.
 */
export class Context {
  /**
   * @param {import('./root.js').Root} root
   * @param {import('./plan-format.js').Options} options
   * @param {() => string} where
   */
  constructor(root, options, where) {
    this.root = root;
    this.where = where;
    this.instanceIndex = options.instance;
    this.instance = root.instance(options.instance);
    this.encoding = options.encoding;
    this.wide = options.pointer === 64;
    // Values without lists and strings need no memory; the plan gives one to all others.
    this.memory = /** @type {Memory} */ (options.memory === null ? undefined : root.memories[options.memory]);
    this.reallocFunction = options.realloc === null ? undefined : root.reallocs[options.realloc];
    const { stringBytes, listBytes } = root.plan.limits;
    this.stringBytes = stringBytes;
    this.listBytes = listBytes;
    /** Length that goes with the pointer a string was just stored at. @type {number | bigint} */
    this.storedLength = 0;
    /** Borrow scope of the running call, 0 if it has none. */
    this.scope = 0;
    /** What to undo or release when the running call is over. @type {import('./resources.js').Loans | null} */
    this.loans = null;
  }

  /**
   * Allocates guest memory. Spec: `LiftLowerContext.allocate`.
   *
   * @param {number} align in bytes
   * @param {number} size in bytes
   * @returns {number} the address, aligned and in bounds
   */
  allocate(align, size) {
    return this.reallocate(0, 0, align, size);
  }

  /**
   * Spec: `LiftLowerContext.reallocate`.
   *
   * @param {number} old address
   * @param {number} oldSize in bytes
   * @param {number} align in bytes
   * @param {number} size in bytes
   * @returns {number}
   */
  reallocate(old, oldSize, align, size) {
    const realloc = this.reallocFunction;
    if (!realloc) throw new Trap('a value needs memory, but the function has no realloc');
    // It runs on a thread of its own, so with context slots zeroed, and its instance may not call out.
    const { mayLeave, context } = this.instance;
    const saved = context && context.map((slot) => slot.value);
    if (mayLeave) mayLeave.value = 0;
    if (context) clearContext(context);
    let address;
    try {
      address = this.wide
        ? unsigned(realloc(BigInt(old), BigInt(oldSize), BigInt(align), BigInt(size)))
        : realloc(old, oldSize, align, size) >>> 0;
    } catch (error) {
      throw this.root.trap(error, this.where);
    }
    if (mayLeave) mayLeave.value = 1;
    if (context && saved) for (let i = 0; i < saved.length; i++) context[i].value = saved[i];
    this.memory.refresh();
    if (address % align !== 0) throw new Trap('realloc return: result not aligned');
    if (address + size > this.memory.u8.length) throw new Trap('realloc return: beyond end of memory');
    return address;
  }

  /**
   * Checks a pointer to a spilled area.
   *
   * @param {number | bigint} pointer as core code gives it
   * @param {number} align in bytes
   * @param {number} size in bytes
   * @returns {number}
   */
  area(pointer, align, size) {
    const address = unsigned(pointer);
    if (address % align !== 0) throw new Trap('pointer not aligned');
    if (address + size > this.memory.u8.length) throw new Trap('pointer out of bounds of memory');
    return address;
  }
}

/**
 * A core pointer or length as a number. 64-bit values above 2^53 lose digits, but are out of bounds either way.
 *
 * @param {number | bigint} value
 */
export function unsigned(value) {
  return typeof value === 'bigint' ? Number(BigInt.asUintN(64, value)) : value >>> 0;
}

/** @param {[WebAssembly.Global, WebAssembly.Global]} context */
export function clearContext(context) {
  for (const slot of context) slot.value = typeof slot.value === 'bigint' ? 0n : 0;
}
