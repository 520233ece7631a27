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
import { Mismatch } from './errors.js';
import { unsignedForm } from './scalars.js';

/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./root.js').Root} Root */
/** @typedef {import('./root.js').Rep} Rep */

/** The method that engines with `using` call; others, and jco's packages, agree on a registered symbol. */
export const dispose = /* @__PURE__ */ disposeSymbol();

/** @returns {typeof Symbol.dispose} */
function disposeSymbol() {
  return Symbol.dispose ?? /** @type {any} */ (Symbol.for('dispose'));
}

/** Host objects that guests hold handles of. An object passed twice has two slots, as it has two handles. */
export class HostObjects {
  constructor() {
    /** @type {any[]} */
    this.slots = [];
    /** @type {number[]} */
    this.free = [];
  }

  /**
   * @param {object} object
   * @returns {number} its rep
   */
  add(object) {
    const slot = this.free.pop() ?? this.slots.length;
    this.slots[slot] = object;
    return slot;
  }

  /** @param {Rep} rep */
  get(rep) {
    return this.slots[Number(rep)];
  }

  /** @param {Rep} rep */
  remove(rep) {
    const slot = Number(rep);
    const object = this.slots[slot];
    this.slots[slot] = undefined;
    this.free.push(slot);
    return object;
  }
}

/** A handle of a guest's resource that JavaScript holds. */
class GuestHandle {
  /**
   * @param {Root} root
   * @param {number} resource
   * @param {Rep} rep
   * @param {boolean} isOwn else it is valid for one call
   */
  constructor(root, resource, rep, isOwn) {
    this.root = root;
    this.resource = resource;
    this.rep = rep;
    this.isOwn = isOwn;
    /** False once it was dropped, given to a guest, or its call is over. */
    this.isLive = true;
    /** How many calls it is lent to. */
    this.lends = 0;
  }
}

/** What every object that stands for a guest's resource is. */
class GuestObject {
  /** @type {GuestHandle} */
  #handle;

  /** @param {GuestHandle} handle */
  constructor(handle) {
    this.#handle = handle;
  }

  /**
   * @param {unknown} value
   * @returns {GuestHandle | undefined}
   */
  static handleOf(value) {
    return typeof value === 'object' && value !== null && #handle in value ? value.#handle : undefined;
  }

  /** Drops the resource now. Does nothing where it is no longer this object's to drop. */
  [dispose]() {
    const handle = this.#handle;
    if (!handle.isLive || !handle.isOwn) return;
    if (handle.lends > 0) throw new TypeError(`${this.constructor.name} cannot be dropped while a call is using it`);
    release(handle);
    destroy(handle.root, handle.resource, handle.rep);
  }
}

/** Marks the constructor calls that come from lifting. */
const lifted = /* @__PURE__ */ Symbol('lifted');

/** @typedef {new (...args: any[]) => any} GuestClass */

/**
 * The class of a guest's resource in one instantiated component. The exports give it its name and members.
 *
 * @param {Root} root
 * @param {number} resource
 * @returns {GuestClass}
 */
export function guestClass(root, resource) {
  return (root.classes[resource] ??= class Resource extends GuestObject {
    /** @param {any[]} args */
    constructor(...args) {
      if (args[0] === lifted) {
        super(args[1]);
        return;
      }
      const create = root.constructors[resource];
      if (!create) throw new TypeError(`${new.target.name} has no constructor: only the component makes such objects`);
      const object = create(...args);
      return new.target === Resource ? object : Object.setPrototypeOf(object, new.target.prototype);
    }
  });
}

/**
 * Drops the resources of collected objects. An object is never collected during a call that uses it, but the
 * component may be busy with another.
 *
 * @param {Root} root
 * @returns {FinalizationRegistry<GuestHandle>}
 */
function registryOf(root) {
  return (root.registry ??= new FinalizationRegistry((handle) => {
    try {
      destroy(root, handle.resource, handle.rep);
    } catch {
      // A destructor trapped: nobody is there to tell, but every later call says so and has this trap as its cause.
    }
  }));
}

/**
 * Takes the resource away from its object.
 *
 * @param {GuestHandle} handle
 */
function release(handle) {
  handle.isLive = false;
  handle.root.registry?.unregister(handle);
}

/**
 * Calls a resource's destructor, as soon as its component can be entered.
 *
 * @param {Root} root
 * @param {number} resource
 * @param {Rep} rep
 */
function destroy(root, resource, rep) {
  const { destructor, instance } = root.destructors[resource] ?? {};
  if (!destructor) return;
  if (root.status === ENTERED) root.deferred.push(() => destroy(root, resource, rep));
  if (root.status !== IDLE) return;
  root.status = ENTERED;
  instance.clearContext();
  try {
    destructor(rep);
  } catch (error) {
    throw root.trap(error, () => `destructor of a resource of ${instance.path}`);
  }
  root.leave();
}

/**
 * @param {import('./plan-format.js').Plan} plan
 * @param {number} resource
 * @returns {import('./codec.js').Ways}
 */
export function codecOfOwn(plan, resource) {
  const type = plan.resources[resource];
  /** @param {Context} cx @param {number} index */
  const take = (cx, index) => callHandles(cx, type, 'takeOwn', resource, index, 0);
  /** @param {Context} cx @param {Rep} rep */
  const give = (cx, rep) => callHandles(cx, type, 'newOwn', resource, rep);
  return codecOfHandle(
    (cx, index) => {
      const rep = take(cx, index);
      return type.kind === 'imported' ? hostObjects(cx.root, resource).remove(rep) : liftGuestObject(cx.root, resource, rep, true);
    },
    (cx, value) => {
      if (type.kind === 'imported') {
        const objects = hostObjects(cx.root, resource);
        const index = give(cx, objects.add(checkObject(value)));
        cx.undo.push(() => objects.remove(take(cx, index)));
        return index;
      }
      const handle = checkGuestObject(cx.root, resource, value);
      const name = className(cx.root, resource);
      if (!handle.isOwn) throw new TypeError(`a borrowed ${name} cannot be given away`);
      if (handle.lends > 0) throw new TypeError(`${name} cannot be given away while a call is using it`);
      const index = give(cx, handle.rep);
      release(handle);
      cx.undo.push(() => {
        take(cx, index);
        handle.isLive = true;
        registryOf(cx.root).register(/** @type {object} */ (value), handle, handle);
      });
      return index;
    },
  );
}

/**
 * @param {import('./plan-format.js').Plan} plan
 * @param {number} resource
 * @returns {import('./codec.js').Ways}
 */
export function codecOfBorrow(plan, resource) {
  const type = plan.resources[resource];
  /** @param {Context} cx @param {Rep} rep */
  const borrow = (cx, rep) => callHandles(cx, type, 'newBorrow', resource, rep, cx.scope);
  return codecOfHandle(
    (cx, index) => {
      const rep = callHandles(cx, type, 'lend', resource, index, cx.scope, 0);
      if (type.kind === 'imported') return hostObjects(cx.root, resource).get(rep);
      const object = liftGuestObject(cx.root, resource, rep, false);
      cx.atEnd.push(() => (/** @type {GuestHandle} */ (GuestObject.handleOf(object)).isLive = false));
      return object;
    },
    (cx, value) => {
      if (type.kind === 'imported') {
        const objects = hostObjects(cx.root, resource);
        const slot = objects.add(checkObject(value));
        cx.atEnd.push(() => objects.remove(slot));
        return borrow(cx, slot);
      }
      const handle = checkGuestObject(cx.root, resource, value);
      handle.lends++;
      cx.atEnd.push(() => handle.lends--);
      // The component that defines the resource gets what it knows it by.
      return type.instance === cx.instanceIndex ? handle.rep : borrow(cx, handle.rep);
    },
  );
}

/**
 * Calls a handle function for the table of the instance whose values are lifted or lowered.
 *
 * @param {Context} cx
 * @param {import('./plan-format.js').Resource} type
 * @param {'newOwn' | 'newBorrow' | 'takeOwn' | 'lend'} name
 * @param {...any} args those after the table
 * @returns {any}
 */
function callHandles({ root, instance, where }, type, name, ...args) {
  try {
    return /** @type {Function} */ (root.handles(type.kind === 'defined' ? type.rep : 'i32')[name])(instance.table, ...args);
  } catch (error) {
    throw root.trap(error, where);
  }
}

/**
 * @param {(cx: Context, index: number) => object} lift
 * @param {(cx: Context, value: unknown) => Rep} lower
 * @returns {import('./codec.js').Ways}
 */
function codecOfHandle(lift, lower) {
  const [load, store] = unsignedForm(4);
  return {
    lift: (cx, at, flat) => lift(cx, flat ? flat[at] : load(cx.memory.view, at)),
    lower: (cx, value, at, flat) => {
      const index = lower(cx, value);
      if (flat) flat[at] = index;
      else store(cx.memory.view, at, index);
    },
  };
}

/**
 * @param {Root} root
 * @param {number} resource
 */
export function hostObjects(root, resource) {
  return (root.hostObjects[resource] ??= new HostObjects());
}

/**
 * @param {Root} root
 * @param {number} resource
 * @param {Rep} rep
 * @param {boolean} isOwn
 * @returns {object}
 */
function liftGuestObject(root, resource, rep, isOwn) {
  const handle = new GuestHandle(root, resource, rep, isOwn);
  const object = new (guestClass(root, resource))(lifted, handle);
  if (isOwn) registryOf(root).register(object, handle, handle);
  return object;
}

/**
 * @param {Root} root
 * @param {number} resource
 * @param {unknown} value
 * @returns {GuestHandle}
 */
function checkGuestObject(root, resource, value) {
  const handle = GuestObject.handleOf(value);
  const name = className(root, resource);
  if (!handle || handle.resource !== resource || handle.root !== root) {
    throw new Mismatch(`a ${name} of this instance of the component`, value);
  }
  if (!handle.isLive) {
    const why = handle.isOwn ? 'was dropped or given away' : 'was borrowed for a call that is over';
    throw new TypeError(`this ${name} ${why}`);
  }
  return handle;
}

/**
 * @param {Root} root
 * @param {number} resource
 */
function className(root, resource) {
  return guestClass(root, resource).name;
}

/**
 * @param {unknown} value
 * @returns {object}
 */
function checkObject(value) {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') throw new Mismatch('an object', value);
  return value;
}
