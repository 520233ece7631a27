/**
 * Calls of one actor by another, and the subtasks by which callers hear of them.
 *
 * Spec: `Subtask`, `canon_lower`, `canon_subtask_cancel`.
 */
import { trapIf } from './handles.js';
import { TASK } from './tasks.js';
import { Waitable } from './waitables.js';

/** What an operation gives that goes on in the background. */
export const BLOCKED = 0xffffffff;

export const SUBTASK = Object.freeze({ starting: 0, started: 1, returned: 2, cancelledBeforeStarted: 3, cancelledBeforeReturned: 4 });

export class Subtask extends Waitable {
  state = SUBTASK.starting;
  isDelivered = false;
  cancellationRequested = false;
  /** @type {Task | null} */
  task = null;
  value = 0;

  get resolved() {
    return this.state >= SUBTASK.returned;
  }
}

/**
 * Calls a function of the next actor.
 *
 * @param {import('./model.js').Model} model
 * @param {import('./tasks.js').Thread} thread
 */
export function* call(model, thread, program, lift, isAsync) {
  const { actor } = thread.task;
  const subtask = new Subtask();
  let onProgress = () => {};
  const onStart = () => {
    onProgress();
    subtask.state = SUBTASK.started;
  };
  const onResolve = (value) => {
    onProgress();
    if (value !== null) subtask.state = SUBTASK.returned;
    else subtask.state = subtask.state === SUBTASK.starting ? SUBTASK.cancelledBeforeStarted : SUBTASK.cancelledBeforeReturned;
    subtask.value = value ?? 0;
  };
  const task = (subtask.task = yield* model.lift(actor.next, lift, program, onStart, onResolve));
  if (isAsync) yield* giveWay(model, thread, task);
  if (!isAsync) {
    if (!subtask.resolved) yield* model.waitUntil(thread, () => subtask.resolved);
    actor.report(subtask.value);
    return;
  }
  if (subtask.resolved) {
    actor.report(SUBTASK.returned, subtask.value);
    return;
  }
  const index = actor.handles.add(subtask);
  onProgress = () => {
    subtask.pending = () => {
      if (subtask.resolved) subtask.isDelivered = true;
      return [1, index, subtask.state];
    };
  };
  actor.report((index << 4) | subtask.state);
}

/**
 * A call that found its callee's instance locked lets the lock's holder go first, if that has what it waits for. The
 * specification's code lets the call wait; its tests (`sync-streams.wast`) let it start.
 *
 * @param {import('./model.js').Model} model
 */
function* giveWay(model, caller, task) {
  const { actor, thread } = task;
  const holder = actor.exclusive;
  if (model.depth !== 1 || task.state !== TASK.initial || !holder?.isReady?.() ) return;
  model.stopWaiting(holder);
  model.chosen.unshift(holder, caller);
  yield { kind: 'block' };
  if (task.state !== TASK.initial || !thread.isReady()) return;
  model.depth = 0;
  yield* model.resume(thread);
  model.depth = 1;
}

/** @param {import('./model.js').Model} model @param {import('./tasks.js').Thread} thread */
export function* cancelSubtask(model, thread, index, isAsync) {
  const { actor } = thread.task;
  const subtask = actor.handles.get(index, Subtask);
  trapIf(subtask.isDelivered, 'cancel after the end');
  trapIf(subtask.cancellationRequested, 'cancelled twice');
  trapIf(subtask.set !== null && !isAsync, 'synchronous use of a member of a set');
  if (!subtask.resolved) {
    subtask.cancellationRequested = true;
    yield* model.requestCancellation(subtask.task);
    if (!subtask.resolved) {
      if (isAsync) {
        actor.report(BLOCKED);
        return;
      }
      // The specification's code would take the event of the start for the end, and asserts that it does not.
      yield* model.waitForPending(thread, subtask, () => subtask.resolved);
    }
  }
  const [, , state] = subtask.deliver();
  actor.report(state);
  if (state === SUBTASK.returned) actor.report(subtask.value);
}
