/** What the operations that actors are asked for do: one table from their names. */
import { FutureReader, FutureWriter, StreamReader, StreamWriter, cancelCopy, dropEnd, give, newPair, startCopy } from './channels.js';
import { trapIf } from './handles.js';
import { BLOCKED, Subtask, call, cancelSubtask } from './subtasks.js';
import { Waitable, WaitableSet } from './waitables.js';
import { LIFTS } from './actors.js';

/**
 * Executes one operation of an actor.
 *
 * @param {import('./model.js').Model} model
 * @param {import('./tasks.js').Task} task that asked for it
 * @param {string} name
 * @param {number} a
 * @param {number} b
 */
export function* execute(model, task, name, a, b) {
  const { actor, thread } = task;
  const { handles } = actor;
  const readStream = (result) => {
    actor.report(result);
    if (result !== BLOCKED) actor.reportBytes(handles.entries[a].buffer.bytes, result >>> 4);
  };
  const readFuture = (result) => {
    actor.report(result);
    if (result === 0) actor.reportBytes(handles.entries[a].buffer.bytes, 1);
  };
  switch (name) {
    case 'return':
      trapIf(task.lift === 'plain', 'task.return in a synchronous lift');
      return task.return(a);
    case 'taskCancel':
      trapIf(task.lift === 'plain', 'task.cancel in a synchronous lift');
      return task.cancel();
    case 'call':
      return yield* call(model, thread, a, LIFTS[b], true);
    case 'syncCall':
      return yield* call(model, thread, a, LIFTS[b], false);
    case 'subtaskCancel':
      return yield* cancelSubtask(model, thread, a, true);
    case 'syncSubtaskCancel':
      return yield* cancelSubtask(model, thread, a, false);
    case 'subtaskDrop': {
      const subtask = handles.remove(a, Subtask);
      trapIf(!subtask.isDelivered, 'not resolved yet');
      return subtask.join(null);
    }
    case 'setNew':
      return actor.report(handles.add(new WaitableSet()));
    case 'setDrop': {
      const set = handles.remove(a, WaitableSet);
      return trapIf(set.members.length > 0 || set.waiting > 0, 'set in use');
    }
    case 'join': {
      const waitable = handles.get(a, Waitable);
      trapIf(waitable.hasSyncWaiter, 'waited for');
      return waitable.join(b === 0 ? null : handles.get(b, WaitableSet));
    }
    case 'poll': {
      const set = handles.get(a, WaitableSet);
      return model.reportEvent(actor, set.ready.length ? yield* model.takeEvent(actor, set) : [0, 0, 0]);
    }
    case 'syncWait':
      return model.reportEvent(actor, yield* model.waitForEvent(thread, handles.get(a, WaitableSet), () => true, false));
    case 'threadYield':
      return actor.report((yield* model.waitUntil(thread, () => true)) ? 1 : 0);
    case 'streamNew':
      return newPair(actor, StreamReader, StreamWriter);
    case 'streamRead':
      return readStream(yield* startCopy(model, thread, StreamReader, a, b, true));
    case 'syncRead':
      return readStream(yield* startCopy(model, thread, StreamReader, a, b, false));
    case 'streamWrite':
      return actor.report(yield* startCopy(model, thread, StreamWriter, a, b, true));
    case 'syncWrite':
      return actor.report(yield* startCopy(model, thread, StreamWriter, a, b, false));
    case 'streamCancelRead':
      return readStream(cancelCopy(actor, StreamReader, a));
    case 'streamCancelWrite':
      return actor.report(cancelCopy(actor, StreamWriter, a));
    case 'streamDropReadable':
      return dropEnd(actor, StreamReader, a);
    case 'streamDropWritable':
      return dropEnd(actor, StreamWriter, a);
    case 'futureNew':
      return newPair(actor, FutureReader, FutureWriter);
    case 'futureRead':
      return readFuture(yield* startCopy(model, thread, FutureReader, a, 1, true));
    case 'futureWrite':
      return actor.report(yield* startCopy(model, thread, FutureWriter, a, 1, true));
    case 'futureCancelRead':
      return readFuture(cancelCopy(actor, FutureReader, a));
    case 'futureCancelWrite':
      return actor.report(cancelCopy(actor, FutureWriter, a));
    case 'futureDropReadable':
      return dropEnd(actor, FutureReader, a);
    case 'futureDropWritable':
      return dropEnd(actor, FutureWriter, a);
    case 'backpressureInc':
      actor.backpressure++;
      return;
    case 'backpressureDec':
      return trapIf(--actor.backpressure < 0, 'backpressure below zero');
    case 'give':
      return give(actor, StreamReader, a);
    case 'giveFuture':
      return give(actor, FutureReader, a);
    default:
      throw new Error(`no operation ${name}`);
  }
}
