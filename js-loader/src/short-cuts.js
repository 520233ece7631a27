/**
 * Faster ways to do what the generic path does, for generated bindings only: they cost more code than the loader's core
 * may have. Guests see the same calls with the same arguments.
 */
import { Trap } from './errors.js';
import { registryOf, resourceOf } from './resources.js';
import { parseFunctionName } from './names.js';
import { textWriter } from './text-writer.js';
import { tinyInstance } from './core-function.js';
import { writeString } from './strings.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {Context & { writeText: (text: unknown) => number, givesHandle?: boolean }} QuickContext whose `storedLength` becomes the length of a text */

/** By may-leave flag: realloc functions with what clears the flag around them. @type {WeakMap<WebAssembly.Global, Map<Function, Function>>} */
const guards = /* @__PURE__ */ new WeakMap();

/**
 * Gives a context an `allocate` that is one call into core wasm instead of three, and what writes its texts
 * where the encoding is UTF-8. In rare cases those are the generic ones: 64-bit memories, context slots.
 *
 * @param {QuickContext} cx
 */
export function quickenAllocation(cx) {
  const { root, instance, memory, where } = cx;
  cx.writeText = (text) => writeString(cx, text);
  if (cx.wide || instance.context) return;
  const flagName = root.plan.instances[cx.instanceIndex].mayLeave;
  const flag = flagName && root.runtime(flagName);
  const realloc = flag ? guardOf(flag, cx.realloc) : cx.realloc;
  cx.writeText = textWriter(cx, flag || (unread ??= new WebAssembly.Global({ value: 'i32', mutable: true }))) ?? cx.writeText;
  cx.allocate = (align, size, old = 0, oldSize = 0) => {
    let address;
    try {
      address = realloc(old, oldSize, align, size) >>> 0;
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

/**
 * Makes it cheap to lift and lower handles in a function: half of what that costs is how the runtime's functions are called.
 *
 * @param {QuickContext} cx
 * @param {any} [item] the export of the plan that it is; a function of the host's, after whose call nothing can be taken back, is none
 */
export function quickenHandles(cx, item) {
  const { root } = cx;
  if (!(root.registry instanceof LateRegistry)) root.registry = new LateRegistry(registryOf(root));
  if (item) quickenConstructor(cx, item);
  else cx.undo = undefined;
  const usual = root.handles('');
  // As the generic one, but engines see what is called with what, and need not gather arguments first.
  cx.callRuntime = (suffix, name, a, b, c, d, e) => {
    const handles = suffix ? root.handles(suffix) : usual;
    try {
      switch (name) {
        case 'enterScope':
          return handles.enterScope();
        case 'leaveScope':
          return handles.leaveScope(a, b);
        case 'lend':
          return handles.lend(a, b, c, d, e);
        case 'newBorrow':
          return handles.newBorrow(a, b, c, d);
        case 'newOwn':
          return handles.newOwn(a, b, c);
        case 'takeOwn':
          return handles.takeOwn(a, b, c, d);
        default:
          return handles.dropBorrow(a, b);
      }
    } catch (error) {
      throw root.trap(error, cx.where);
    }
  };
}

/**
 * Lets the class make the only object where a constructor is called: two cost twice as much. One that can fail makes its own,
 * since what it fails with may have handles too.
 *
 * @param {QuickContext} cx
 * @param {any} item
 */
function quickenConstructor(cx, item) {
  const { plan } = cx.root;
  const result = plan.types[/** @type {number} */ (plan.functions[item.function].result)];
  if (parseFunctionName(item.name).role !== 'constructor' || result.kind !== 'own') return;
  cx.givesHandle = true;
  resourceOf(cx.root, result.resource).givesHandle = true;
}

/** So many objects wait to be registered at most. */
const MAX_LATE = 256;

/**
 * Registers objects when the running job ends: to register and to unregister one costs more than the call that made it,
 * and many are dropped by then.
 */
class LateRegistry {
  /** The last handle, which is most often the next to be dropped. @type {any} */
  #last;

  /** Its object. @type {object | undefined} */
  #object;

  /** The others, with their objects in `waiting`. @type {any[]} */
  #handles = [];

  #isDue = false;

  /** @param {NonNullable<import('./root.js').Root['registry']>} registry */
  constructor(registry) {
    this.registry = registry;
  }

  /**
   * @param {object} object
   * @param {any} handle what the registry holds for it, and knows it by
   */
  register(object, handle) {
    if (this.#last) this.#keep();
    this.#last = handle;
    this.#object = object;
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#last) this.#keep();
      this.#registerAll();
    });
  }

  /** @param {any} handle */
  unregister(handle) {
    if (this.#last === handle) this.#last = this.#object = undefined;
    else if (handle.waiting) handle.waiting = undefined;
    else this.registry.unregister(handle);
    return true;
  }

  #keep() {
    this.#last.waiting = this.#object;
    if (this.#handles.push(this.#last) === MAX_LATE) this.#registerAll();
    this.#last = this.#object = undefined;
  }

  #registerAll() {
    for (let handle = this.#handles.pop(); handle; handle = this.#handles.pop()) {
      if (handle.waiting) this.registry.register(handle.waiting, handle, handle);
      // An object that was given and taken back waits twice.
      handle.waiting = undefined;
    }
  }
}
