/**
 * Resources: handles of guests as JavaScript objects, and JavaScript objects as handles of guests.
 *
 * The handle tables are the runtime module's, shared with calls that never meet JavaScript. What is kept here is only
 * the other side: host objects that guests hold (by slot, which is their rep), and objects that stand for guests'
 * resources.
 *
 * Spec: `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`.
 */
import { ENTERED, IDLE } from './root.js';
import { Mismatch, isObject } from './errors.js';
import { codecOfScalar } from './scalars.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./root.js').Root} Root */
/** @typedef {import('./root.js').Rep} Rep */

/**
 * The method that engines with `using` call; others, and jco's packages, agree on a registered symbol.
 *
 * @type {typeof Symbol.dispose}
 */
export const dispose = /* @__PURE__ */ disposeSymbol();

/** @returns {any} */
function disposeSymbol() {
  return Symbol.dispose ?? Symbol.for('dispose');
}

/** A resource type in one instantiated component. */
export class ResourceState {
  /** Host objects that guests hold, by rep. An object passed twice has two reps, as it has two handles. @type {any[]} */
  objects = [];

  /** Reps not in use. @type {number[]} */
  free = [];

  /** @type {Function | undefined} */
  destructor;

  /** What makes an object for the constructor of the class. @type {((...args: any[]) => any) | undefined} */
  create;

  /** @type {(new (...args: any[]) => any) | undefined} */
  class;

  /** Whether that makes no object, but gives the handle for it. @type {boolean | undefined} */
  givesHandle;

  /** The handle in an object of the class. @type {((value: any) => GuestHandle | undefined) | undefined} */
  handleOf;

  /**
   * @param {Root} root
   * @param {number} index
   */
  constructor(root, index) {
    const { kind, rep, instance } = /** @type {any} */ (root.plan.resources[index]);
    this.root = root;
    this.isHosts = kind === 'imported';
    /** What the names of the handle functions for it end with. */
    this.suffix = rep === 'i64' ? '64' : '';
    /** The component instance that defines it, if one does. @type {number} */
    this.definer = instance;
  }

  /** @param {unknown} object */
  add(object) {
    if (!isObject(object)) throw new Mismatch('an object', object);
    const rep = this.free.pop() ?? this.objects.length;
    this.objects[rep] = object;
    return rep;
  }

  /** @param {number} rep */
  remove(rep) {
    const object = this.objects[rep];
    this.objects[rep] = undefined;
    this.free.push(rep);
    return object;
  }

  /** Name of the class. */
  get name() {
    return guestClass(this).name;
  }
}

/**
 * @param {Root} root
 * @param {number} index of a resource type
 * @returns {ResourceState}
 */
export function resourceOf(root, index) {
  return (root.resources[index] ??= new ResourceState(root, index));
}

/**
 * A handle of a guest's resource that JavaScript holds. It may be lent to calls; an object of the host's is lent without.
 *
 * @typedef {{ resource: ResourceState, rep: any, lends: number }} Loan
 *
 * @typedef {object} GuestHandle
 * @property {ResourceState} resource
 * @property {Rep} rep
 * @property {boolean} isLive false once it was dropped or given to a guest
 * @property {number} lends how many calls it is lent to
 */

/** Marks the constructor calls that come from lifting. */
const lifted = /* @__PURE__ */ Symbol();

/**
 * The class of a guest's resource in one instantiated component. The exports give it its name and members. It extends
 * nothing, and as a rule returns no other object, since both make engines slow.
 *
 * @param {ResourceState} resource
 */
export function guestClass(resource) {
  return (resource.class ??= class Resource {
    /** @type {any} a `GuestHandle` */
    #handle;

    static {
      resource.handleOf = (value) => (isObject(value) && #handle in value ? value.#handle : undefined);
    }

    /** @param {any[]} args */
    constructor(...args) {
      let handle = args[1];
      if (args[0] !== lifted) {
        if (!resource.create) throw new TypeError(`${resource.name} has no constructor`);
        handle = resource.create(...args);
        if (!resource.givesHandle) return new.target === Resource ? handle : Object.setPrototypeOf(handle, new.target.prototype);
      }
      this.#handle = handle;
      register(this, handle);
    }

    /** Drops the resource now. Does nothing where it is no longer this object's to drop. */
    [dispose]() {
      const handle = this.#handle;
      if (!handle.isLive) return;
      refuseLent(handle);
      release(handle);
      destroy(handle);
    }
  });
}

/**
 * What drops the resources of collected objects. An object is never collected during a call that uses it, but the
 * component may be busy with another.
 *
 * @param {Root} root
 */
export function registryOf(root) {
  return (root.registry ??= new FinalizationRegistry((/** @type {GuestHandle} */ collected) => {
    try {
      destroy(collected);
    } catch {
      // A destructor trapped: nobody is there to tell, but every later call says so and has this trap as its cause.
    }
  }));
}

/**
 * @param {object} object
 * @param {GuestHandle} handle
 */
function register(object, handle) {
  registryOf(handle.resource.root).register(object, handle, handle);
}

/**
 * Takes the resource away from its object.
 *
 * @param {GuestHandle} handle
 */
function release(handle) {
  handle.isLive = false;
  handle.resource.root.registry?.unregister(handle);
}

/**
 * Calls a resource's destructor, as soon as its component can be entered.
 *
 * @param {GuestHandle} handle
 */
function destroy(handle) {
  const { root, destructor } = handle.resource;
  if (!destructor) return;
  if (root.status === ENTERED) root.deferred.push(() => callDestructor(handle));
  if (root.status !== IDLE) return;
  callDestructor(handle);
  root.leave();
}

/**
 * Leaves the component entered: what was deferred is done one after the other, not one inside the other.
 *
 * @param {GuestHandle} handle
 */
function callDestructor({ rep, resource: { root, destructor, definer } }) {
  const instance = root.instance(definer);
  root.status = ENTERED;
  instance.clearContext();
  try {
    /** @type {Function} */ (destructor)(rep);
  } catch (error) {
    throw root.trap(error, () => `destructor of a resource of ${instance.path}`);
  }
}

/** @param {GuestHandle} handle */
function refuseLent({ resource, lends }) {
  if (lends > 0) throw new TypeError(`${resource.name} is in use by a call`);
}

/**
 * @param {ResourceState} resource
 * @param {unknown} value
 * @returns {GuestHandle}
 */
function checkGuestObject(resource, value) {
  const handle = resource.handleOf?.(value);
  if (!handle) throw new Mismatch(`a ${resource.name} of this instance of the component`, value);
  if (handle.isLive) return handle;
  throw new TypeError(`this ${resource.name} was dropped or given away`);
}

/**
 * Spec: `lift_own`.
 *
 * @param {Context & { givesHandle?: boolean }} cx which may be of a constructor that gives its class no more than the handle
 * @param {number} type
 * @param {number} index of the handle
 * @returns {object}
 */
export function liftOwn(cx, type, index) {
  const resource = resourceOf(cx.root, type);
  const rep = cx.callRuntime(resource.suffix, 'takeOwn', cx.instance.table, type, index, 0);
  if (resource.isHosts) return resource.remove(rep);
  const handle = { resource, rep, isLive: true, lends: 0 };
  return cx.givesHandle ? handle : new (guestClass(resource))(lifted, handle);
}

/**
 * Spec: `lower_own`.
 *
 * @param {Context} cx
 * @param {number} type
 * @param {any} value
 * @returns {number} index of the handle
 */
export function lowerOwn(cx, type, value) {
  const resource = resourceOf(cx.root, type);
  const handle = resource.isHosts ? undefined : checkGuestObject(resource, value);
  if (handle) {
    refuseLent(handle);
    release(handle);
  }
  const rep = /** @type {any} */ (handle ? handle.rep : resource.add(value));
  const index = cx.callRuntime(resource.suffix, 'newOwn', cx.instance.table, type, rep);
  cx.undo?.push(() => {
    cx.callRuntime(resource.suffix, 'takeOwn', cx.instance.table, type, index, 0);
    if (handle) {
      handle.isLive = true;
      register(value, handle);
    } else resource.remove(rep);
  });
  return index;
}

/**
 * Only host functions are lent handles, and only of the host's own resources: a component's imports cannot name what
 * it defines itself.
 *
 * Spec: `lift_borrow`.
 *
 * @param {Context} cx
 * @param {number} type
 * @param {number} index of the handle
 * @returns {object}
 */
export function liftBorrow(cx, type, index) {
  const resource = resourceOf(cx.root, type);
  return resource.objects[cx.callRuntime(resource.suffix, 'lend', cx.instance.table, type, index, cx.enterScope(), 0)];
}

/**
 * Spec: `lower_borrow`.
 *
 * @param {Context} cx
 * @param {number} type
 * @param {any} value
 * @returns {Rep} index of the handle; the rep where the component itself defines the resource
 */
export function lowerBorrow(cx, type, value) {
  const resource = resourceOf(cx.root, type);
  const loan = resource.isHosts ? { resource, rep: resource.add(value), lends: 0 } : checkGuestObject(resource, value);
  loan.lends++;
  cx.loans.push(loan);
  if (resource.definer === cx.instanceIndex) return loan.rep;
  const index = cx.callRuntime(resource.suffix, 'newBorrow', cx.instance.table, type, loan.rep, cx.enterScope());
  cx.undo?.push(() => cx.callRuntime('', 'dropBorrow', cx.instance.table, index));
  return index;
}

/**
 * @param {number} resource
 * @param {(cx: Context, resource: number, index: number) => object} lift
 * @param {(cx: Context, resource: number, value: any) => Rep} lower
 * @returns {import('./codec.js').Ways}
 */
export function codecOfHandle(resource, lift, lower) {
  const word = codecOfScalar('u32');
  return {
    lift: (cx, at, flat) => lift(cx, resource, word.lift(cx, at, flat)),
    lower: (cx, value, at, flat) => {
      const index = lower(cx, resource, value);
      // Flat, it may be a rep, and so any core value.
      if (flat) flat[at] = index;
      else word.lower(cx, index, at, flat);
    },
  };
}
