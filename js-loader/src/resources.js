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
  /**
   * Host objects that guests hold, by rep; in the place of one that is not in use, the next such. An object passed twice
   * has two reps, as it has two handles.
   *
   * @type {any[]}
   */
  objects = [0];

  /** A rep not in use, or 0. */
  free = 0;

  /** @type {Function | undefined} */
  destructor;

  /** @type {(new (...args: any[]) => any) | undefined} */
  class;

  /** Whether `create` makes no object, but gives the rep for it. @type {boolean | undefined} */
  givesRep;

  /**
   * How many calls an object of the class is lent to, which is below zero once its resource was dropped or given to a guest;
   * undefined for all else.
   *
   * @type {((value: any) => number | undefined) | undefined}
   */
  lendsOf;

  /** Changes that by a number, and gives the rep. @type {any} a `(object: object, by: number) => Rep` */
  lend;

  /** Of the objects. @type {Pick<FinalizationRegistry<Rep>, 'register' | 'unregister'> | undefined} */
  registry;

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

  /**
   * Makes an object for the constructor of the class: the exported constructor, if there is one.
   *
   * @type {(...args: any[]) => any}
   */
  create() {
    throw new TypeError(`${this.name} has no constructor`);
  }

  /** @param {unknown} object */
  add(object) {
    if (!isObject(object)) throw new Mismatch('an object', object);
    const rep = this.free || this.objects.length;
    this.free = this.free && this.objects[rep];
    this.objects[rep] = object;
    return rep;
  }

  /** @param {number} rep */
  remove(rep) {
    const object = this.objects[rep];
    this.objects[rep] = this.free;
    this.free = rep;
    return object;
  }

  /**
   * A call to which an object was lent is over.
   *
   * @param {any} loan what `lowerBorrow` noted: the rep of a host's object, or the object of a guest's resource
   */
  giveBack(loan) {
    if (this.isHosts) this.remove(loan);
    else this.lend(loan, -1);
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

/** Marks the constructor calls that come from lifting. */
const lifted = /* @__PURE__ */ Symbol();

/**
 * The class of a guest's resource in one instantiated component. The exports give it its name and members. It extends
 * nothing, and as a rule returns no other object, since both make engines slow. Neither does an object have a second one
 * that is its handle: it would take as long as the call to make.
 *
 * @param {ResourceState} resource
 */
export function guestClass(resource) {
  return (resource.class ??= class Resource {
    /** @type {any} a `Rep` */
    #rep;

    /** See `lendsOf`. */
    #lends = 0;

    static {
      resource.lendsOf = (value) => (isObject(value) && #lends in value ? value.#lends : undefined);
      resource.lend = (/** @type {Resource} */ object, /** @type {number} */ by) => {
        object.#lends += by;
        return object.#rep;
      };
    }

    /** @param {any[]} args */
    constructor(...args) {
      let rep = args[1];
      if (args[0] !== lifted) {
        rep = resource.create(...args);
        if (!resource.givesRep) return new.target === Resource ? rep : Object.setPrototypeOf(rep, new.target.prototype);
      }
      this.#rep = rep;
      register(resource, this, rep);
    }

    /** Drops the resource now. Does nothing where it is no longer this object's to drop. */
    [dispose]() {
      if (this.#lends >= 0) destroy(resource, release(resource, this, this.#lends));
    }
  });
}

/**
 * What drops the resources of collected objects. An object is never collected during a call that uses it, but the
 * component may be busy with another.
 *
 * @param {ResourceState} resource
 */
export function newRegistry(resource) {
  return new FinalizationRegistry((/** @type {Rep} */ rep) => {
    try {
      destroy(resource, rep);
    } catch {
      // A destructor trapped: nobody is there to tell, but every later call says so and has this trap as its cause.
    }
  });
}

/**
 * Where there is no destructor, nothing has to be done for objects that are forgotten.
 *
 * @param {ResourceState} resource
 * @param {object} object that has it
 * @param {Rep} rep
 */
function register(resource, object, rep) {
  if (resource.destructor) (resource.registry ??= newRegistry(resource)).register(object, rep, object);
}

/**
 * Takes the resource away from its object.
 *
 * @param {ResourceState} resource
 * @param {object} object
 * @param {number} lends of it
 * @returns {Rep}
 */
function release(resource, object, lends) {
  if (lends > 0) throw new TypeError(`${resource.name} is in use by a call`);
  if (resource.destructor) resource.registry?.unregister(object);
  return resource.lend(object, -1);
}

/**
 * Calls a resource's destructor, as soon as its component can be entered.
 *
 * @param {ResourceState} resource
 * @param {Rep} rep
 */
function destroy(resource, rep) {
  const { root, destructor } = resource;
  if (!destructor) return;
  if (root.status === ENTERED) root.deferred.push(() => callDestructor(resource, rep));
  if (root.status === IDLE) {
    callDestructor(resource, rep);
    root.leave();
  }
}

/**
 * Leaves the component entered: what was deferred is done one after the other, not one inside the other.
 *
 * @param {ResourceState} resource
 * @param {Rep} rep
 */
function callDestructor({ root, destructor, definer }, rep) {
  const instance = root.instance(definer);
  root.status = ENTERED;
  instance.clearContext();
  try {
    /** @type {Function} */ (destructor)(rep);
  } catch (error) {
    throw root.trap(error, () => `destructor of a resource of ${instance.path}`);
  }
}

/**
 * @param {ResourceState} resource
 * @param {unknown} value
 * @returns {number} how many calls it is lent to
 */
export function checkGuestObject(resource, value) {
  const lends = resource.lendsOf?.(value);
  if (lends === undefined) throw new Mismatch(`a ${resource.name} of this instance of the component`, value);
  if (lends >= 0) return lends;
  throw new TypeError(`this ${resource.name} was dropped or given away`);
}

/**
 * Spec: `lift_own`.
 *
 * @param {Context} cx
 * @param {number} type
 * @param {number} index of the handle
 * @returns {object}
 */
export function liftOwn(cx, type, index) {
  const resource = resourceOf(cx.root, type);
  const rep = cx.callRuntime(resource.suffix, 'takeOwn', cx.instance.table, type, index, 0);
  if (resource.isHosts) return resource.remove(rep);
  return new (guestClass(resource))(lifted, rep);
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
  const rep = resource.isHosts ? resource.add(value) : release(resource, value, checkGuestObject(resource, value));
  const index = cx.callRuntime(resource.suffix, 'newOwn', cx.instance.table, type, rep);
  cx.undo?.push(() => {
    cx.callRuntime(resource.suffix, 'takeOwn', cx.instance.table, type, index, 0);
    if (resource.isHosts) resource.remove(/** @type {number} */ (rep));
    else {
      resource.lend(value, 1);
      register(resource, value, rep);
    }
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
  if (!resource.isHosts) checkGuestObject(resource, value);
  const rep = resource.isHosts ? resource.add(value) : resource.lend(value, 1);
  cx.loans.push(resource.isHosts ? rep : value, resource);
  if (resource.definer === cx.instanceIndex) return rep;
  const index = cx.callRuntime(resource.suffix, 'newBorrow', cx.instance.table, type, rep, cx.enterScope());
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
