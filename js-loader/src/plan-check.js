/**
 * The whole check of a plan, for plans that come from anywhere: what `plan::check` checks in Rust. After it every index
 * is in range, nothing is used before it is made, parents come before children, files are beside the plan, and layouts
 * are right. It is apart from the loader, which checks only what it must not misunderstand, because most plans are
 * written by the same hand as the page.
 *
 * What it cannot know is whether the modules fit: the engine finds that out when it links them.
 */
import { checkForm, ensure } from './plan-form.js';
import { checkTypes } from './plan-types.js';

/**
 * @typedef {import('./plan-format.js').Plan} Plan
 * @typedef {import('./plan-format.js').CoreDef} CoreDef
 * @typedef {import('./plan-types.js').Known} Known
 */

const MAX_DEPTH = 100;
const MAX_FLAT_PARAMS = 16;
const MAX_FLAT_RESULTS = 1;

/** How much was made, by the names of what makes it. @typedef {{ instances: number, memory: number, realloc: number, postReturn: number }} Made */

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
    else isImported(`trampolines[${i}]`, trampoline.resource);
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
  const spills = (/** @type {Known[]} */ values, /** @type {0 | 1} */ width, /** @type {number} */ max) =>
    values.some(({ places }) => !places[width].flat) || values.reduce((sum, { places }) => sum + (places[width].flat?.length ?? 0), 0) > max;
  const functions = plan.functions.map(({ params, result }, i) => {
    unique(
      `functions[${i}]`,
      params.map(({ name }) => name),
    );
    const results = result === null ? [] : [types[result]];
    ensure(!results.some(({ borrow }) => borrow), `functions[${i}]`, 'its result contains a borrow');
    return { params: params.map(({ type }) => types[type]), results };
  });
  /** @param {string} at @param {number} i @param {number} number of options @param {boolean} isLift */
  const check = (at, i, number, isLift) => {
    const { params, results } = functions[i];
    const { memory, realloc, pointer } = plan.options[number];
    const width = pointer === 64 ? 1 : 0;
    const large = spills(params, width, MAX_FLAT_PARAMS);
    const holds = (/** @type {Known[]} */ values) => values.some((known) => known.pointer);
    const needsMemory = large || spills(results, width, MAX_FLAT_RESULTS) || holds(params) || holds(results);
    ensure(!needsMemory || memory !== null, at, 'the function needs a memory, its options name none');
    const needsRealloc = isLift ? large || holds(params) : holds(results);
    ensure(!needsRealloc || realloc !== null, at, 'the function needs a realloc, its options name none');
  };
  plan.trampolines.forEach((one, i) => one.op === 'lowerImport' && check(`trampolines[${i}]`, one.function, one.options, false));
  plan.exports.forEach((one, i) => one.kind === 'func' && check(`exports[${i}]`, one.function, one.options, true));
}

/**
 * @param {string} at
 * @param {Plan} plan
 * @param {number} number of options
 * @param {Made} made
 */
function checkMade(at, plan, number, made) {
  for (const field of /** @type {const} */ (['memory', 'realloc', 'postReturn'])) {
    const wanted = plan.options[number][field];
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
  if (trampoline.op === 'lowerImport') checkMade(`${at}: trampoline ${def.trampoline}`, plan, trampoline.options, made);
}

/** @param {Plan} plan */
function checkInitializers(plan) {
  /** @type {Made} */
  const made = { instances: 0, memory: 0, realloc: 0, postReturn: 0 };
  const defined = new Set();
  plan.initializers.forEach((step, i) => {
    const at = `initializers[${i}]`;
    switch (step.op) {
      case 'instantiate': {
        const { kind, imports } = plan.modules[step.module];
        ensure(kind !== 'runtime' || i === 0, at, 'the runtime module is instantiated elsewhere than first');
        ensure((step.instance !== null) === (kind === 'guest'), at, 'exactly guest modules belong to a component instance');
        ensure(step.args.length === imports.length, at, `${step.args.length} arguments for a module with ${imports.length} imports`);
        step.args.forEach((def) => checkCoreItem(at, plan, def, made));
        made.instances++;
        break;
      }
      case 'instantiateImported':
        ensure(plan.imports[step.import].kind === 'module', at, `import ${step.import} is no module`);
        step.args.forEach(({ def }) => checkCoreItem(at, plan, def, made));
        made.instances++;
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
        if (step.op === 'memory') ensure('instance' in step.from, at, 'a memory can only come from a core instance');
        checkCoreItem(at, plan, step.from, made);
        made[step.op]++;
    }
  });
  const [first] = plan.initializers;
  const hasRuntime = first?.op === 'instantiate' && plan.modules[first.module].kind === 'runtime';
  ensure(hasRuntime === (plan.runtime !== null), 'runtime', 'it must be given exactly if the first initializer makes it');
  plan.resources.forEach(({ kind }, i) => ensure(kind === 'imported' || defined.has(i), `resources[${i}]`, 'no initializer defines it'));
  plan.options.forEach((_, i) => checkMade(`options[${i}]`, plan, i, made));
  plan.exports.forEach((one, i) => one.kind === 'func' && checkCoreItem(`exports[${i}]`, plan, one.callee, made));
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
