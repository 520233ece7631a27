/**
 * Replays a plan: executes its initializers front to back, and makes the core functions that it calls trampolines.
 *
 * The steps are a generator that asks for each instantiation, so that the synchronous and the asynchronous form are
 * the same code.
 */
import { LinkError, PlanError } from './errors.js';
import { Context, Memory } from './memory.js';
import { dispose, hostObjects } from './resources.js';
import { Imports } from './link.js';
import { importedItem } from './exports.js';
import { ENTERED, Root } from './root.js';
import { lowerFunction } from './lower.js';
import { tooLarge } from './modules.js';
import { wasm } from './features.js';

/** @typedef {import('./plan-format.js').CoreDef} CoreDef */

/**
 * @typedef {object} Instantiation
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Imports} imports
 * @property {string} name of the module, for messages
 */

export class Replay {
  /**
   * @param {import('./compiled.js').Compiled} compiled
   * @param {unknown} imports
   */
  constructor(compiled, imports) {
    this.compiled = compiled;
    this.plan = compiled.plan;
    this.imports = new Imports(this.plan, imports);
    this.root = new Root(this.plan);
    this.root.status = ENTERED;
    /** Made trampolines. @type {Function[]} */
    this.trampolines = [];
  }

  /** @returns {Generator<Instantiation, void, WebAssembly.Instance>} */
  *steps() {
    const { plan, root } = this;
    this.link();
    for (const step of plan.initializers) {
      switch (step.op) {
        case 'instantiate': {
          const { file, imports } = plan.modules[step.module];
          const args = step.args.map((def, i) => ({ module: imports[i]?.[0], name: imports[i]?.[1], def }));
          root.exports.push((yield { module: this.compiled.modules[step.module], imports: this.importObject(args), name: file }).exports);
          break;
        }
        case 'instantiateImported': {
          const module = this.imports.get(step.import, step.instance);
          root.exports.push((yield { module, imports: this.importObject(step.args), name: this.imports.fullName(step.import) }).exports);
          break;
        }
        case 'resource':
          this.defineResource(step.resource);
          break;
        case 'memory':
          root.memories.push(new Memory(this.core(step.from)));
          break;
        case 'realloc':
          root.reallocs.push(this.core(step.from));
          break;
        case 'postReturn':
          root.postReturns.push(this.core(step.from));
          break;
      }
    }
  }

  /** Looks up all imports first: if one is missing, no start function may have run. */
  link() {
    const { trampolines, options, initializers, exports } = this.plan;
    for (const item of trampolines) if (item.op === 'lowerImport') this.imports.get(item.import, options[item.options].instance);
    for (const step of initializers) if (step.op === 'instantiateImported') this.imports.get(step.import, step.instance);
    for (const item of exports) if (item.kind === 'import') importedItem(this, item.import);
  }

  /**
   * @param {import('./plan-format.js').NamedArg[]} args
   * @returns {WebAssembly.Imports}
   */
  importObject(args) {
    // Without prototypes, since any string is a name in core wasm, `__proto__` too.
    const object = Object.create(null);
    for (const { module, name, def } of args) (object[module] ??= Object.create(null))[name] = this.core(def);
    return object;
  }

  /**
   * @param {unknown} error of an instantiation
   * @param {string} name of the module
   * @returns {never}
   */
  fail(error, name) {
    if (error instanceof WebAssembly.LinkError) throw new LinkError(`${name}: ${error.message}`, error);
    if (!this.root.trapped && error instanceof RangeError && /\bsize\b/.test(error.message)) throw tooLarge(name, error);
    throw this.root.trap(error, () => `start function of ${name}`);
  }

  /**
   * A core item.
   *
   * @param {CoreDef} def
   * @returns {any}
   */
  core(def) {
    if ('trampoline' in def) return (this.trampolines[def.trampoline] ??= this.trampoline(def.trampoline));
    const item = this.root.exports[def.instance]?.[def.export];
    if (item === undefined) throw new PlanError(`core instance ${def.instance} has no export \`${def.export}\``);
    return item;
  }

  /**
   * @param {number} index
   * @returns {(...values: any[]) => any}
   */
  trampoline(index) {
    const { root, plan } = this;
    const trampoline = plan.trampolines[index];
    switch (trampoline.op) {
      case 'lowerImport': {
        const options = plan.options[trampoline.options];
        const name = this.imports.fullName(trampoline.import);
        const where = () => `import ${name}, called by ${plan.instances[options.instance].path}`;
        const cx = new Context(root, this.compiled.signature(trampoline.function, options.pointer), options, where);
        return lowerFunction(cx, this.imports.get(trampoline.import, options.instance));
      }
      case 'dropHostResource': {
        const objects = hostObjects(root, trampoline.resource);
        return (rep) => {
          try {
            objects.remove(rep)?.[dispose]?.();
          } catch (error) {
            root.trapInHost(error, () => 'drop of a host resource');
            root.raise();
          }
        };
      }
    }
  }

  /** @param {number} index */
  defineResource(index) {
    const { root, plan } = this;
    const resource = plan.resources[index];
    if (resource.kind === 'imported' || !resource.dtor) return;
    const destructor = this.core(resource.dtor);
    root.destructors[index] = { destructor, instance: root.instance(resource.instance) };
    const handles = plan.runtime?.handles;
    if (handles) root.runtime(handles.dtors).set(index, 'trampoline' in resource.dtor ? asWasm(destructor, resource.rep) : destructor);
  }
}

/**
 * The same function as one that tables accept, which only hold functions of wasm.
 *
 * @param {Function} destructor
 * @param {'i32' | 'i64'} rep
 */
function asWasm(destructor, rep) {
  // (import "" "" (func (param $rep))) (export "" (func 0))
  const module = new WebAssembly.Module(wasm(`0105016001${rep === 'i32' ? '7f' : '7e'}00` + '0205010000' + '0000' + '070401000000'));
  return new WebAssembly.Instance(module, { '': { '': destructor } }).exports[''];
}

/**
 * Replays with the asynchronous form of instantiation.
 *
 * @param {import('./compiled.js').Compiled} compiled
 * @param {unknown} imports
 */
export async function replay(compiled, imports) {
  const run = new Replay(compiled, imports);
  const steps = run.steps();
  for (let step = steps.next(); !step.done; ) {
    const { module, imports: given, name } = step.value;
    step = steps.next(await WebAssembly.instantiate(module, given).catch((error) => run.fail(error, name)));
  }
  run.root.leave();
  return run;
}

/**
 * Replays with the synchronous form of instantiation, which engines may refuse for large modules.
 *
 * @param {import('./compiled.js').Compiled} compiled
 * @param {unknown} imports
 */
export function replaySync(compiled, imports) {
  const run = new Replay(compiled, imports);
  const steps = run.steps();
  for (let step = steps.next(); !step.done; ) {
    const { module, imports: given, name } = step.value;
    let instance;
    try {
      instance = new WebAssembly.Instance(module, given);
    } catch (error) {
      throw run.fail(error, name);
    }
    step = steps.next(instance);
  }
  run.root.leave();
  return run;
}
