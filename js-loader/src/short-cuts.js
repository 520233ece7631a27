/**
 * Faster ways to do what the generic path does, for generated bindings only: they cost more code than the loader's core
 * may have. Guests see the same calls with the same arguments.
 */
import { Trap } from './errors.js';
import { checkGuestObject, newRegistry, resourceOf } from './resources.js';
import { parseFunctionName } from './names.js';
import { textWriter } from './text-writer.js';
import { tinyInstance } from './core-function.js';
import { writeString } from './strings.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./root.js').Rep} Rep */
/** @typedef {Context & { writeText: (text: unknown) => number, givesRep?: boolean }} QuickContext whose `storedLength` becomes the length of a text */

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
 * @param {boolean} [isCounted] whether the runtime notes which handles are lent
 */
export function quickenHandles(cx, item, isCounted = true) {
  const { root } = cx;
  const { resources } = root.plan;
  if (!resourceOf(root, 0).registry) resources.forEach((_, i) => void (resourceOf(root, i).registry = new LateRegistry(resourceOf(root, i))));
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
          return isCounted ? handles.lend(a, b, c, d, e) : handles.borrowRep(a, b, c, e);
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
 * The same for a function of the host's that is lent handles and given none. Nobody can drop or take one before it returns,
 * since its component cannot be entered, so the runtime need not note that they are lent. With asynchronous calls it can.
 *
 * @param {QuickContext} cx
 */
export function quickenBorrows(cx) {
  const isCounted = !!cx.root.async;
  quickenHandles(cx, undefined, isCounted);
  if (!isCounted) cx.enterScope = () => 0;
}

/**
 * Lends an object of a resource that the called instance itself defines, where no other parameter can hold handles. As it
 * comes last, nothing needs to be taken back if the call does not take place.
 *
 * @param {Context} cx
 * @param {number} type
 * @param {any} value
 * @returns {Rep}
 */
export function lend({ root }, type, value) {
  const resource = resourceOf(root, type);
  return resource.setLends(value, checkGuestObject(resource, value) + 1);
}

/**
 * @param {Context} cx
 * @param {number} type
 * @param {any} value that was lent
 */
export function takeBack({ root }, type, value) {
  resourceOf(root, type).giveBack(value);
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
  cx.givesRep = true;
  resourceOf(cx.root, result.resource).givesRep = true;
}

/** So many objects wait to be registered at most. */
const MAX_LATE = 256;

/** So many objects are in a slot one after the other at most: see `LateRegistry`. */
const MAX_USES = 1024;

/**
 * Registers objects when the running job ends: to register and to unregister one costs more than the call that made it,
 * and many are dropped by then.
 *
 * The last object, which is most often the next to be dropped, is in a slot. Engines take longer to put a new object into
 * an old one than for all the rest of this, so slots are replaced before they get old.
 */
class LateRegistry {
  /** @type {{ object: object | undefined, rep: Rep, uses: number }} */
  #slot = { object: undefined, rep: 0, uses: MAX_USES };

  /** The objects before the last, with their reps. @type {Map<object, Rep>} */
  #waiting = new Map();

  #isDue = false;

  /** @type {FinalizationRegistry<Rep> | undefined} */
  #registry;

  /** @param {import('./resources.js').ResourceState} resource */
  constructor(resource) {
    this.resource = resource;
  }

  /**
   * @param {object} object
   * @param {Rep} rep
   */
  register(object, rep) {
    const slot = this.#slot;
    if (slot.object !== undefined || slot.uses === MAX_USES) return this.#replaceSlot(object, rep);
    slot.uses++;
    slot.rep = rep;
    slot.object = object;
  }

  /** @param {object} object */
  unregister(object) {
    const slot = this.#slot;
    if (slot.object === object) slot.object = undefined;
    else if (!this.#waiting.delete(object)) this.#registry?.unregister(object);
    return true;
  }

  /**
   * @param {object} object
   * @param {Rep} rep
   */
  #replaceSlot(object, rep) {
    this.#empty();
    this.#slot = { object, rep, uses: 0 };
    if (this.#waiting.size === MAX_LATE) this.#registerAll();
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#empty();
      this.#registerAll();
      // So that the next object comes by here.
      this.#slot.uses = MAX_USES;
    });
  }

  #empty() {
    const { object, rep } = this.#slot;
    if (object) this.#waiting.set(object, rep);
    this.#slot.object = undefined;
  }

  #registerAll() {
    this.#registry ??= newRegistry(this.resource);
    for (const [object, rep] of this.#waiting) this.#registry.register(object, rep, object);
    this.#waiting.clear();
  }
}
