/**
 * Context slots are globals of the runtime module, one pair for each component instance. A thread has values of its
 * own in them, which are zero at first: they are put there while it runs and taken away when it stops.
 */

/** @typedef {import('../core-function.js').Accessors[]} Slots */
/** @typedef {(number | bigint)[]} Values of some slots */

/**
 * The slots of all instances. The runtime module must be there.
 *
 * @param {import('./scheduler.js').Scheduler} scheduler
 * @returns {Slots}
 */
export function allSlots(scheduler) {
  return (scheduler.contextSlots ??= scheduler.root.plan.instances.flatMap((_, i) => scheduler.instance(i).slots));
}

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
  slots.forEach(({ set }, i) => set(values[i]));
}
