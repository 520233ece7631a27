/**
 * One run of actors under the real scheduler and the model, side by side.
 *
 * Whenever a guest asks for its next operation, the model must have come to the same question, with the same reports by
 * every actor before it; then one operation is drawn for both. Where the specification leaves a choice, the model follows
 * what was really chosen, if that is among what may be.
 */
import { Draw } from './draw.js';
import { Trap } from './handles.js';
import { Model } from './model.js';
import { LIFTS, OPERATIONS } from './actors.js';

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Real and model disagree. */
class Difference extends Error {}

/** The model as a coroutine: it is asked to call or to resume, and asks for operations and choices. */
function* steps(model) {
  for (;;) {
    const command = yield { kind: 'idle' };
    if (command.call) {
      const { actor, lift, program, onResolve } = command.call;
      yield* model.invoke(actor, lift, program, onResolve);
    } else if (model.chosen.length) {
      yield* model.resume(model.chosen.shift());
    } else {
      const thread = model.ready.find(({ task }) => task.program === command.resume);
      if (!thread) throw new Difference(`program ${command.resume} goes on, but may not`);
      yield* model.resume(thread);
    }
  }
}

export class Case {
  /**
   * @param {number} seed
   * @param {number} length of the chain
   * @param {(line: string) => void} [trace]
   */
  constructor(seed, length, trace) {
    this.trace = trace;
    this.draw = new Draw(seed);
    this.model = new Model(length);
    this.steps = steps(this.model);
    this.state = this.steps.next().value;
    /** What the model has still to do: the operation that was drawn last, or a call. @type {any} */
    this.pending = null;
    /** What actors really reported. @type {number[][]} */
    this.logs = this.model.actors.map(() => []);
    /** The trap that the model came to. @type {Trap | null} */
    this.trap = null;
    /** The first difference; the guest cannot be stopped with it, so it is kept. @type {Error | null} */
    this.failed = null;
  }

  /** Gives the model `input`, and answers its choices by what really happened. */
  feed(input) {
    let value = this.steps.next(input).value;
    while (value.kind === 'event') value = this.steps.next(this.deliveredOf(value)).value;
    this.state = value;
  }

  /** Which event was really delivered: the next report of the actor is the event, the handle, the payload. */
  deliveredOf({ actor, handles }) {
    const handle = this.logs[actor.index][actor.log.length + 1];
    if (!handles.includes(handle)) throw new Difference(`handle ${handle} has an event, expected one of ${handles}`);
    return handle;
  }

  /** Lets the model do what it has still to do. */
  settle() {
    const { pending } = this;
    this.pending = null;
    if (pending) this.feed(pending);
  }

  compareLogs() {
    for (const { index, log } of this.model.actors) {
      const real = this.logs[index];
      const at = log.findIndex((value, i) => value !== real[i]);
      if (at >= 0 || real.length !== log.length) {
        const from = Math.max(0, (at < 0 ? Math.min(real.length, log.length) : at) - 4);
        throw new Difference(`actor ${index} reports from ${from} on ${real.slice(from, from + 10)}, expected ${log.slice(from, from + 10)}`);
      }
    }
  }

  /** A guest asks for its next operation. */
  fetch(index, program, pc) {
    if (this.failed) return OPERATIONS.exit;
    try {
      if (this.trap) throw new Difference(`program ${program} goes on, expected a trap: ${this.trap.message}`);
      this.settle();
      while (this.state.kind === 'idle' && this.model.chosen.length) this.feed({});
      if (this.state.kind === 'idle') this.feed({ resume: program });
      const { kind, task, pc: expected } = this.state;
      if (kind !== 'fetch' || task.program !== program || expected !== pc || task.actor.index !== index) {
        throw new Difference(`actor ${index} asks for ${program}:${pc}, expected ${kind === 'fetch' ? `actor ${task.actor.index}, ${task.program}:${expected}` : kind}`);
      }
      this.compareLogs();
      const operation = this.draw.next(task);
      this.trace?.(`actor ${index} ${program}:${pc} (${task.lift}) ${operation.name} ${operation.a} ${operation.b}`);
      this.pending = operation;
      return OPERATIONS[operation.name] | (operation.a << 8) | (operation.b << 20);
    } catch (error) {
      if (error instanceof Trap) {
        this.trap = error;
        this.failed = new Difference(`program ${program} goes on, expected a trap: ${error.message}`);
      } else {
        this.failed = error;
      }
      return OPERATIONS.exit;
    }
  }

  /** Everything is quiet: the model must have nothing left to do. */
  quiet() {
    if (this.failed || this.trap) return;
    try {
      this.settle();
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      this.trap = error;
      return;
    }
    if (this.state.kind !== 'idle') throw new Difference(`the model is at ${this.state.kind} of ${this.state.program}`);
    this.compareLogs();
  }

  /** @param {(imports: any) => Promise<any>} instantiate */
  async run(instantiate) {
    const { model, draw } = this;
    const imports = Object.fromEntries(
      model.actors.map(({ index }) => [
        `host-actor${index}`,
        { fetch: (program, pc) => this.fetch(index, program, pc), log: (value) => void this.logs[index].push(value) },
      ]),
    );
    const exports = await instantiate(imports);
    const calls = [];
    for (let i = 1 + draw.random.below(4); i > 0 && !this.trap && !this.failed; i--) {
      const actor = draw.random.pick(model.actors);
      const lift = draw.random.pick(LIFTS);
      const call = { actor, lift, program: draw.program(), value: null, isResolved: false, outcome: null };
      const onResolve = (value) => Object.assign(call, { value, isResolved: true });
      this.trace?.(`host calls ${lift} of actor ${actor.index}: ${call.program}`);
      this.pending = { call: { ...call, onResolve } };
      const promise = exports[`actor${actor.index}`][lift](call.program);
      call.outcome = promise.then((value) => ({ value }), (error) => ({ error }));
      calls.push(call);
      if (this.failed) break;
      this.quiet();
    }
    const outcomes = await Promise.all(calls.map(({ outcome }) => outcome));
    // Tasks may go on after they returned, at the host's leisure.
    for (let patience = 200; patience > 0; patience--) {
      for (let last = -1; last !== draw.operations; ) {
        last = draw.operations;
        await pause(1);
      }
      if (this.failed) throw this.failed;
      this.quiet();
      if (this.trap || !(model.ready.length || model.chosen.length)) break;
      await pause(10);
    }
    if (!this.trap && model.ready.length) throw new Difference(`program ${model.ready[0].task.program} could go on, but does not`);
    calls.forEach((call, i) => this.compareOutcome(call, outcomes[i]));
    return this.trap ? 'trap' : calls.every(({ isResolved }) => isResolved) ? 'done' : 'deadlock';
  }

  compareOutcome(call, { value, error }) {
    const got = error ? `${error.name}: ${error.message}` : `${value}`;
    if (call.isResolved && !error) {
      if (value !== call.value) throw new Difference(`program ${call.program} returned ${got}, expected ${call.value}`);
    } else if (call.isResolved) {
      if (!this.trap) throw new Difference(`program ${call.program} ended with ${got}, expected ${call.value}`);
    } else if (!error) {
      throw new Difference(`program ${call.program} returned ${got}, expected ${this.trap ? this.trap.message : 'a deadlock'}`);
    } else if (!this.trap && !/deadlock/.test(got)) {
      throw new Difference(`program ${call.program} ended with ${got}, expected a deadlock`);
    }
  }
}
