/**
 * Registers objects with the garbage collector when the running job ends: to register and to unregister one costs more than
 * the call that made it, and many are dropped by then.
 *
 * The last object, which is most often the next to be dropped, is in a slot. Engines take longer to put a new object into
 * an old one than for all the rest of this, so slots are replaced before they get old.
 */
import { newRegistry } from './resources.js';

/** @typedef {import('./root.js').Rep} Rep */

/** So many objects wait to be registered at most. */
const MAX_LATE = 256;

/** So many objects are in a slot one after the other at most: see above. */
const MAX_USES = 1024;

export class LateRegistry {
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
