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
import { ENTERED, Root } from './root.js';
import { lowerFunction } from './lower.js';
import { tooLarge } from './modules.js';
import { wasm } from './features.js';

/** @typedef {import('./plan-format.js').CoreDef} CoreDef */

/**
 * @typedef {object} Instantiation
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Imports} imports
 * @property {number | null} index of the module in the plan
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
    /** Made trampolines. @type {Function[]} */
    this.trampolines = [];
  }

  /** @returns {Generator<Instantiation, void, WebAssembly.Instance>} */
  *steps() {
    const { plan, root } = this;
    // All imports are looked up first: a start function that ran before a later one is found missing has effects.
    for (const step of plan.initializers) this.link(step);
    for (const item of plan.exports) this.linkExport(item);
    for (const step of plan.initializers) {
      switch (step.op) {
        case 'instantiate': {
          const { imports } = plan.modules[step.module];
          const values = step.args.map((def) => this.core(def));
          const named = importObject(imports.map(([module, name], i) => ({ module, name, value: values[i] })));
          root.exports.push((yield { module: this.compiled.modules[step.module], imports: named, index: step.module }).exports);
          break;
        }
        case 'instantiateImported': {
          const module = this.imports.get(step.import, plan.instances[step.instance].path);
          const named = importObject(step.args.map(({ module: first, name, def }) => ({ module: first, name, value: this.core(def) })));
          root.exports.push((yield { module, imports: named, index: null }).exports);
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

  /**
   * Finds the imports that a step uses.
   *
   * @param {import('./plan-format.js').Initializer} step
   */
  link(step) {
    const { instances, trampolines, options } = this.plan;
    if (step.op === 'instantiateImported') this.imports.get(step.import, instances[step.instance].path);
    const defs = step.op === 'instantiate' ? step.args : step.op === 'instantiateImported' ? step.args.map(({ def }) => def) : [];
    for (const def of defs) {
      const trampoline = 'trampoline' in def ? trampolines[def.trampoline] : undefined;
      if (trampoline?.op === 'lowerImport') this.imports.get(trampoline.import, instances[options[trampoline.options].instance].path);
    }
  }

  /**
   * Finds the import that an export passes on.
   *
   * @param {import('./plan-format.js').Export} item
   */
  linkExport(item) {
    const { imports, instances } = this.plan;
    if (item.kind !== 'import') return;
    /** @type {number[]} */
    const wanted = [item.import];
    for (const index of wanted) {
      imports.forEach(({ parent }, i) => void (parent === index && wanted.push(i)));
      const { kind } = imports[index];
      if (kind === 'func' || kind === 'module' || kind === 'instance') this.imports.get(index, instances[0].path);
    }
  }

  /**
   * A core item.
   *
   * @param {CoreDef} def
   * @returns {any}
   */
  core(def) {
    if ('trampoline' in def) return (this.trampolines[def.trampoline] ??= this.trampoline(def.trampoline));
    const item = this.root.exports[def.instance][def.export];
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
        const user = plan.instances[options.instance].path;
        const name = this.imports.fullName(plan.imports[trampoline.import]);
        const lower = this.compiled.bindings?.lowers[index] ?? lowerFunction;
        return lower({
          root,
          signature: this.compiled.signature(trampoline.function, options.pointer),
          cx: new Context(root, options, () => `import ${name}, called by ${user}`),
          host: this.imports.get(trampoline.import, user),
        });
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
 * @param {{ module: string, name: string, value: any }[]} items
 * @returns {WebAssembly.Imports}
 */
function importObject(items) {
  // Without prototypes, since any string is a name in core wasm, `__proto__` too.
  const object = Object.create(null);
  for (const { module, name, value } of items) (object[module] ??= Object.create(null))[name] = value;
  return object;
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
  run.root.status = ENTERED;
  /** @type {Instantiation | undefined} */
  let current;
  try {
    const steps = run.steps();
    for (let step = steps.next(); !step.done; ) {
      current = step.value;
      step = steps.next(await WebAssembly.instantiate(current.module, current.imports));
    }
  } catch (error) {
    throw instantiationError(run, error, current);
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
  run.root.status = ENTERED;
  /** @type {Instantiation | undefined} */
  let current;
  try {
    const steps = run.steps();
    for (let step = steps.next(); !step.done; ) {
      current = step.value;
      step = steps.next(new WebAssembly.Instance(current.module, current.imports));
    }
  } catch (error) {
    throw instantiationError(run, error, current);
  }
  run.root.leave();
  return run;
}

/**
 * @param {Replay} run
 * @param {unknown} error
 * @param {Instantiation | undefined} current what was last asked for
 */
function instantiationError({ root, plan }, error, current) {
  if (error instanceof PlanError || error instanceof LinkError || !current) return error;
  const module = current.index === null ? undefined : plan.modules[current.index];
  const name = module ? module.file : 'an imported module';
  if (error instanceof WebAssembly.LinkError) return new LinkError(`${name}: ${error.message}`, error);
  if (module && !root.trapped && error instanceof RangeError && /\bsize\b|\bbytes\b/.test(error.message)) return tooLarge(module, error);
  return root.trap(error, () => `start function of ${name}`);
}
