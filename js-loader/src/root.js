/**
 * The state of one instantiated component: who is inside, whether it trapped, and what the replay produced.
 *
 * A component is entered by one export call at a time, and a trap anywhere in it ends it for good. Both are facts of
 * the whole tree of component instances, so they are kept here, at its root. A trap is recorded here when it is first
 * seen, because on its way out it passes guest frames, which carry nothing but the engine's own error.
 */
import { Trap, describe } from './errors.js';
import { Imports } from './link.js';
import { accessors, trap } from './core-function.js';

/**
 * Where the async part, which only some plans need, makes itself known when it is loaded.
 *
 * @type {{ attach?: (root: Root) => import('./async/part.js').AsyncPart | undefined }}
 */
export const asyncPart = {};

/** Values of `Root.status`. */
export const IDLE = 0;
export const ENTERED = 1;
export const TRAPPED = 2;

/** A component instance, with the parts of the runtime module that belong to it. */
class ComponentInstance {
  /**
   * @param {Root} root
   * @param {import('./plan-format.js').Instance} instance
   */
  constructor(root, { path, mayLeave, context, table }) {
    this.path = path;
    /** 1 while it may call out, which is always where there is no such flag. */
    this.mayLeave = mayLeave ? accessors(root.runtime(mayLeave)) : undefined;
    /** The same, where only JavaScript changes it. */
    this.leaves = 1;
    /** Its context slots. @type {import('./core-function.js').Accessors[] | undefined} */
    this.context = context?.map((name) => accessors(root.runtime(name)));
    /** Number of its handle table. */
    this.table = table;
  }

  /** @param {0 | 1} value */
  setMayLeave(value) {
    this.leaves = value;
    this.mayLeave?.set(value);
  }

  /**
   * Empties the context slots, as a new thread finds them.
   *
   * @returns {(() => void) | undefined} what gives them their values back, if it has any
   */
  clearContext() {
    const undo = this.context?.map(({ get, set }) => {
      const value = get();
      // Zero, also of a bigint.
      set(value - value);
      return () => set(value);
    });
    return undo && (() => undo.forEach((step) => step()));
  }
}

/** @typedef {number | bigint} Rep what a resource is to the component that defines it */

export class Root {
  /**
   * @param {import('./compiled.js').Compiled} compiled
   * @param {unknown} imports
   */
  constructor(compiled, imports) {
    this.compiled = compiled;
    this.plan = compiled.plan;
    this.imports = new Imports(this.plan, imports);
    /** Start functions are guest code, so the component is entered until it is made. @type {0 | 1 | 2} */
    this.status = ENTERED;
    /** What ended the component. @type {Trap | null} */
    this.trapped = null;
    /** What calls and values that outlive their JavaScript frame need, if anything does. @type {import('./async/part.js').AsyncPart | undefined} */
    this.async = asyncPart.attach?.(this);
    /** Things to do when the component is next left, such as destructors of dropped objects. @type {(() => void)[]} */
    this.deferred = [];
    /** Exports of each core instance. @type {WebAssembly.Exports[]} */
    this.exports = [];
    /** Made trampolines. @type {Function[]} */
    this.trampolines = [];
    /** What initializers took out of core instances, by their operation: memories, functions, tables. @type {Record<string, any[]>} */
    this.taken = {};
    /** @type {ComponentInstance[]} */
    this.instances = [];
    /** What is known of each resource type here. @type {import('./resources.js').ResourceState[]} */
    this.resources = [];
    /** The handle functions by suffix and name. @type {Record<string, Record<string, (...values: any[]) => any>>} */
    this.handleSets = {};
  }

  /**
   * An export of the runtime module, which is always the first core instance.
   *
   * @param {string} name
   */
  runtime(name) {
    return /** @type {any} */ (this.exports[0]?.[name]);
  }

  /**
   * @param {number} index into the plan's instances
   * @returns {ComponentInstance}
   */
  instance(index) {
    return (this.instances[index] ??= new ComponentInstance(this, this.plan.instances[index]));
  }

  /**
   * The handle functions of the runtime module, for resources with reps of one core type.
   *
   * @param {string} suffix `64` where reps are
   */
  handles(suffix) {
    return (this.handleSets[suffix] ??= Object.fromEntries(Object.entries(this.plan.runtime?.handles ?? {}).map(([key, name]) => [key, this.runtime(name + suffix) ?? this.runtime(name)])));
  }

  /** What to throw when something calls in while the component cannot be entered. */
  cannotEnter() {
    return new Trap('cannot enter component instance', this.trapped ? 'it trapped before' : 'a call is inside', this.trapped ?? undefined);
  }

  /** Ends a call that was entered. */
  leave() {
    this.status = IDLE;
    if (this.deferred.length > 0) this.runDeferred();
  }

  runDeferred() {
    // One may leave more to do; if one traps, the rest can never be done.
    for (const next of this.deferred) {
      next();
      this.status = IDLE;
    }
    this.deferred = [];
  }

  /**
   * Ends the component because of what came out of guest code, or of a rule that JavaScript found broken.
   *
   * @param {unknown} error
   * @param {() => string} where
   * @returns {Trap}
   */
  trap(error, where) {
    // It may have been raised in a host function further in; only now is it known which guest frames led there.
    if (this.trapped) return error instanceof Trap ? this.trapped : addFrames(this.trapped, error);
    if (error instanceof Trap && !error.where) return this.end(error.rule, where(), error.cause);
    if (error instanceof WebAssembly.Exception) {
      return this.end('uncaught exception propagated out of component (thrown Wasm exception)', where(), error);
    }
    const [rule, site] = this.generatedRule();
    return addFrames(this.end(rule || messageOf(error), site || where(), error), error);
  }

  /**
   * Ends the component because of what a host function threw.
   *
   * @param {unknown} error
   * @param {() => string} where
   * @returns {Trap}
   */
  trapInHost(error, where) {
    return this.trapped ?? this.end(`host function threw: ${messageOf(error)}`, where(), error);
  }

  /**
   * Carries a recorded trap through guest frames. Guest code may catch any exception that JavaScript makes, but not
   * the engine's own traps, so one of those is made here.
   *
   * @returns {never}
   */
  raise() {
    return trap();
  }

  /**
   * Why generated code trapped, if it did.
   *
   * @returns {string[]} the rule and where, which may be empty; nothing if not
   */
  generatedRule() {
    const { runtime, traps, adapters, instances } = this.plan;
    const [code, arg, site] = runtime ? [runtime.trapCode, runtime.trapArg, runtime.trapSite].map((name) => this.runtime(name)?.value) : [];
    if (!code) return [];
    const adapter = adapters[site - 1];
    return [
      traps[code - 1].replace('{arg}', String(arg >>> 0)),
      adapter ? `${adapter.name}, called by ${instances[adapter.caller].path}, in ${instances[adapter.callee].path}` : '',
    ];
  }

  /**
   * @param {string} rule
   * @param {string} where
   * @param {unknown} cause
   */
  end(rule, where, cause) {
    this.status = TRAPPED;
    this.deferred = [];
    return (this.trapped = new Trap(rule, where, cause));
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : describe(error);
}

/**
 * Puts the frames of the engine's error, which name guest functions, into a trap's stack.
 *
 * @param {Trap} trap
 * @param {unknown} error
 */
function addFrames(trap, error) {
  const { name = '', message = '', stack = '' } = /** @type {Partial<Error>} */ (error ?? {});
  trap.stack = stack.replace(`${name}: ${message}`, () => `${trap.name}: ${trap.message}`);
  return trap;
}
