/**
 * Whose turn it is. Threads run in the order in which they became ready, but one that was given control by another comes
 * before them, and while a sync call has not returned only threads of its instance may run at all.
 *
 * Spec: `Store.tick`, `Thread.suspend_then_resume`.
 */
import { Trap } from '../errors.js';

/** @typedef {import('./instances.js').InstanceState} InstanceState */
/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./threads.js').Thread} Thread */

const NO_BLOCKING =
  'cannot block a synchronous task before returning: deadlock detected: event loop cannot make further progress';

/**
 * @param {Scheduler} scheduler
 * @returns {Thread | undefined}
 */
export function next(scheduler) {
  const chosen = scheduler.chosen.shift();
  if (chosen) return chosen;
  const pin = scheduler.pins.at(-1);
  if (pin) return nextInside(scheduler, pin);
  for (let thread = scheduler.queue.shift(); thread; thread = scheduler.queue.shift()) {
    thread.isQueued = false;
    if (thread.isReady) return thread;
    scheduler.notify(thread);
  }
  return undefined;
}

/**
 * During a sync call, only threads of its instance run.
 *
 * @param {Scheduler} scheduler
 * @param {InstanceState} pin
 */
export function nextInside(scheduler, pin) {
  const thread = firstInside(scheduler, pin);
  if (thread) scheduler.queue.remove(thread);
  else throw new Trap(NO_BLOCKING, `sync call into ${pin.path}`);
  thread.isQueued = false;
  return thread;
}

/**
 * @param {Scheduler} scheduler
 * @param {InstanceState} pin
 */
export function firstInside(scheduler, pin) {
  return scheduler.queue.find((thread) => thread.instance === pin && thread.isRunnableInside());
}

/**
 * Before an operation that may block: a call whose type is not async must not leave its instance, so it may wait
 * only while another thread there can go on. The rule does not depend on the task of the thread, since threads may
 * give the stack to each other. Tests want it checked first of all, also where the operation would not wait.
 *
 * @param {Thread} thread
 */
export function checkMayBlock(thread) {
  const { scheduler, instance, task } = thread;
  const isInside = scheduler.pins.at(-1) === instance || task.isStartFunction;
  if (isInside && !instance.hasRunnable()) throw new Trap(NO_BLOCKING);
}
