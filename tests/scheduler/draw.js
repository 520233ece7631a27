/**
 * Chooses what a thread of an actor does next: mostly something that makes sense in the model's state, so that runs get
 * long and tangled, and now and then something that must trap.
 */
import { FutureReader, FutureWriter, StreamReader, StreamWriter } from './channels.js';
import { Subtask } from './subtasks.js';
import { TASK } from './tasks.js';
import { Waitable, WaitableSet } from './waitables.js';
import { LIFTS, OPERATIONS } from './actors.js';
import { Random } from './random.js';

/** Programs end soon once a run has had this many operations. */
const LONG = 120;
/** No program is started once there are this many. */
const MANY = 24;

export class Draw {
  operations = 0;
  programs = 0;

  /** @param {number} seed */
  constructor(seed) {
    this.random = new Random(seed);
    /** Some runs break no rule on purpose. */
    this.breaksRules = this.random.below(4) === 0;
  }

  /** A number for a new program. */
  program() {
    return this.programs++;
  }

  /**
   * @param {import('./tasks.js').Task} task that asks
   * @returns {{ name: string, a: number, b: number }}
   */
  next(task) {
    this.operations++;
    const { random } = this;
    if (this.breaksRules && random.below(60) === 0) {
      const handles = task.actor.handles.all();
      const a = handles.length && random.below(4) ? random.pick(handles)[0] : random.below(12);
      const name = random.pick(Object.keys(OPERATIONS).filter((name) => !['call', 'syncCall'].includes(name)));
      const b = name === 'join' ? random.below(6) : random.below(20);
      return { name, a, b };
    }
    const isLong = this.operations > LONG;
    const options = [...(isLong ? [] : this.news(task)), ...this.onHandles(task, isLong), ...this.onTask(task, isLong)];
    const [name, a = 0, b = 0] = random.pick(options);
    return { name, a, b };
  }

  /** What makes new things. */
  news({ actor }) {
    const few = actor.handles.all().length < 10;
    const options = few ? [['streamNew'], ['futureNew'], ['setNew']] : [];
    if (actor.next && this.programs < MANY) {
      const lift = this.random.below(LIFTS.length);
      options.push(['call', this.programs, lift], ['call', this.programs, lift], ['call', this.programs, lift]);
      if (this.random.below(3) === 0) options.push(['syncCall', this.programs, lift]);
      // The number is used up whether the call is chosen or not: programs are never shared.
      this.programs++;
    }
    return options;
  }

  /** What can be done with the handles that the actor has. */
  onHandles(task, isLong) {
    const { actor } = task;
    const handles = actor.handles.all();
    const sets = handles.filter(([, entry]) => entry instanceof WaitableSet);
    return handles.flatMap(([index, entry]) => {
      if (entry instanceof WaitableSet) return this.onSet(task, index, entry, isLong);
      const options = [];
      if (entry instanceof Waitable && !entry.hasSyncWaiter && !isLong) {
        for (const [set] of sets) options.push(['join', index, set]);
        if (entry.set) options.push(['join', index, 0]);
      }
      return [...options, ...this.onWaitable(actor, index, entry)];
    });
  }

  onSet({ lift }, index, set, isLong) {
    const options = isLong ? [] : [['poll', index]];
    // What may never come is waited for now and then: most runs should come to an end of their own.
    const waits = set.ready.length > 0 || (!isLong && this.random.below(5) === 0);
    if (set.members.length && waits) {
      const wait = lift === 'callback' ? ['wait', index] : ['syncWait', index];
      options.push(wait, wait);
      if (lift === 'callback' && this.random.below(4) === 0) options.push(['syncWait', index]);
    } else if (!set.members.length && set.waiting === 0) {
      options.push(['setDrop', index]);
    }
    return options;
  }

  onWaitable(actor, index, entry) {
    if (entry instanceof Subtask) return this.onSubtask(index, entry);
    const kind = entry.constructor;
    const read = kind === StreamReader || kind === FutureReader;
    const isStream = kind === StreamReader || kind === StreamWriter;
    const prefix = isStream ? 'stream' : 'future';
    const drop = [`${prefix}Drop${read ? 'Readable' : 'Writable'}`, index];
    const n = this.random.below(5) === 0 ? 0 : 1 + this.random.below(12);
    switch (entry.state) {
      case 'idle': {
        const options = [[`${prefix}${read ? 'Read' : 'Write'}`, index, n], [`${prefix}${read ? 'Read' : 'Write'}`, index, n]];
        if (isStream && !entry.set && this.random.below(12) === 0) options.push([read ? 'syncRead' : 'syncWrite', index, n]);
        if (kind !== FutureWriter) options.push(drop);
        if (read && !entry.set && actor.next) options.push([isStream ? 'give' : 'giveFuture', index]);
        return options;
      }
      case 'copying':
        return entry.hasSyncWaiter || this.random.below(3) ? [] : [[`${prefix}Cancel${read ? 'Read' : 'Write'}`, index]];
      case 'done':
        return [drop];
      default:
        return [];
    }
  }

  onSubtask(index, subtask) {
    if (subtask.isDelivered) return [['subtaskDrop', index]];
    if (subtask.cancellationRequested || subtask.hasSyncWaiter || this.random.below(3)) return [];
    const options = [['subtaskCancel', index]];
    if (!subtask.set && this.random.below(4) === 0) options.push(['syncSubtaskCancel', index]);
    return options;
  }

  /** What concerns the task itself. */
  onTask({ state, lift, actor }, isLong) {
    const options = [];
    if (!isLong) {
      options.push(lift === 'callback' ? ['yield'] : ['threadYield']);
      if (this.random.below(6) === 0) options.push(['threadYield']);
      if (this.random.below(16) === 0) options.push(['backpressureInc']);
    }
    if (actor.backpressure > 0) options.push(['backpressureDec'], ['backpressureDec'], ['backpressureDec']);
    if (lift === 'plain') {
      if (isLong || this.random.below(6) === 0) options.push(['exit']);
      return options;
    }
    if (state === TASK.resolved) {
      if (isLong || this.random.below(4) === 0) options.push(['exit']);
    } else {
      if (state === TASK.cancelDelivered) options.push(['taskCancel'], ['taskCancel']);
      if (isLong || this.random.below(4) === 0) options.push(['return', this.random.below(4096)]);
    }
    // Whatever else, every program can go on.
    if (options.length === 0) options.push(['setNew']);
    return options;
  }
}
