/**
 * Guest code that runs: how a thread is entered, how its stack is stopped and continued, and how control comes back
 * from there.
 *
 * Guest code only ever runs inside one of three extents: a call of the host, a turn of the event loop, or the
 * continuation of a stopped stack. A stack is stopped in two steps: a built-in says what its thread waits for and
 * returns, and the code around it then calls what the engine stops the stack at.
 *
 * Spec: `Thread.resume`.
 */
import { ENTERED } from '../root.js';
import { Trap } from '../errors.js';
import { allSlots, read, write } from './contexts.js';
import { endBecauseOf } from './ending.js';
import { canSwitchStacks, stackEntry } from './stacks.js';
import { ENDED, RUNNING, SUSPENDED, Stack } from './threads.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./threads.js').Thread} Thread */

/**
 * Runs guest code on a thread that is not on a stopped stack, inside whatever runs now. Comes back when it ends or
 * stops; what happened is in the stack's `outcome`.
 *
 * @param {Thread} thread
 * @param {(...values: any[]) => Promise<unknown> | void} entry of core wasm, which hands over what comes out; a new
 *   thread's clears the context slots
 * @param {any[]} values
 */
export function run(thread, entry, values) {
  const { scheduler, instance, task } = thread;
  const { depth } = scheduler;
  const current = depth === 0 ? null : scheduler.current;
  const pins = scheduler.pins.length;
  const stack = new Stack((!!task.lift.mayBlock || thread !== task.implicit) && canSwitchStacks());
  // Threads give control to others of their instance. No call leads back to where it comes from, so the slots of other
  // instances are nobody's who goes on afterwards.
  const saved = current?.instance === instance && read(instance.slots);
  thread.stack = stack;
  thread.state = RUNNING;
  scheduler.current = thread;
  scheduler.depth++;
  if (depth === 0) scheduler.root.status = ENTERED;
  // There are none yet if it is new.
  if (thread.context) write(instance.slots, thread.context);
  scheduler.trace?.('thread', `${thread.name} runs`);
  try {
    const promise = (stack.canSuspend ? stackEntry(entry) : entry)(...values);
    // A reaction would be kept until the host has its turn, for each call.
    if (stack.outcome !== ENDED) {
      promise?.then(undefined, (/** @type {unknown} */ error) => {
        scheduler.isDying = false;
        endBecauseOf(scheduler, error, () => task.name);
      });
    }
  } catch (error) {
    throw endBecauseOf(scheduler, error, () => task.name);
  }
  if (stack.outcome === RUNNING) died(scheduler);
  if (stack.outcome === SUSPENDED && depth > 0) stack.pins = scheduler.pins.splice(pins);
  if (saved) write(instance.slots, saved);
  scheduler.current = current;
  scheduler.depth = depth;
  if (depth === 0) leave(scheduler);
}

/**
 * A stack trapped. Its reason may be known only to the engine, which tells when all JavaScript has returned.
 *
 * @param {Scheduler} scheduler
 */
function died(scheduler) {
  const { root } = scheduler;
  if (!root.trapped) {
    const [rule, site] = root.generatedRule();
    if (rule) root.end(rule, site, undefined);
    else scheduler.isDying = true;
  }
  throw root.trapped ?? new Trap('a task trapped');
}

/**
 * The running guest code is at its end: nothing but returns is left of it.
 *
 * @param {Scheduler} scheduler
 */
export function over(scheduler) {
  const thread = /** @type {Thread} */ (scheduler.current);
  const stack = /** @type {Stack} */ (thread.stack);
  stack.outcome = ENDED;
  if (thread.state !== ENDED) thread.context = read(thread.instance.slots);
  if (stack.isDetached) land(scheduler);
}

/**
 * A continued stack ended or stopped again.
 *
 * @param {Scheduler} scheduler
 */
function land(scheduler) {
  scheduler.current = null;
  scheduler.flying = null;
  scheduler.depth = 0;
  leave(scheduler);
  scheduler.schedule();
}

/** @param {Scheduler} scheduler */
function leave(scheduler) {
  if (scheduler.isOver) return;
  // A sync call that waits keeps the component to itself.
  if (scheduler.pins.length === 0) scheduler.root.leave();
}

/**
 * Stops the running thread, as soon as the built-in that asks for it has returned.
 *
 * @param {Thread} thread which says what it waits for
 * @param {(claimed: any) => any} [finish] what the built-in gives in the end
 * @param {() => any} [claim] takes what the thread waited for, as soon as it is its turn
 * @returns {number} what the built-in returns until then, which nobody looks at
 */
export function stop(thread, finish = () => 0, claim) {
  const { scheduler } = thread;
  thread.finish = finish;
  thread.claim = claim;
  scheduler.stopping = thread;
  scheduler.root.runtime(/** @type {any} */ (scheduler.root.plan.runtime).blocked).value = 1;
  return 0;
}

/**
 * What the engine calls to stop a stack.
 *
 * @param {Scheduler} scheduler
 * @returns {Promise<void>}
 */
export function wait(scheduler) {
  const thread = /** @type {Thread} */ (scheduler.stopping);
  const stack = /** @type {Stack} */ (thread.stack);
  scheduler.stopping = null;
  if (!stack.canSuspend) throw new Trap(cannotStop(thread));
  stack.outcome = SUSPENDED;
  thread.isParked = true;
  thread.context = read(allSlots(scheduler));
  return new Promise((resolve) => {
    thread.proceed = () => {
      thread.isParked = false;
      if (!scheduler.root.trapped) thread.claimed = thread.claim?.();
      scheduler.flying = thread;
      resolve();
    };
    if (stack.isDetached) land(scheduler);
    else stack.isDetached = true;
  });
}

/** @param {Thread} thread */
function cannotStop(thread) {
  const what = `${thread.name} has to wait for ${thread.reason}`;
  if (canSwitchStacks()) return `${what}, but was called synchronously: instantiate with { asyncExports: true }`;
  return `${what}, which needs stack switching (JSPI): the engine has none`;
}

/**
 * What guest code calls when it is continued: from here on it is the running thread again.
 *
 * @param {Scheduler} scheduler
 */
export function resumed(scheduler) {
  const thread = /** @type {Thread} */ (scheduler.flying);
  const stack = /** @type {Stack} */ (thread.stack);
  // No guest can catch that.
  if (scheduler.isOver) scheduler.root.raise();
  scheduler.root.status = ENTERED;
  scheduler.depth = 1;
  scheduler.current = thread;
  stack.outcome = RUNNING;
  if (stack.pins) scheduler.pins.push(...stack.pins);
  stack.pins = undefined;
  write(allSlots(scheduler), /** @type {any} */ (thread.context));
  thread.context = null;
  scheduler.trace?.('thread', `${thread.name} continues`);
  return /** @type {(claimed: any) => any} */ (thread.finish)(thread.claimed);
}
