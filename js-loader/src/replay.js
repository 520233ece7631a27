/**
 * Replays a plan: executes its initializers front to back, and makes the core functions that it calls trampolines.
 *
 * The steps are a generator that asks for each instantiation, so that all forms of instantiation are the same code.
 */
import { LinkError, PlanError, inFile, isPromise, isTooLarge } from './errors.js';
import { Context, Memory } from './memory.js';
import { dispose, resourceOf } from './resources.js';
import { Root } from './root.js';
import { coreFunction } from './core-function.js';
import { lowerFunction } from './lower.js';

/**
 * @typedef {object} Instantiation
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Imports} imports
 * @property {string} name of the module, for messages
 */

/**
 * Replays with any form of instantiation: `WebAssembly.instantiate`, which is asynchronous, or one that engines may refuse
 * for large modules.
 *
 * @param {Root} root
 * @param {(module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance | Promise<WebAssembly.Instance>} instantiateCore
 * @returns {any} the root, or a promise of it where an instantiation is one
 */
export function replay(root, instantiateCore) {
  const all = steps(root);
  /**
   * @param {any} [made]
   * @returns {any}
   */
  const proceed = (made) => {
    for (let step = all.next(made); !step.done; step = all.next(made)) {
      const { module, imports, name } = step.value;
      const refuse = (/** @type {unknown} */ error) => notInstantiated(root, error, name);
      try {
        made = instantiateCore(module, imports);
      } catch (error) {
        return refuse(error);
      }
      if (isPromise(made)) return made.then(proceed, refuse);
    }
    root.leave();
    return root;
  };
  return proceed();
}

/**
 * Says why a core module could not be instantiated.
 *
 * @param {Root} root
 * @param {unknown} error of an instantiation
 * @param {string} name of the module
 * @returns {never}
 */
function notInstantiated(root, error, name) {
  if (isTooLarge(error)) throw inFile(name, error);
  if (error instanceof WebAssembly.LinkError) throw new LinkError(`${name}: ${error.message}`);
  throw root.trap(error, () => `instantiation of ${name}`);
}

/**
 * @param {Root} root
 * @returns {Generator<Instantiation, void, WebAssembly.Instance>}
 */
function* steps(root) {
  const { plan, compiled, imports } = root;
  link(root);
  for (const step of plan.initializers) {
    switch (step.op) {
      case 'instantiate': {
        const module = plan.modules[step.module];
        const args = module.imports.map(([first, name], i) => ({ module: first, name, def: step.args[i] }));
        root.exports.push((yield { module: compiled.modules[step.module], imports: importObject(root, args), name: module.file }).exports);
        break;
      }
      case 'instantiateImported': {
        const module = imports.get(step.import, step.instance);
        root.exports.push((yield { module, imports: importObject(root, step.args), name: imports.fullName(step.import) }).exports);
        break;
      }
      case 'resource':
        defineResource(root, step.resource);
        break;
      default: {
        const item = coreItem(root, step.from);
        (root.taken[step.op] ??= []).push(step.op === 'memory' ? new Memory(item) : item);
      }
    }
  }
}

/**
 * Looks up all imports that are used first: if one is missing, no start function may have run.
 *
 * @param {Root} root
 */
function link({ plan, imports }) {
  for (const item of plan.trampolines) if (item.op === 'lowerImport') imports.get(item.import, plan.options[item.options].instance);
  for (const step of plan.initializers) if (step.op === 'instantiateImported') imports.get(step.import, step.instance);
}

/**
 * @param {Root} root
 * @param {import('./plan-format.js').NamedArg[]} args
 * @returns {WebAssembly.Imports}
 */
function importObject(root, args) {
  // Without prototypes, since any string is a name in core wasm, `__proto__` too.
  const object = Object.create(null);
  for (const { module, name, def } of args) (object[module] ??= Object.create(null))[name] = coreItem(root, def);
  return object;
}

/**
 * @param {Root} root
 * @param {import('./plan-format.js').CoreDef} def
 * @returns {any}
 */
export function coreItem(root, def) {
  if ('trampoline' in def) return (root.trampolines[def.trampoline] ??= root.async?.trampoline(def.trampoline) ?? makeTrampoline(root, def.trampoline));
  // `at` takes nothing but numbers, so that a hostile plan gets at exports and at nothing else of JavaScript.
  const item = root.exports.at(def.instance)?.[def.export];
  if (item === undefined) throw new PlanError(`core instance ${def.instance} has no export \`${def.export}\``);
  return item;
}

/**
 * @param {Root} root
 * @param {number} index
 * @returns {(...values: any[]) => any}
 */
function makeTrampoline(root, index) {
  const { plan, imports } = root;
  const trampoline = /** @type {import('./plan-format.js').SyncTrampoline} */ (plan.trampolines[index]);
  if (trampoline.op === 'dropHostResource') {
    const resource = resourceOf(root, trampoline.resource);
    return (rep) => {
      try {
        resource.remove(rep)?.[dispose]?.();
      } catch (error) {
        root.trapInHost(error, () => 'drop of a host resource');
        root.raise();
      }
    };
  }
  const options = plan.options[trampoline.options];
  const host = imports.get(trampoline.import, options.instance);
  const cx = new Context(root, trampoline.function, options, host, (path) => `import ${imports.fullName(trampoline.import)}, called by ${path}`);
  return (root.compiled.options.bindings?.lowers[index] ?? lowerFunction)(cx);
}

/**
 * @param {Root} root
 * @param {number} index
 */
function defineResource(root, index) {
  const resource = root.plan.resources[index];
  const handles = root.plan.runtime?.handles;
  if (resource.kind === 'imported' || !resource.dtor) return;
  const destructor = coreItem(root, resource.dtor);
  resourceOf(root, index).destructor = destructor;
  if (handles) root.runtime(handles.dtors).set(index, 'trampoline' in resource.dtor ? coreFunction(destructor, resource.rep) : destructor);
}
