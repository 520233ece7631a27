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
 * One function at the boundary, with everything that lifting and lowering its values needs: its type, and `canon`
 * options in their live form. State of the running call is here too, since a component is never entered twice.
 *
 * Spec: `LiftLowerContext`.
 */
export class Context {
  /**
   * @param {import('./root.js').Root} root
   * @param {number} func its type
   * @param {import('./plan-format.js').Options} options
   * @param {Function} callee the core function of an export, the host's function of an import
   * @param {(path: string) => string} where the function is, for messages
   */
  constructor(root, func, options, callee, where) {
    this.root = root;
    this.signature = root.compiled.signatures.get(func, options.pointer);
    this.callee = callee;
    this.instanceIndex = options.instance;
    this.instance = root.instance(options.instance);
    this.encoding = options.encoding;
    this.wide = options.pointer === 64;
    // Values without lists and strings need no memory; the plan gives one to all others.
    this.memory = /** @type {Memory} */ (root.taken.memory?.[/** @type {number} */ (options.memory)]);
    this.realloc = root.taken.realloc?.[/** @type {number} */ (options.realloc)];
    this.postReturn = root.taken.postReturn?.[/** @type {number} */ (options.postReturn)];
    this.limits = root.plan.limits;
    this.where = () => where(this.instance.path);
    /** Scope of the running call's borrows, if it has any. @type {number | undefined} */
    this.scope = undefined;
    /** What is lent to the running call: loan, its resource, loan, its resource ... @type {any[]} */
    this.loans = [];
    /** What to do if the call does not take place after all: take back what was given. Calls of the host's always do. @type {(() => void)[] | undefined} */
    this.undo = [];
    /** Length that goes with the address that lowering a string or list just gave. @type {number | bigint} */
    this.storedLength = 0;
  }

  /**
   * Allocates guest memory, or changes the size of what was allocated.
   *
   * Spec: `LiftLowerContext.allocate` and `reallocate`.
   *
   * @param {number} align in bytes
   * @param {number} size in bytes
   * @param {number} [old] address of what was allocated
   * @param {number} [oldSize] its size in bytes
   * @returns {number} the address, aligned and in bounds
   */
  allocate(align, size, old = 0, oldSize = 0) {
    const { instance, realloc } = this;
    // It runs on a thread of its own, which begins with empty context slots.
    const restore = instance.clearContext();
    instance.setMayLeave(0);
    let pointer;
    try {
      pointer = this.wide ? realloc(BigInt(old), BigInt(oldSize), BigInt(align), BigInt(size)) : realloc(old, oldSize, align, size);
    } catch (error) {
      throw this.root.trap(error, this.where);
    }
    instance.setMayLeave(1);
    restore?.();
    this.memory.refresh();
    return this.area(pointer, align, size, 'realloc return: result not aligned', 'realloc return: beyond end of memory');
  }

  /**
   * Checks a pointer, if not told otherwise to a spilled area. 64-bit ones above 2^53 lose digits, but are out of bounds
   * either way.
   *
   * @param {number | bigint} pointer as core code gives it
   * @param {number} align in bytes
   * @param {number} size in bytes
   * @param {string} [notAligned] the rule that is broken where it is not aligned
   * @param {string} [beyond] the rule that is broken where it is out of bounds
   * @returns {number}
   */
  area(pointer, align, size, notAligned = 'pointer not aligned', beyond = 'pointer out of bounds of memory') {
    const address = typeof pointer === 'bigint' ? Number(BigInt.asUintN(64, pointer)) : pointer >>> 0;
    if (address & (align - 1)) throw new Trap(notAligned);
    if (address + size > this.memory.u8.length) throw new Trap(beyond);
    return address;
  }

  /**
   * Calls a handle function of the runtime module, with as many arguments as it has: engines are slow at others.
   *
   * @param {string} suffix `64` where reps are
   * @param {string} name
   * @param {any[]} args
   */
  callRuntime(suffix, name, ...args) {
    try {
      return this.root.handles(suffix)[name](...args);
    } catch (error) {
      throw this.root.trap(error, this.where);
    }
  }

  /** The scope of the running call, which begins with the first handle that is lent or borrowed in it. */
  enterScope() {
    return (this.scope ??= this.callRuntime('', 'enterScope'));
  }

  /** The call is over. */
  end() {
    const { scope } = this;
    this.scope = undefined;
    if (scope !== undefined) this.callRuntime('', 'leaveScope', scope, 0);
    // Setting the length of an array costs 50 ns, also where it is zero already.
    while (this.loans.length) this.loans.pop().giveBack(this.loans.pop());
    if (this.undo?.length) this.undo = [];
  }

  /** The call does not take place, because an argument is wrong. */
  abandon() {
    this.undo?.forEach((action) => action());
    this.end();
  }
}

/**
 * @param {number} bytes that a string or list is to have
 * @param {number} limit
 */
export function withinLimit(bytes, limit) {
  if (bytes > limit) throw new RangeError(`a value of ${bytes} bytes is over ${limit}`);
  return bytes;
}
