/**
 * Faster ways to do what the generic path does, for generated bindings only: they cost more code than the loader's core
 * may have. Guests see the same calls with the same arguments.
 */
import { Trap } from './errors.js';
import { flagOf, guardOf } from './guards.js';
import { LateRegistry } from './late-registry.js';
import { checkGuestObject, liftBorrow, liftOwn, lowerOwn, resourceOf } from './resources.js';
import { parseFunctionName } from './names.js';
import { shortTextWriter } from './short-texts.js';
import { textWriter } from './text-writer.js';
import { writeString } from './strings.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./root.js').Rep} Rep */
/** @typedef {Context & { writeText: (text: unknown) => number, takeRep?: (index: number) => Rep, isUncounted?: boolean }} QuickContext whose `storedLength` becomes the length of a text */

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
  const flag = flagOf(cx);
  const realloc = guardOf(flag, cx.realloc, ['i32', 'i32', 'i32', 'i32'], ['i32']);
  cx.writeText = textWriter(cx, flag) ?? cx.writeText;
  if (realloc === cx.realloc) cx.writeText = shortTextWriter(cx, cx.writeText);
  cx.allocate = (align, size, old = 0, oldSize = 0) => {
    let address;
    instance.leaves = 0;
    try {
      address = realloc(old, oldSize, align, size) >>> 0;
    } catch (error) {
      throw root.trap(error, where);
    }
    instance.leaves = 1;
    memory.refresh();
    if (address & (align - 1)) throw new Trap('realloc return: result not aligned');
    if (address + size > memory.u8.length) throw new Trap('realloc return: beyond end of memory');
    return address;
  };
}

/**
 * The same for the `postReturn` of a context: one call into core wasm instead of three.
 *
 * @param {QuickContext} cx
 */
export function quickenPostReturn(cx) {
  const { result, isResultSpilled } = cx.signature;
  const flat = isResultSpilled ? [cx.wide ? 'i64' : 'i32'] : (result?.flat ?? []);
  const { instance } = cx;
  const postReturn = guardOf(flagOf(cx), cx.postReturn, flat, []);
  cx.postReturn = (/** @type {any} */ value) => {
    instance.leaves = 0;
    postReturn(value);
    instance.leaves = 1;
  };
}

/**
 * Makes it cheap to lift and lower handles in a function: half of what that costs is how the runtime's functions are called.
 *
 * @param {QuickContext} cx
 * @param {any} [item] the export of the plan that it is; a function of the host's, after whose call nothing can be taken back, is none
 */
export function quickenHandles(cx, item) {
  const { root } = cx;
  if (!resourceOf(root, 0).registry) {
    for (const index of root.plan.resources.keys()) {
      const resource = resourceOf(root, index);
      resource.registry = new LateRegistry(resource);
    }
  }
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
 * The same for a function of the host's that is lent handles and given none. Nobody can drop or take one before it returns,
 * since its component cannot be entered, so the runtime need not note that they are lent. With asynchronous calls it can.
 *
 * @param {QuickContext} cx
 */
export function quickenBorrows(cx) {
  quickenHandles(cx);
  cx.isUncounted = !cx.root.async;
}

/**
 * @param {QuickContext} cx of a function of the host's
 * @param {number} type
 * @param {number} index of the handle
 * @returns {object} that is lent to the function
 */
export function takeBorrow(cx, type, index) {
  const { root, instance, isUncounted } = cx;
  if (!isUncounted) return liftBorrow(cx, type, index);
  try {
    return resourceOf(root, type).objects[root.handles('').borrowRep(instance.table, type, index, 0)];
  } catch (error) {
    throw root.trap(error, cx.where);
  }
}

/**
 * @param {Context} cx
 * @param {number} type
 * @param {any} value
 * @returns {number} index of the handle
 */
export function giveOwn(cx, type, value) {
  const { root, instance } = cx;
  const resource = resourceOf(root, type);
  // What the host gives a call may have to be taken back.
  if (cx.undo || !resource.isHosts) return lowerOwn(cx, type, value);
  const rep = resource.add(value);
  try {
    return root.handles('').newOwn(instance.table, type, rep);
  } catch (error) {
    throw root.trap(error, cx.where);
  }
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
  checkGuestObject(resource, value);
  return resource.lend(value, 1);
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
  const resource = resourceOf(cx.root, result.resource);
  if (resource.isHosts) return;
  const { takeOwn } = cx.root.handles(resource.suffix);
  const { table } = cx.instance;
  cx.takeRep = (index) => takeOwn(table, result.resource, index, 0);
  resource.givesRep = true;
}

/**
 * @param {QuickContext} cx
 * @param {number} type
 * @param {number} index of the handle
 * @returns {any} the object, or for a constructor of which its class needs no more the rep
 */
export function takeOwn(cx, type, index) {
  return cx.takeRep ? cx.takeRep(index) : liftOwn(cx, type, index);
}
