/** The rules for what plans of format 1.1 have of tasks: built-ins, asynchronous calls, copiers. */
import { ensure } from './plan-form.js';

/**
 * @typedef {import('./plan-format.js').Plan} Plan
 * @typedef {import('./plan-format.js').Trampoline} Trampoline
 * @typedef {import('./plan-functions.js').Functions} Functions
 */

/** Built-ins that never block, always do, or do without the option `async`. */
const NEVER = `task.return task.cancel backpressure.inc backpressure.dec subtask.drop waitable-set.new waitable-set.poll
  waitable-set.drop waitable.join stream.new stream.drop-readable stream.drop-writable future.new future.drop-readable
  future.drop-writable error-context.new error-context.debug-message error-context.drop thread.index
  thread.new-indirect thread.resume-later`.split(/\s+/);
const ALWAYS = `waitable-set.wait thread.suspend thread.yield thread.suspend-then-resume thread.yield-then-resume
  thread.suspend-then-promote thread.yield-then-promote`.split(/\s+/);
const UNLESS_ASYNC = `subtask.cancel stream.read stream.write stream.cancel-read stream.cancel-write future.read future.write
  future.cancel-read future.cancel-write`.split(/\s+/);

/** Those that need a memory whatever their type is. */
const NEED_MEMORY = ['waitable-set.wait', 'waitable-set.poll', 'error-context.new', 'error-context.debug-message'];

/**
 * The options that a trampoline names.
 *
 * @param {Trampoline} trampoline
 * @returns {number[]}
 */
export function optionsOf(trampoline) {
  if (trampoline.op === 'startCall') return [trampoline.lift, trampoline.options];
  return 'options' in trampoline && trampoline.options !== undefined ? [trampoline.options] : [];
}

/**
 * Whether a trampoline may block its caller.
 *
 * @param {Plan} plan
 * @param {number} index
 */
export function mayBlock(plan, index) {
  const trampoline = plan.trampolines[index];
  if (trampoline.op === 'lowerImport') return plan.functions[trampoline.function].async && !plan.options[trampoline.options].async;
  if (trampoline.op !== 'builtIn') return false;
  return ALWAYS.includes(trampoline.name) || (UNLESS_ASYNC.includes(trampoline.name) && !trampoline.async);
}

/**
 * Checks a trampoline that is about tasks.
 *
 * @param {string} at
 * @param {Plan} plan
 * @param {Functions} functions
 * @param {Trampoline} trampoline of the right form
 */
export function checkTask(at, plan, functions, trampoline) {
  ensure(plan.version[1] > 0, at, 'plans of format 1.0 are synchronous');
  if (trampoline.op === 'builtIn') checkBuiltIn(at, plan, functions, trampoline);
  if (trampoline.op === 'startCall') {
    ensure(plan.functions[trampoline.function].async, at, `function ${trampoline.function} is not async`);
    functions.checkLower(at, trampoline.function, trampoline.options);
    functions.checkLift(at, trampoline.function, trampoline.lift);
  }
  if (trampoline.op === 'transfer') {
    const kind = trampoline.type === null ? 'errorContext' : plan.types[trampoline.type].kind;
    ensure(kind === trampoline.kind, at, 'its type is not what is passed');
  }
}

/**
 * @param {string} at
 * @param {Plan} plan
 * @param {Functions} functions
 * @param {import('./plan-format.js').BuiltIn} builtIn
 */
function checkBuiltIn(at, plan, functions, { name, type, options, table, start }) {
  ensure([NEVER, ALWAYS, UNLESS_ASYNC].some((names) => names.includes(name)), at, `no built-in is called ${JSON.stringify(name)}`);
  const subject = type === undefined ? undefined : plan.types[type];
  const [family, action] = name.split('.');
  const isEnd = family === 'stream' || family === 'future';
  ensure(isEnd ? subject?.kind === family : !subject || name === 'task.return', at, `its type is not what ${name} is about`);
  const isThread = name === 'thread.new-indirect';
  ensure((table !== undefined) === isThread, at, 'thread.new-indirect has a table, others have none');
  ensure((start !== undefined) === isThread, at, 'thread.new-indirect says what its functions take, others do not');
  if (NEED_MEMORY.includes(name)) functions.checkHas(at, options, true, name === 'error-context.debug-message');
  if (name === 'task.return') {
    ensure(options !== undefined, at, 'it has no options');
    functions.checkResult(at, type, options);
  }
  if (isEnd && (action === 'read' || action === 'write')) {
    ensure(options !== undefined, at, 'it has no options');
    const element = subject && 'element' in subject ? subject.element : null;
    functions.checkHas(at, options, element !== null, action === 'read' && element !== null && functions.types[element].pointer);
  }
}

/** @param {Plan} plan */
export function checkCopiers({ copiers = [], options }) {
  copiers.forEach(({ from, to }, i) => {
    for (const side of [from, to]) ensure(options[side].memory !== null, `copiers[${i}]`, `options ${side} name no memory`);
  });
}
