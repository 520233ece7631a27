// Replays the commands of one test script through the loader's public API, in any JavaScript engine.
//
// The Rust half (`tests/wast.rs`) has already converted every component of the script into a bundle and decided
// what validation decides, so what arrives here are the commands that need an engine. Functions are looked up by
// their component-model names (`getFunc`), components are linked by handing one's exports to the next as imports.

import { hostInstance } from './host.js';
import { matches } from './messages.js';
import { difference, functionType, show, toJs } from './values.js';

/**
 * @typedef {Record<string, any>} Command a line, an `op`, and what that needs
 * @typedef {{line: number, failure: string | null}} Report
 */

/** Any export may block inside, where a component is about time at all. */
const ASYNC = { asyncExports: true };

/** What a call through the loader came to. */
class Outcome {
  /** @param {"returned" | "failed"} kind @param {any} value */
  constructor(kind, value) {
    this.kind = kind;
    this.value = value;
  }
}

export class Replay {
  /** Compiled components by the number of their bundle. @type {Map<number, Promise<any>>} */
  #compiled = new Map();
  /** Bundle numbers by the script's names of definitions. @type {Map<string, number>} */
  #definitions = new Map();
  /** Instances with their plans, by the script's names. @type {Map<string, any>} */
  #instances = new Map();
  /** Instances that later components may import, by import name. @type {Map<string, any>} */
  #registered = new Map();
  /** The instance that calls without a name go to. @type {any} */
  #current = null;

  /**
   * @param {any} loader the module `corefuse`
   * @param {(bundle: number) => URL} planUrl where a bundle's plan is
   * @param {(url: URL) => Promise<any>} readJson
   * @param {boolean} bindings whether to call through the bindings beside a plan
   */
  constructor(loader, planUrl, readJson, bindings) {
    this.loader = loader;
    this.compile = bindings ? compileBindings : (plan) => loader.compile(plan, ASYNC);
    this.planUrl = planUrl;
    this.readJson = readJson;
  }

  /**
   * Runs one command; says why it failed, or null.
   * @param {Command} command
   * @returns {Promise<string | null>}
   */
  async run(command) {
    try {
      return await this.#dispatch(command);
    } catch (error) {
      return describe(error);
    }
  }

  /** @param {Command} command @returns {Promise<string | null>} */
  async #dispatch(command) {
    switch (command.op) {
      case 'define':
        if (command.name) this.#definitions.set(command.name, command.bundle);
        await this.#compile(command.bundle);
        return null;
      case 'instantiate':
        await this.#instantiate(command);
        return null;
      case 'register':
        this.#registered.set(command.as, this.#instance(command.instance));
        return null;
      case 'invoke': {
        const outcome = await this.#invoke(command.call);
        return outcome.kind === 'returned' || this.#isComponentError(outcome.value) ? null : describe(outcome.value);
      }
      case 'assertReturn':
        return this.#assertReturn(command);
      case 'assertTrap':
        return this.#assertTrap(command);
      case 'assertUnlinkable':
        return this.#assertUnlinkable(command);
      default:
        return `the runner does not know the command ${command.op}`;
    }
  }

  /** @param {number} bundle */
  #compile(bundle) {
    let entry = this.#compiled.get(bundle);
    if (!entry) {
      const url = this.planUrl(bundle);
      entry = Promise.all([this.readJson(url), this.compile(url)]).then(([plan, compiled]) => ({
        plan,
        compiled,
      }));
      this.#compiled.set(bundle, entry);
    }
    return entry;
  }

  /** @param {{bundle?: number, definition?: string, as?: string}} command */
  async #instantiate({ bundle, definition, as }) {
    const number = bundle ?? this.#definitions.get(definition ?? '');
    if (number === undefined) throw new Error(`no component definition is called ${definition}`);
    const { plan, compiled } = await this.#compile(number);
    this.#current = null;
    const instance = await compiled.instantiate(this.#importsOf(plan));
    this.#current = { plan, instance };
    if (as) {
      this.#instances.set(as, this.#current);
      this.#registered.set(as, this.#current);
    }
  }

  /**
   * What earlier instances and the host offer for what a plan imports.
   * @param {any} plan
   */
  #importsOf(plan) {
    const imports = {};
    plan.imports.forEach(({ parent, name, kind }, index) => {
      if (parent !== null || kind !== 'instance') return;
      const registered = this.#registered.get(name);
      if (registered) {
        imports[name] = { ...registered.instance.exports };
        // Modules are no part of the shape that JavaScript users see; they are asked for by name.
        for (const child of plan.imports) {
          if (child.parent !== index || child.kind !== 'module') continue;
          imports[name][child.name] = registered.instance.getModule(child.name);
        }
      } else if (name === 'host') imports[name] = hostInstance(plan, this.loader);
    });
    return imports;
  }

  /** @param {string | null | undefined} name */
  #instance(name) {
    const found = name ? this.#instances.get(name) : this.#current;
    if (!found) throw new Error(name ? `no instance is called ${name}` : 'there is no instance to call');
    return found;
  }

  /** @param {{instance?: string, func: string, args: any[]}} call @returns {Promise<Outcome & {signature?: any}>} */
  async #invoke(call) {
    const { plan, instance } = this.#instance(call.instance);
    const path = call.func.split('#');
    const signature = functionType(plan, path);
    if (signature.params.length !== call.args.length) {
      throw new Error(`${call.func} takes ${signature.params.length} parameters, the script has ${call.args.length}`);
    }
    const args = call.args.map((value, index) => toJs(value, signature.params[index].type, plan.types));
    const func = instance.getFunc(...path);
    let outcome;
    try {
      outcome = new Outcome('returned', await func(...args));
    } catch (error) {
      outcome = new Outcome('failed', error);
    }
    return Object.assign(outcome, { signature, types: plan.types });
  }

  /** @param {Command} command @returns {Promise<string | null>} */
  async #assertReturn({ call, results }) {
    const { kind, value, signature, types } = /** @type {any} */ (await this.#invoke(call));
    const expected = results[0];
    if (results.length > 1) return 'a component function has at most one result';
    if (signature.result === null || signature.result === undefined) {
      if (kind === 'failed') return describe(value);
      return expected === undefined && value === undefined ? null : `expected no result, got ${show(value)}`;
    }
    if (expected === undefined) return 'the function has a result, the script expects none';
    const shape = types[signature.result];
    if (shape.kind !== 'result') {
      return kind === 'failed' ? describe(value) : difference(value, expected, signature.result, types);
    }
    // An outermost result is a return value or a thrown ComponentError.
    const payload = kind === 'returned' ? shape.ok : shape.err;
    if (kind === 'failed' && !this.#isComponentError(value)) return describe(value);
    const wanted = kind === 'returned' ? 'ok' : 'err';
    const got = kind === 'returned' ? value : value.payload;
    if (expected[0] !== wanted) return `expected ${JSON.stringify(expected)}, got ${wanted} ${show(got)}`;
    if (payload === null || payload === undefined) {
      return got === undefined ? null : `expected a result without a value, got ${show(got)}`;
    }
    return difference(got, expected[1], payload, types);
  }

  /** @param {Command} command @returns {Promise<string | null>} */
  async #assertTrap({ call, instantiate, message }) {
    let error;
    if (call) {
      const outcome = await this.#invoke(call);
      if (outcome.kind === 'returned') return `expected the trap "${message}", got ${show(outcome.value)}`;
      error = outcome.value;
    } else {
      try {
        await this.#instantiate(instantiate);
      } catch (thrown) {
        error = thrown;
      }
      if (error === undefined) return `expected the trap "${message}" when instantiating, but there was none`;
    }
    if (this.#isComponentError(error)) return `expected the trap "${message}", got the error ${show(error.payload)}`;
    if (!(error instanceof WebAssembly.RuntimeError) && !/stack|recursion/i.test(String(error))) {
      return `expected the trap "${message}", got something that is no WebAssembly.RuntimeError: ${describe(error)}`;
    }
    return matches(String(error.message), message) ? null : `expected the trap "${message}", got ${describe(error)}`;
  }

  /** @param {Command} command @returns {Promise<string | null>} */
  async #assertUnlinkable({ bundle, message }) {
    try {
      await this.#instantiate({ bundle });
    } catch (error) {
      const linkError = error instanceof WebAssembly.LinkError || error instanceof TypeError;
      return linkError && String(error.message).includes(message)
        ? null
        : `expected a link error with "${message}", got ${describe(error)}`;
    }
    return `expected a link error with "${message}", but the component was instantiated`;
  }

  /** @param {unknown} error */
  #isComponentError(error) {
    return error instanceof this.loader.ComponentError;
  }
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return `threw ${show(error)}`;
  const frame = (error.stack ?? '').split('\n').find((line) => /^\s+at |@/.test(line) && !line.includes('wasm'));
  const cause = error.cause instanceof Error ? ` (cause: ${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}${frame ? ` [${frame.trim()}]` : ''}`;
}

/**
 * Compiles through the bindings beside a plan, which import the loader as `corefuse`.
 *
 * @param {URL} plan
 */
async function compileBindings(plan) {
  const { compile } = await import(plan.href.replace('.plan.json', '.js'));
  return compile(ASYNC);
}
