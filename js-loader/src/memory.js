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
 * Everything that lifting and lowering one function's values needs: its type, and `canon` options in their live form.
 *
 * Spec: `LiftLowerContext`.
 */
export class Context {
  /**
   * @param {import('./root.js').Root} root
   * @param {import('./signature.js').Signature} signature
   * @param {import('./plan-format.js').Options} options
   * @param {() => string} where
   */
  constructor(root, signature, options, where) {
    this.root = root;
    this.signature = signature;
    this.where = where;
    this.instanceIndex = options.instance;
    this.instance = root.instance(options.instance);
    this.encoding = options.encoding;
    this.wide = options.pointer === 64;
    // Values without lists and strings need no memory; the plan gives one to all others.
    this.memory = /** @type {Memory} */ (root.memories[options.memory ?? -1]);
    this.realloc = root.reallocs[options.realloc ?? -1];
    this.limits = root.plan.limits;
    /** Length that goes with the address that lowering a string or list just gave. @type {number | bigint} */
    this.length = 0;
    /** Borrow scope of the running call, 0 if it has none. */
    this.scope = 0;
    /** What to do when the running call is over: take back what was lent. @type {(() => void)[]} */
    this.atEnd = [];
    /** What to do if the call does not take place after all: take back what was given. @type {(() => void)[]} */
    this.undo = [];
  }

  /**
   * Moves an allocation of the guest, or makes one if `old` and `oldSize` are 0.
   *
   * Spec: `LiftLowerContext.reallocate`.
   *
   * @param {number} old address
   * @param {number} oldSize in bytes
   * @param {number} align in bytes
   * @param {number} size in bytes
   * @returns {number} the address, aligned and in bounds
   */
  reallocate(old, oldSize, align, size) {
    const { instance, realloc, wide } = this;
    // It runs on a thread of its own, which begins with empty context slots.
    const restore = instance.clearContext();
    const address = unsigned(
      this.confine(() => (wide ? realloc(BigInt(old), BigInt(oldSize), BigInt(align), BigInt(size)) : realloc(old, oldSize, align, size))),
    );
    restore?.();
    this.memory.refresh();
    if (address % align !== 0) throw new Trap('realloc return: result not aligned');
    if (address + size > this.memory.u8.length) throw new Trap('realloc return: beyond end of memory');
    return address;
  }

  /**
   * Calls guest code that may not call out.
   *
   * @param {() => any} call
   */
  confine(call) {
    const { mayLeave } = this.instance;
    if (mayLeave) mayLeave.value = 0;
    let result;
    try {
      result = call();
    } catch (error) {
      throw this.root.trap(error, this.where);
    }
    if (mayLeave) mayLeave.value = 1;
    return result;
  }

  /** The call begins. @param {boolean} needsScope whether handles are lent or borrowed */
  begin(needsScope) {
    this.memory?.refresh();
    this.scope = needsScope ? this.root.handles('i32').enterScope() : 0;
  }

  /** The call is over. */
  end() {
    if (this.scope) this.root.handles('i32').leaveScope(this.scope, 0);
    this.settle(this.atEnd);
    this.undo.length = 0;
  }

  /** The call does not take place, because an argument is wrong. */
  abandon() {
    this.settle(this.undo);
    this.settle(this.atEnd);
  }

  /** @param {(() => void)[]} actions */
  settle(actions) {
    for (const action of actions.splice(0)) action();
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
