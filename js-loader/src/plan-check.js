/**
 * The whole check of a plan, for plans that come from anywhere: what `plan::check` checks in Rust. After it every index
 * is in range, nothing is used before it is made, parents come before children, files are beside the plan, and layouts
 * are right. It is apart from the loader, which checks only what it must not misunderstand, because most plans are
 * written by the same hand as the page.
 *
 * What it cannot know is whether the modules fit: the engine finds that out when it links them.
 */
import { checkForm, ensure } from './plan-form.js';
import { Functions } from './plan-functions.js';
import { checkCopiers, checkTask, mayBlock, optionsOf } from './plan-tasks.js';
import { checkTypes } from './plan-types.js';

/**
 * @typedef {import('./plan-format.js').Plan} Plan
 * @typedef {import('./plan-format.js').CoreDef} CoreDef
 * @typedef {import('./plan-types.js').Known} Known
 */

const MAX_DEPTH = 100;

/** How much was made, by the names of what makes it. @typedef {{ instances: number, memory: number, realloc: number, postReturn: number, callback: number, table: number }} Made */

/** @returns {Made} */
const nothingMade = () => ({ instances: 0, memory: 0, realloc: 0, postReturn: 0, callback: 0, table: 0 });

/**
 * Counts what an initializer makes.
 *
 * @param {Made} made
 * @param {import('./plan-format.js').Initializer['op']} op
 */
function count(made, op) {
  if (op !== 'resource') made[op === 'instantiate' || op === 'instantiateImported' ? 'instances' : op]++;
}

/**
 * @param {string} at
 * @param {string[]} names
 */
function unique(at, names) {
  const seen = new Set();
  for (const name of names) {
    ensure(!seen.has(name), at, `${JSON.stringify(name)} appears twice`);
    seen.add(name);
  }
}

/** @param {Plan} plan */
function checkInstances({ instances, runtime }) {
  ensure(instances.length > 0, 'instances', 'there must be a root');
  instances.forEach(({ parent, mayLeave, context, table }, i) => {
    const at = `instances[${i}]`;
    if (parent === null) ensure(i === 0, at, 'only the first instance is without parent');
    else ensure(parent < i, at, `parent ${parent} does not come before it`);
    ensure(runtime || (mayLeave === null && context === null), at, 'the runtime holds something for it, but there is none');
    ensure(runtime?.handles || table === null, at, 'it has a table, but there are no handle functions');
  });
  const tables = instances.flatMap(({ table }) => table ?? []);
  unique('instances: table', tables.map(String));
}

/**
 * @param {Plan} plan
 * @param {'imports' | 'exports'} table
 */
function checkForest(plan, table) {
  /** Of those that may be parents. @type {number[]} */
  const depths = [];
  plan[table].forEach(({ parent, kind }, i) => {
    const at = `${table}[${i}]`;
    if (parent !== null) ensure(parent < i, at, `parent ${parent} does not come before it`);
    const above = parent === null ? 0 : depths[parent];
    ensure(above !== undefined, at, `parent ${parent} is no instance`);
    ensure(above < MAX_DEPTH, at, `nested deeper than ${MAX_DEPTH}`);
    if (kind === 'instance') depths[i] = above + 1;
  });
  unique(
    table,
    plan[table].map(({ parent, name }) => JSON.stringify([parent, name])),
  );
}

/** That what is referred to is of the right kind. @param {Plan} plan */
function checkReferences(plan) {
  const { imports, resources, modules } = plan;
  const importIs = (/** @type {string} */ at, /** @type {number} */ i, /** @type {string} */ kind) => ensure(imports[i].kind === kind, at, `import ${i} is no ${kind}`);
  const isImported = (/** @type {string} */ at, /** @type {number} */ i) => ensure(resources[i].kind === 'imported', at, `resource ${i} is not imported`);
  resources.forEach((resource, i) => resource.kind === 'imported' && importIs(`resources[${i}]`, resource.import, 'resource'));
  imports.forEach((item, i) => item.kind === 'resource' && isImported(`imports[${i}]`, item.resource));
  plan.trampolines.forEach((trampoline, i) => {
    if (trampoline.op === 'lowerImport') importIs(`trampolines[${i}]`, trampoline.import, 'func');
    if (trampoline.op === 'dropHostResource') isImported(`trampolines[${i}]`, trampoline.resource);
  });
  plan.exports.forEach((item, i) => {
    if (item.kind === 'module') ensure(modules[item.module].kind === 'guest', `exports[${i}]`, `module ${item.module} is generated`);
  });
}

/**
 * That functions have what they need of their options.
 *
 * @param {Plan} plan
 * @param {Known[]} types
 */
function checkFunctions(plan, types) {
  const functions = new Functions(plan, types);
  plan.options.forEach(({ async: isAsync, callback }, i) => ensure(isAsync || callback === undefined, `options[${i}]`, 'only asynchronous lifts have a callback'));
  plan.trampolines.forEach((one, i) => {
    if (one.op === 'lowerImport') functions.checkLower(`trampolines[${i}]`, one.function, one.options);
    else if (one.op !== 'dropHostResource') checkTask(`trampolines[${i}]`, plan, functions, one);
  });
  plan.exports.forEach((one, i) => one.kind === 'func' && functions.checkLift(`exports[${i}]`, one.function, one.options));
  checkCopiers(plan);
}

/**
 * @param {string} at
 * @param {Plan} plan
 * @param {number} number of options
 * @param {Made} made
 */
function checkMade(at, plan, number, made) {
  for (const field of /** @type {const} */ (['memory', 'realloc', 'postReturn', 'callback'])) {
    const wanted = plan.options[number][field] ?? null;
    ensure(wanted === null || wanted < made[field], at, `${field} ${wanted} is not there, there are ${made[field]}`);
  }
}

/**
 * @param {string} at
 * @param {Plan} plan
 * @param {CoreDef} def
 * @param {Made} made so far
 */
function checkCoreItem(at, plan, def, made) {
  if ('instance' in def) {
    ensure(def.instance < made.instances, at, `core instance ${def.instance} is used before it is instantiated`);
    return;
  }
  const trampoline = plan.trampolines[def.trampoline];
  const place = `${at}: trampoline ${def.trampoline}`;
  for (const number of optionsOf(trampoline)) checkMade(place, plan, number, made);
  if (trampoline.op === 'builtIn' && trampoline.table !== undefined) ensure(trampoline.table < made.table, place, `table ${trampoline.table} is not there`);
}

/** @param {Plan} plan */
function checkInitializers(plan) {
  const made = nothingMade();
  const all = nothingMade();
  for (const { op } of plan.initializers) count(all, op);
  const defined = new Set();
  plan.initializers.forEach((step, i) => {
    const at = `initializers[${i}]`;
    switch (step.op) {
      case 'instantiate': {
        const { kind, imports } = plan.modules[step.module];
        ensure(kind !== 'runtime' || i === 0, at, 'the runtime module is instantiated elsewhere than first');
        ensure((step.instance !== null) === (kind === 'guest'), at, 'exactly guest modules belong to a component instance');
        ensure(step.args.length === imports.length, at, `${step.args.length} arguments for a module with ${imports.length} imports`);
        // The runtime module stands between guests and what may block: it comes before the options of that, and the
        // guests that call it come after them.
        const isLater = (/** @type {CoreDef} */ def) => kind === 'runtime' && 'trampoline' in def && mayBlock(plan, def.trampoline);
        step.args.forEach((def) => checkCoreItem(at, plan, def, isLater(def) ? all : made));
        break;
      }
      case 'instantiateImported':
        ensure(plan.imports[step.import].kind === 'module', at, `import ${step.import} is no module`);
        step.args.forEach(({ def }) => checkCoreItem(at, plan, def, made));
        break;
      case 'resource': {
        const resource = plan.resources[step.resource];
        ensure(resource.kind === 'defined', at, `resource ${step.resource} is imported`);
        ensure(!defined.has(step.resource), at, `resource ${step.resource} is defined twice`);
        defined.add(step.resource);
        if (resource.dtor) checkCoreItem(at, plan, resource.dtor, made);
        break;
      }
      default:
        if (step.op === 'memory' || step.op === 'table') ensure('instance' in step.from, at, 'a memory or table can only come from a core instance');
        checkCoreItem(at, plan, step.from, made);
    }
    count(made, step.op);
  });
  const [first] = plan.initializers;
  const hasRuntime = first?.op === 'instantiate' && plan.modules[first.module].kind === 'runtime';
  ensure(hasRuntime === (plan.runtime !== null), 'runtime', 'it must be given exactly if the first initializer makes it');
  plan.resources.forEach(({ kind }, i) => ensure(kind === 'imported' || defined.has(i), `resources[${i}]`, 'no initializer defines it'));
  plan.options.forEach((_, i) => checkMade(`options[${i}]`, plan, i, made));
  plan.exports.forEach((one, i) => one.kind === 'func' && checkCoreItem(`exports[${i}]`, plan, one.callee, made));
  plan.copiers?.forEach(({ func }, i) => checkCoreItem(`copiers[${i}]`, plan, func, made));
}

/**
 * Checks all of a plan.
 *
 * @param {unknown} plan parsed JSON
 * @returns {Plan}
 * @throws {import('./errors.js').PlanError} for the first rule that it breaks
 */
export function checkPlan(plan) {
  checkForm(plan);
  unique(
    'modules',
    plan.modules.map(({ file }) => file),
  );
  checkInstances(plan);
  const types = checkTypes(plan);
  checkForest(plan, 'imports');
  checkForest(plan, 'exports');
  checkReferences(plan);
  checkFunctions(plan, types);
  checkInitializers(plan);
  return plan;
}
