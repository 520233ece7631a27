/**
 * Host functions whose type is async: they may return promises.
 *
 * Spec: `canon_lower` of a function of the host.
 */
import { Context } from '../memory.js';
import { Trap } from '../errors.js';
import { checkLeave, errorOfHost, resultOfHost } from '../lower.js';
import { AsyncSignature } from './signatures.js';
import { callContext } from './call-contexts.js';
import { RETURNED, STARTED, Subtask } from './subtasks.js';
import { checkMayBlock } from './turns.js';

/** @typedef {import('./scheduler.js').Scheduler} Scheduler */
/** @typedef {import('./scheduler.js').Supplier} Supplier */

/**
 * One call.
 *
 * @implements {Supplier}
 */
class Call {
  /**
   * @param {Scheduler} scheduler
   * @param {Context} cx
   * @param {Subtask} subtask
   * @param {any[]} values core values of the call
   */
  constructor(scheduler, cx, subtask, values) {
    this.scheduler = scheduler;
    this.cx = cx;
    this.subtask = subtask;
    this.values = values;
    /** @type {AbortController | undefined} */
    this.made = undefined;
  }

  /** Of the signal that host functions find as `this.signal`: aborted if the guest cancels the call, or ends. */
  get controller() {
    return (this.made ??= new AbortController());
  }

  stop() {
    this.controller.abort();
  }

  /** @param {any[]} args */
  make(args) {
    let value;
    try {
      const host = this;
      value = this.cx.callee.apply({ get signal() { return host.controller.signal; } }, args);
    } catch (error) {
      this.failed(error);
      return;
    }
    if (typeof value?.then === 'function') this.wait(value);
    else this.returned(value);
  }

  /** @param {PromiseLike<any>} promise */
  wait(promise) {
    const { scheduler, subtask } = this;
    scheduler.suppliers.add(this);
    scheduler.expect(
      promise,
      // A cancelled call has no result any more.
      () => subtask.isResolved,
      (value) => this.returned(value),
      (error) => this.failed(error),
    );
    subtask.callee = this;
  }

  /** The guest cancels the call. */
  requestCancellation() {
    this.stop();
    this.end();
    this.subtask.resolveCancelled();
  }

  /** @param {any} value */
  returned(value) {
    const { cx } = this;
    this.resolve(cx.signature.isFallible ? () => resultOfHost(cx, value) : () => value);
  }

  /** @param {unknown} error */
  failed(error) {
    const { cx, scheduler } = this;
    if (!cx.signature.isFallible) throw scheduler.root.trapInHost(error, cx.where);
    this.resolve(() => errorOfHost(cx, error));
  }

  /** @param {() => any} result */
  resolve(result) {
    const { cx, subtask, values, scheduler } = this;
    try {
      cx.memory?.refresh();
      subtask.flat = cx.signature.lowerResult(cx, result(), values);
    } catch (error) {
      throw error instanceof Trap ? error : scheduler.root.trapInHost(error, cx.where);
    }
    this.end();
    subtask.progress(RETURNED);
  }

  /** What was lent to the host for the call is returned; guests' handles are only when the guest hears of it. */
  end() {
    const { cx, scheduler } = this;
    scheduler.suppliers.delete(this);
    cx.scope = undefined;
    cx.end();
  }
}

/**
 * @param {Scheduler} scheduler
 * @param {any} trampoline
 * @returns {(...values: any[]) => any}
 */
export function lowerAsync(scheduler, trampoline) {
  const { root } = scheduler;
  const { plan, compiled, imports } = root;
  const options = plan.options[trampoline.options];
  const host = imports.get(trampoline.import, options.instance);
  const cx = new Context(root, trampoline.function, options, host, (path) => `import ${imports.fullName(trampoline.import)}, called by ${path}`);
  const instance = scheduler.instance(options.instance);
  const signature = new AsyncSignature(plan.functions[trampoline.function], compiled.signatures.codecs[options.pointer], options.async);
  cx.signature = signature;
  return (...values) => {
    checkLeave(cx);
    const thread = scheduler.thread(instance);
    if (!options.async) checkMayBlock(thread);
    const own = callContext(cx);
    own.memory?.refresh();
    const args = signature.liftParams(own, values);
    const subtask = new Subtask(instance, cx.where());
    subtask.progress(STARTED);
    subtask.lends = own.scope;
    new Call(scheduler, own, subtask, values).make(args);
    return options.async ? subtask.status() : subtask.result(thread, signature.nothing);
  };
}
