/**
 * The end of a component: a trap in guest code or in what guests call, a rule that the host broke, or the host's wish.
 * From then on no guest code runs, and everybody who waits is told.
 */
import { Trap } from '../errors.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */

/**
 * A function as guests may call it: whatever goes wrong in it ends the component, and no guest can catch that.
 *
 * @template {(...values: any[]) => any} F
 * @param {Scheduler} scheduler
 * @param {F} func
 * @param {() => string} where
 * @returns {F}
 */
export function guard(scheduler, func, where) {
  return /** @type {F} */ (
    (...values) => {
      try {
        return func(...values);
      } catch (error) {
        endBecauseOf(scheduler, error, where);
        return scheduler.root.raise();
      }
    }
  );
}

/**
 * Ends the component because of what came out of guest code, or of a rule that was broken.
 *
 * @param {Scheduler} scheduler
 * @param {unknown} error
 * @param {() => string} where
 * @returns {Trap}
 */
export function endBecauseOf(scheduler, error, where) {
  const { root } = scheduler;
  scheduler.current = null;
  // What comes out of the stacks around the one that died says nothing of the reason.
  if (scheduler.isDying) return error instanceof Trap ? error : new Trap('a task trapped', where(), error);
  return root.trap(error, where);
}

/**
 * Ends the component because the host wants it: now, or as soon as the guest that called the host has stopped.
 *
 * @param {Scheduler} scheduler
 */
export function disposeComponent(scheduler) {
  const { root } = scheduler;
  if (scheduler.isOver) return;
  if (scheduler.depth > 0) queueMicrotask(() => disposeComponent(scheduler));
  else {
    const trap = root.end('the instance was disposed', '', undefined);
    root.cannotEnter = () => trap;
  }
}

/**
 * Settles all promises, and stops what of the host works for the component.
 *
 * @param {Scheduler} scheduler
 * @param {Error} trap
 */
export function end(scheduler, trap) {
  scheduler.trace?.('trap', trap.message);
  scheduler.queue.clear();
  scheduler.arrivals.clear();
  for (const listener of scheduler.listeners) listener.failed(trap);
  scheduler.listeners.clear();
  for (const supplier of scheduler.suppliers) supplier.stop();
  // Engines keep a stopped stack, and the memories of its instances, until it was continued.
  scheduler.instances.forEach(({ threads }) => threads.entries.forEach((thread) => thread?.isParked && thread.resume()));
}
