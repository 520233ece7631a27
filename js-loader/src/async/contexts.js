/**
 * Context slots are globals of the runtime module, one pair for each component instance. A thread has values of its
 * own in them: they are put there while it runs and taken away when it stops.
 */

/** @typedef {import('../core-function.js').Accessors[]} Slots */
/** @typedef {(number | bigint)[]} Values of some slots */
/** @typedef {import('./threads.js').Thread} Thread */

/** @type {Slots} */
export const NO_SLOTS = [];

/**
 * @param {Slots} slots
 * @returns {Values}
 */
export function read(slots) {
  return slots.map(({ get }) => get());
}

/**
 * @param {Slots} slots
 * @param {Values} values
 */
export function write(slots, values) {
  for (let i = 0; i < slots.length; i++) slots[i].set(values[i]);
}

/**
 * All slots of a component. Its runtime module must be there.
 *
 * @param {import('../root.js').Root} root
 * @returns {Slots}
 */
export function allSlots(root) {
  return root.plan.instances.flatMap((_, i) => root.instance(i).context ?? NO_SLOTS);
}

/** @param {Thread} thread */
export function slotsOf(thread) {
  return thread.instance.component.context ?? NO_SLOTS;
}

/**
 * Gives a thread that is about to be called its own values, which are zero at first.
 *
 * @param {Thread} thread
 */
export function load(thread) {
  write(slotsOf(thread), thread.context ?? thread.instance.noContext);
}

/**
 * @param {Slots} slots
 * @returns {Values} zeros of their types
 */
export function zeros(slots) {
  return read(slots).map((/** @type {any} */ value) => value - value);
}
