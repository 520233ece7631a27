/**
 * Threads of a guest's own making, and how they give control to each other.
 *
 * A thread that is asked to stop while another runs inside it may be resumed by that one before it has really
 * stopped; then it goes on at once.
 *
 * Spec: `canon_thread_*`.
 */
import { Trap } from '../errors.js';
import { guard } from './ending.js';
import { over, run, stop } from './running.js';
import { callThen } from './stacks.js';
import { SUSPENDED, Thread, resumeLater } from './threads.js';
import { checkMayBlock, firstInside } from './turns.js';

/**
 * Spec: `canon_thread_new_indirect`.
 *
 * @param {import('./scheduler.js').Scheduler} scheduler
 * @param {any} trampoline
 * @returns {(thread: Thread, index: number | bigint, argument: number | bigint) => number}
 */
export function threadMaker(scheduler, trampoline) {
  const done = guard(
    scheduler,
    () => {
      const thread = /** @type {Thread} */ (scheduler.current);
      thread.task.remove(thread);
      over(scheduler);
    },
    () => 'a thread',
  );
  /** Start functions that were used. @type {WeakMap<Function, (...values: any[]) => any>} */
  const entries = new WeakMap();
  return ({ task }, index, argument) => {
    const func = lookUp(scheduler.root.taken.table[trampoline.table], index);
    // Linking tells whether the function has the right type, which nothing else in JavaScript does.
    const entry = entries.get(func) ?? callThen(func, [typeof argument === 'bigint' ? 'i64' : 'i32'], null, done, task.instance.globals);
    entries.set(func, entry);
    const made = new Thread(task);
    made.proceed = () => run(made, entry, [argument]);
    task.add(made);
    return made.index;
  };
}

/**
 * @param {WebAssembly.Table} table
 * @param {number | bigint} index
 * @returns {Function}
 */
function lookUp(table, index) {
  const at = typeof index === 'bigint' ? BigInt.asUintN(64, index) : index >>> 0;
  if (at >= table.length) throw new Trap('undefined element');
  const func = table.get(/** @type {number} */ (at));
  if (!func) throw new Trap(`uninitialized element ${at}`);
  return func;
}

/** @param {Thread} other */
export function resumeOther(other) {
  checkSuspended(other);
  resumeLater(other);
}

/** @param {Thread} other */
function checkSuspended(other) {
  if (other.state !== SUSPENDED) throw new Trap('cannot resume thread which is not suspended');
}

/** @param {Thread} thread */
export function suspendThread(thread) {
  thread.suspend();
  return stop(thread);
}

/**
 * Spec: `yield_`. Where the stack cannot be stopped, it is the same thread's turn again at once.
 *
 * @param {Thread} thread
 */
export function yieldThread(thread) {
  const { scheduler, instance } = thread;
  // Inside a sync call only threads of its instance may go on; where there is none, it is the same thread's turn again.
  if (scheduler.pins.at(-1) === instance && !instance.hasRunnable()) return 0;
  if (!thread.stack?.canSuspend) return 0;
  resumeLater(thread);
  return stop(thread);
}

/**
 * Spec: `suspend_then_resume`, `yield_then_resume` and the same with `promote`.
 *
 * @param {Thread} thread
 * @param {Thread} other that is to run now
 * @param {boolean} doesYield whether the thread is ready to go on afterwards
 * @param {boolean} doesPromote whether the other one must be ready instead of suspended
 */
export function switchThread(thread, other, doesYield, doesPromote) {
  if (other === thread) throw new Trap('cannot resume thread which is not suspended');
  if (!doesPromote) checkSuspended(other);
  else if (!other.isReady) {
    if (doesYield) return yieldThread(thread);
    checkMayBlock(thread);
    return suspendThread(thread);
  }
  if (doesYield) resumeLater(thread);
  else thread.suspend();
  hand(thread, other);
  if (!goesOn(thread)) return stop(thread);
  thread.stopWaiting();
  return 0;
}

/**
 * Gives control to another thread: by a call where it has no stopped stack, else as soon as this one has stopped.
 *
 * @param {Thread} thread
 * @param {Thread} other
 */
function hand(thread, other) {
  const { scheduler } = thread;
  other.stopWaiting();
  if (other.isStopping) other.isResumed = true;
  else if (other.isParked) scheduler.chosen.unshift(other);
  else {
    thread.isStopping = true;
    other.resume();
    thread.isStopping = false;
  }
}

/**
 * Whether a thread that was to stop may go on without having stopped.
 *
 * @param {Thread} thread
 */
function goesOn(thread) {
  const { scheduler, instance } = thread;
  if (thread.isResumed) {
    thread.isResumed = false;
    return true;
  }
  if (scheduler.chosen.length > 0 || !thread.isReady) return false;
  if (!thread.stack?.canSuspend) return true;
  return scheduler.pins.at(-1) === instance && firstInside(scheduler, instance) === thread;
}
