/**
 * The event loop of one instantiated component: when its threads have turns, and when what the host wants is done.
 *
 * The loop runs only while something is ready, in microtasks as long as somebody waits for it. It goes on with a thread
 * whose stack was stopped by letting the engine do so, and then waits until that stack stops again or ends.
 *
 * Whose turn it is: `turns.js`. What a turn is: `running.js`. How it all ends: `ending.js`.
 *
 * Spec: `Store`.
 */
import { IDLE } from '../root.js';
import { endBecauseOf } from './ending.js';
import { InstanceState } from './instances.js';
import { Queue, Table } from './table.js';
import { runningThread, syncLift } from './tasks.js';
import { deadlock } from './deadlock.js';
import { macrotask } from './macrotask.js';
import { tracer } from './trace.js';
import { next, nextInside } from './turns.js';

/** @typedef {import('../root.js').Root} Root */
/** @typedef {import('./threads.js').Thread} Thread */

/** How many threads run in a turn at least, if there are any: each turn costs a promise. */
const TURN = 8;

/** After so many turns of the loop the host has one. */
const TURNS_WITHOUT_HOST = 64;

const SOON = Promise.resolve();

/** How long threads wait that go on after the call they belong to is over, in milliseconds. */
const BACKGROUND_DELAY = 20;

/**
 * @typedef {object} Options of an instantiation
 * @property {boolean} [asyncExports] whether exports whose type is not async return promises too, so that they may block inside
 * @property {'trap' | 'wait'} [deadlock] what to do when nothing can go on unless the host calls again; `trap` if not given
 * @property {boolean | ((kind: string, message: string) => void)} [trace] logs what tasks, threads, streams and events do
 */

/**
 * @typedef {object} Listener
 * @property {(trap: Error) => void} failed
 * @property {boolean} [canBeCancelled] whether the host may end what it waits for
 */

/**
 * @typedef {object} Supplier what of the host works for the component: an iterator behind a stream, a function that runs
 * @property {() => void} stop nobody wants its values any more
 */

export class Scheduler {
  /**
   * @param {Root} root
   * @param {Options} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    /** @type {((kind: string, message: string) => void) | null} */
    this.trace = tracer(options.trace);
    /** @type {Thread | null} */
    this.current = null;
    /** @type {Queue<Thread>} */
    this.queue = new Queue();
    /** What has to wait until guests are not running: calls and answers of the host. @type {Queue<() => void>} */
    this.arrivals = new Queue();
    /** The thread whose stack was told to continue and has not stopped or ended since. @type {Thread | null} */
    this.flying = null;
    /** Threads that control was given to by another, before all that are ready. @type {Thread[]} */
    this.chosen = [];
    /** The thread that the engine is about to stop. @type {Thread | null} */
    this.stopping = null;
    /** Extents of guest code that are running, one inside the other. */
    this.depth = 0;
    /** Instances with a sync call that has not returned: as long as it runs, nothing outside may. @type {InstanceState[]} */
    this.pins = [];
    this.isScheduled = false;
    this.turns = 0;
    /** Of a turn that may wait. */
    this.timer = 0;
    /** Whether it runs what nobody waits for. */
    this.isInBackground = false;
    /** A trap whose reason the engine has not told yet. */
    this.isDying = false;
    /** What only the host can move on, beside its promises: the ends of streams and futures that it holds. */
    this.outstanding = 0;
    /** For each promise of the host that is not settled, whether nobody wants to know any more. @type {Set<() => boolean>} */
    this.expected = new Set();
    /** What to tell of the end of the component: calls of exports and reads that are not over. @type {Set<Listener>} */
    this.listeners = new Set();
    /** What is stopped when the component ends. @type {Set<Supplier>} */
    this.suppliers = new Set();
    /** @type {InstanceState[]} */
    this.instances = [];
    /** Objects behind handles. @type {Table<any>} */
    this.slots = new Table();
    /** @type {import('./contexts.js').Slots | undefined} */
    this.contextSlots = undefined;
  }

  /** Whether the component has ended, or is about to. */
  get isOver() {
    return this.isDying || !!this.root.trapped;
  }

  /** The handle functions of the runtime module. */
  get handles() {
    return this.root.handles('');
  }

  /**
   * @param {number} index of a component instance
   * @returns {InstanceState}
   */
  instance(index) {
    return (this.instances[index] ??= new InstanceState(this, index));
  }

  /**
   * The thread that is running, for a built-in of some instance. Start functions have none of their own.
   *
   * @param {InstanceState} instance
   */
  thread(instance) {
    if (this.current?.task.instance !== instance) {
      this.current = runningThread(syncLift(instance, 'start function'), null);
      this.current.task.isStartFunction = true;
    }
    return this.current;
  }

  /** The task of the running thread. */
  get task() {
    return /** @type {Thread} */ (this.current).task;
  }

  /**
   * Something changed that a thread may wait for.
   *
   * @param {Thread} thread
   */
  notify(thread) {
    if (thread.isQueued) return;
    if (thread.isReady) {
      thread.isQueued = true;
      this.queue.push(thread);
      this.schedule();
    } else if (thread.condition && thread.task.needsLock && thread.instance.exclusive) thread.instance.wantLock.add(thread);
  }

  /**
   * Does what the host wants, at once if no guest is running.
   *
   * @param {() => void} action
   */
  whenIdle(action) {
    if (this.root.status === IDLE && !this.flying) this.attempt(action);
    else {
      this.arrivals.push(action);
      this.schedule();
    }
  }

  /** Whether somebody waits for what guests do. */
  get isUrgent() {
    return this.listeners.size > 0 || this.pins.length > 0;
  }

  schedule() {
    if (this.flying) return;
    if (this.isScheduled) {
      // Until now it was for the background only.
      if (!this.isUrgent || !this.timer) return;
      clearTimeout(this.timer);
      this.timer = 0;
    }
    this.isScheduled = true;
    // Node's `queueMicrotask` takes longer.
    SOON.then(this.scheduleTurn);
  }

  /**
   * Nobody waits for what goes on in the background, so the host may call first. Threads may give way to each other for
   * ever, so its timers fire now and then.
   */
  scheduleTurn = () => {
    const { turn, isUrgent } = this;
    if (!isUrgent && !this.isInBackground) this.timer = /** @type {any} */ (setTimeout(turn, BACKGROUND_DELAY));
    else if (isUrgent && ++this.turns % TURNS_WITHOUT_HOST !== 0) turn();
    else macrotask(turn);
    this.isInBackground = !isUrgent;
  };

  /**
   * Does what the host wants of something that goes on in the background, and what follows from it soon.
   *
   * @param {() => void} action
   */
  tell(action) {
    this.isInBackground = true;
    this.whenIdle(action);
    this.schedule();
  }

  /** Whether the host could move something on without calling. */
  get waitsForHost() {
    return this.outstanding > 0 || [...this.expected].some((isOver) => !isOver());
  }

  /**
   * Waits for a promise of the host.
   *
   * @param {PromiseLike<any>} promise
   * @param {() => boolean} isOver whether nobody wants to know any more
   * @param {(value: any) => void} fulfilled
   * @param {(error: unknown) => void} rejected
   */
  expect(promise, isOver, fulfilled, rejected) {
    this.expected.add(isOver);
    const settled = (/** @type {(value: any) => void} */ tell) => (/** @type {any} */ value) => {
      this.expected.delete(isOver);
      if (!this.root.trapped && !isOver()) this.tell(() => tell(value));
    };
    promise.then(settled(fulfilled), settled(rejected));
  }

  /** One turn of the loop: at least all that was ready when it began. What becomes ready meanwhile may have the next turn. */
  turn = () => {
    this.timer = 0;
    const goesOn = !this.flying && this.depth === 0 && !this.isOver && this.runReady();
    this.isScheduled = false;
    if (!goesOn) return;
    if (this.queue.length > 0 || this.chosen.length > 0 || (this.arrivals.length > 0 && this.pins.length === 0)) this.schedule();
    else this.rest();
  };

  /** @returns {boolean} whether control is back */
  runReady() {
    let count = Math.max(this.queue.length, TURN);
    const step = () => {
      const thread = next(this);
      if (thread) thread.resume();
      else count = 0;
    };
    do {
      if (!this.attempt(step) || this.flying) return false;
    } while (this.arrivals.length === 0 && --count > 0);
    while (this.arrivals.length > 0 && this.pins.length === 0) {
      if (!this.attempt(/** @type {() => void} */ (this.arrivals.shift())) || this.flying) return false;
    }
    return true;
  }

  /**
   * @param {() => void} action
   * @returns {boolean} whether the component goes on
   */
  attempt(action) {
    try {
      action();
      return true;
    } catch (error) {
      endBecauseOf(this, error, () => 'the event loop');
      return false;
    }
  }

  /** Nothing is ready. */
  rest() {
    this.isInBackground = false;
    if (this.pins.length > 0) this.attempt(() => nextInside(this, /** @type {InstanceState} */ (this.pins.at(-1))));
    else if (this.listeners.size > 0 && !this.waitsForHost && this.options.deadlock !== 'wait') {
      const error = deadlock(this);
      if (error) endBecauseOf(this, error, () => '');
    }
  }
}
