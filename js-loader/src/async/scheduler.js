/**
 * The event loop of one instantiated component: which thread runs now, which is next, and how control comes back
 * from stacks that were stopped.
 *
 * Threads run in the order in which they became ready. Guest code only ever runs inside one of three extents: a call
 * of the host, a turn of the loop, or the continuation of a stopped stack. The loop waits for the last to stop again
 * or end before it takes the next thread.
 *
 * Spec: `Store`, `Thread.resume`.
 */
import { ENTERED, IDLE } from '../root.js';
import { Trap } from '../errors.js';
import { read, write } from './contexts.js';
import { InstanceState } from './instances.js';
import { Queue, Table } from './table.js';
import { ENDED, RUNNING, SUSPENDED, Stack, Thread } from './threads.js';
import { runningThread, syncLift } from './tasks.js';
import { canSwitchStacks, stackEntry } from './stacks.js';
import { deadlock } from './deadlock.js';
import { macrotask } from './macrotask.js';
import { tracer } from './trace.js';

/** @typedef {import('../root.js').Root} Root */

/** How many threads run in a turn at least, if there are any: each turn costs a promise. */
const TURN = 8;

/** After so many turns of the loop the host has one. */
const TURNS_WITHOUT_HOST = 64;

const SOON = Promise.resolve();

/** How long threads wait that go on after the call they belong to is over, in milliseconds. */
const BACKGROUND_DELAY = 20;

export const NO_BLOCKING =
  'cannot block a synchronous task before returning: deadlock detected: event loop cannot make further progress';

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

  /** The context slots of all instances. The runtime module must be there. */
  get contexts() {
    return (this.contextSlots ??= this.root.plan.instances.flatMap((_, i) => this.instance(i).slots));
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
   * A function as guests may call it: whatever goes wrong in it ends the component, and no guest can catch that.
   *
   * @template {(...values: any[]) => any} F
   * @param {F} func
   * @param {() => string} where
   * @returns {F}
   */
  guard(func, where) {
    return /** @type {F} */ (
      (...values) => {
        try {
          return func(...values);
        } catch (error) {
          this.fail(error, where);
          return this.root.raise();
        }
      }
    );
  }

  // Running guest code.

  /**
   * Runs guest code on a thread that is not on a stopped stack, inside whatever runs now. Comes back when it ends or
   * stops; what happened is in the stack's `outcome`.
   *
   * @param {Thread} thread
   * @param {(...values: any[]) => Promise<unknown> | void} entry of core wasm, which hands over what comes out; a new
   *   thread's clears the context slots
   * @param {any[]} values
   */
  run(thread, entry, values) {
    const { depth } = this;
    const { lift, implicit } = thread.task;
    const current = depth === 0 ? null : this.current;
    const pins = this.pins.length;
    const stack = new Stack((!!lift.mayBlock || thread !== implicit) && canSwitchStacks());
    // Threads give control to others of their instance. No call leads back to where it comes from, so the slots of other
    // instances are nobody's who goes on afterwards.
    const saved = current?.instance === thread.instance && read(thread.instance.slots);
    thread.stack = stack;
    thread.state = RUNNING;
    this.current = thread;
    this.depth++;
    if (depth === 0) this.root.status = ENTERED;
    if (thread.context) write(thread.instance.slots, thread.context);
    this.trace?.('thread', `${thread.name} runs`);
    try {
      const promise = (stack.canSuspend ? stackEntry(entry) : entry)(...values);
      // A reaction would be kept until the host has its turn, for each call.
      if (stack.outcome !== ENDED) {
        promise?.then(undefined, (/** @type {unknown} */ error) => {
          this.isDying = false;
          this.fail(error, () => thread.task.name);
        });
      }
    } catch (error) {
      throw this.fail(error, () => thread.task.name);
    }
    if (stack.outcome === RUNNING) this.died();
    if (stack.outcome === SUSPENDED && depth > 0) stack.pins = this.pins.splice(pins);
    if (saved) write(thread.instance.slots, saved);
    this.current = current;
    this.depth = depth;
    if (depth === 0) this.leave();
  }

  /** A stack trapped. Its reason may be known only to the engine, which tells when all JavaScript has returned. */
  died() {
    const { root } = this;
    if (!root.trapped) {
      const [rule, site] = root.generatedRule();
      if (rule) root.end(rule, site, undefined);
      else this.isDying = true;
    }
    throw root.trapped ?? new Trap('a task trapped');
  }

  /** The running guest code is at its end: nothing but returns is left of it. */
  over() {
    const thread = /** @type {Thread} */ (this.current);
    const stack = /** @type {Stack} */ (thread.stack);
    stack.outcome = ENDED;
    if (thread.state !== ENDED) thread.context = read(thread.instance.slots);
    if (stack.isDetached) this.land();
  }

  /** A continued stack ended or stopped again. */
  land() {
    this.current = null;
    this.flying = null;
    this.depth = 0;
    this.leave();
    this.schedule();
  }

  leave() {
    if (this.root.trapped || this.isDying) return;
    // A sync call that waits keeps the component to itself.
    if (this.pins.length === 0) this.root.leave();
  }

  // Stopping and continuing.

  /**
   * Stops the running thread, as soon as the built-in that asks for it has returned.
   *
   * @param {Thread} thread which says what it waits for
   * @param {(claimed: any) => any} [finish] what the built-in gives in the end
   * @param {() => any} [claim] takes what the thread waited for, as soon as it is its turn
   * @returns {number} what the built-in returns until then, which nobody looks at
   */
  stop(thread, finish = () => 0, claim) {
    thread.finish = finish;
    thread.claim = claim;
    this.stopping = thread;
    this.root.runtime(/** @type {any} */ (this.root.plan.runtime).blocked).value = 1;
    return 0;
  }

  /**
   * What the engine calls to stop a stack.
   *
   * @returns {Promise<void>}
   */
  wait() {
    const thread = /** @type {Thread} */ (this.stopping);
    const stack = /** @type {Stack} */ (thread.stack);
    this.stopping = null;
    if (!stack.canSuspend) throw new Trap(cannotStop(thread));
    stack.outcome = SUSPENDED;
    thread.isParked = true;
    thread.context = read(this.contexts);
    return new Promise((resolve) => {
      thread.proceed = () => {
        thread.isParked = false;
        if (!this.root.trapped) thread.claimed = thread.claim?.();
        this.flying = thread;
        resolve();
      };
      if (stack.isDetached) this.land();
      else stack.isDetached = true;
    });
  }

  /** What guest code calls when it is continued: from here on it is the running thread again. */
  resumed() {
    const thread = /** @type {Thread} */ (this.flying);
    const stack = /** @type {Stack} */ (thread.stack);
    // No guest can catch that.
    if (this.root.trapped || this.isDying) this.root.raise();
    this.root.status = ENTERED;
    this.depth = 1;
    this.current = thread;
    stack.outcome = RUNNING;
    if (stack.pins) this.pins.push(...stack.pins);
    stack.pins = undefined;
    write(this.contexts, /** @type {any} */ (thread.context));
    thread.context = null;
    this.trace?.('thread', `${thread.name} continues`);
    return /** @type {(claimed: any) => any} */ (thread.finish)(thread.claimed);
  }

  /**
   * Goes on with a thread, whatever it waits for. A stopped stack continues only after all JavaScript has returned.
   *
   * @param {Thread} thread
   * @param {boolean} [isCancelled]
   */
  resume(thread, isCancelled) {
    thread.stopWaiting();
    /** @type {(isCancelled?: boolean) => void} */ (thread.proceed)(isCancelled);
  }

  // Who is next.

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
    const goesOn = !this.flying && this.depth === 0 && !this.root.trapped && !this.isDying && this.runReady();
    this.isScheduled = false;
    if (!goesOn) return;
    if (this.queue.length > 0 || this.chosen.length > 0 || (this.arrivals.length > 0 && this.pins.length === 0)) this.schedule();
    else this.rest();
  };

  /** @returns {boolean} whether control is back */
  runReady() {
    let count = Math.max(this.queue.length, TURN);
    const step = () => {
      const thread = this.next();
      if (thread) this.resume(thread);
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
      this.fail(error, () => 'the event loop');
      return false;
    }
  }

  /** @returns {Thread | undefined} */
  next() {
    const chosen = this.chosen.shift();
    if (chosen) return chosen;
    const pin = this.pins.at(-1);
    if (pin) return this.nextInside(pin);
    for (let thread = this.queue.shift(); thread; thread = this.queue.shift()) {
      thread.isQueued = false;
      if (thread.isReady) return thread;
      this.notify(thread);
    }
    return undefined;
  }

  /**
   * During a sync call, only threads of its instance run.
   *
   * @param {InstanceState} pin
   */
  nextInside(pin) {
    const thread = this.firstInside(pin);
    if (thread) this.queue.remove(thread);
    else throw new Trap(NO_BLOCKING, `sync call into ${pin.path}`);
    thread.isQueued = false;
    return thread;
  }

  /** @param {InstanceState} pin */
  firstInside(pin) {
    return this.queue.find((thread) => thread.instance === pin && thread.isRunnableInside());
  }

  /**
   * Before an operation that may block: a call whose type is not async must not leave its instance, so it may wait
   * only while another thread there can go on. The rule does not depend on the task of the thread, since threads may
   * give the stack to each other. Tests want it checked first of all, also where the operation would not wait.
   *
   * @param {Thread} thread
   */
  checkMayBlock(thread) {
    const isInside = this.pins.at(-1) === thread.instance || thread.task.isStartFunction;
    if (isInside && !thread.instance.hasRunnable()) throw new Trap(NO_BLOCKING);
  }

  /** Nothing is ready. */
  rest() {
    this.isInBackground = false;
    if (this.pins.length > 0) this.attempt(() => this.nextInside(/** @type {InstanceState} */ (this.pins.at(-1))));
    else if (this.listeners.size > 0 && !this.waitsForHost && this.options.deadlock !== 'wait') {
      const error = deadlock(this);
      if (error) this.fail(error, () => '');
    }
  }

  // The end.

  /**
   * Ends the component because of what came out of guest code, or of a rule that was broken.
   *
   * @param {unknown} error
   * @param {() => string} where
   * @returns {Trap}
   */
  fail(error, where) {
    const { root } = this;
    this.current = null;
    // What comes out of the stacks around the one that died says nothing of the reason.
    if (this.isDying) return error instanceof Trap ? error : new Trap('a task trapped', where(), error);
    return root.trap(error, where);
  }

  /** Ends the component because the host wants it: now, or as soon as the guest that called the host has stopped. */
  dispose() {
    const { root } = this;
    if (root.trapped || this.isDying) return;
    if (this.depth > 0) queueMicrotask(() => this.dispose());
    else {
      const trap = root.end('the instance was disposed', '', undefined);
      root.cannotEnter = () => trap;
    }
  }

  /**
   * Settles all promises, and stops what of the host works for the component.
   *
   * @param {Error} trap
   */
  end(trap) {
    this.trace?.('trap', trap.message);
    this.queue.clear();
    this.arrivals.clear();
    for (const listener of this.listeners) listener.failed(trap);
    this.listeners.clear();
    for (const supplier of this.suppliers) supplier.stop();
    // Engines keep a stopped stack, and the memories of its instances, until it was continued.
    this.instances.forEach(({ threads }) => threads.entries.forEach((thread) => thread?.isParked && this.resume(thread)));
  }
}

/** @param {Thread} thread */
function cannotStop(thread) {
  const what = `${thread.name} has to wait for ${thread.reason}`;
  if (canSwitchStacks()) return `${what}, but was called synchronously: instantiate with { asyncExports: true }`;
  return `${what}, which needs stack switching (JSPI): the engine has none`;
}
