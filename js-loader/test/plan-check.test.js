// `corefuse/check` refuses what the check in Rust refuses: both are given the cases of `tests/plan`.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { PlanError } from '../src/node.js';
import { checkPlan } from '../src/plan-check.js';
import { planOf } from './support/corefuse.js';

const sample = planOf('tests/plan/sample.wat');

/** It has all that is about tasks. */
const asyncSample = planOf('tests/plan/async.wat');

/** Plans with tasks, which are of format 1.1. */
const GOLDENS = new URL('../../tests/golden/tasks/', import.meta.url);
const taskPlans = readdirSync(GOLDENS)
  .filter((file) => file.endsWith('.plan.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, GOLDENS), 'utf8')));

/** Why a plan is refused; nothing if it is not. */
function refusal(plan) {
  try {
    assert.equal(checkPlan(plan), plan);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return error.message;
  }
}

/** A plan with the value at a JSON pointer replaced, added or (if it is undefined) removed. */
function changed(pointer, value, original = sample) {
  const plan = structuredClone(original);
  const steps = pointer.split('/').slice(1);
  const last = steps.pop();
  const parent = steps.reduce((inner, step) => inner[step], plan);
  if (value === undefined && !Array.isArray(parent)) delete parent[last];
  else parent[last] = value;
  return plan;
}

/** Pointers of all values, with their values. */
function* values(value, at = '') {
  yield [at, value];
  if (value && typeof value === 'object') for (const [key, inner] of Object.entries(value)) yield* values(inner, `${at}/${key}`);
}

test('real plans pass', () => {
  for (const source of ['tests/plan/sample.wat', 'examples/shop/shop.wasm', 'examples/compose/greeting.wat', 'examples/host-interface/diary.wat', 'tests/declarations/everything.wat']) {
    assert.equal(refusal(planOf(source)), undefined, source);
  }
  assert.ok(taskPlans.length > 3);
  for (const plan of taskPlans) assert.equal(refusal(plan), undefined, plan.name);
});

test('every broken rule is refused', () => {
  assert.equal(refusal(asyncSample), undefined);
  for (const [file, original, least] of [['broken.txt', sample, 60], ['broken-async.txt', asyncSample, 25]]) {
    const cases = readFileSync(new URL(`../../tests/plan/${file}`, import.meta.url), 'utf8');
    let count = 0;
    for (const line of cases.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [pointer, value] = line.split(' | ');
      assert.match(refusal(changed(pointer, JSON.parse(value), original)) ?? 'accepted', /^plan: (?!.*accepted)/, line);
      count++;
    }
    assert.ok(count > least, `${count} cases`);
  }
});

test('a refusal names the place and the rule', () => {
  for (const [pointer, value, message] of [
    ['/modules/0/file', '../x.wasm', 'plan: modules[0].file: expected a file name without folders'],
    ['/instances/1/parent', 1, 'plan: instances[1]: parent 1 does not come before it'],
    ['/types/0/size/0', 0, /^plan: types\[0\]: its layout is .*, not /],
    ['/options/0/memory', 1, /^plan: .*memory 1 is not there, there are 1$/],
    ['/initializers/0/op', 'later', 'plan: initializers[0]: `op`: expected one of instantiate, instantiateImported, resource, memory, realloc, postReturn, callback, table'],
    ['/exports/4/function', undefined, 'plan: exports[4].function: the field is missing'],
    ['/limits/later', 1, 'plan: limits.later: the field is not known'],
    ['/trampolines/1/import', 'constructor', /^plan: trampolines\[1\]\.import: there are \d+ imports, "constructor" is none$/],
  ]) {
    const found = refusal(changed(pointer, value)) ?? 'accepted';
    if (typeof message === 'string') assert.equal(found, message);
    else assert.match(found, message);
  }
  for (const none of [undefined, null, 5, 'plan', [], {}, { version: '1.0' }]) assert.match(refusal(none), /this is no plan/);
  assert.match(refusal(changed('/version', [2, 0])), /^plan: version\[0\]: expected one of 1$/);
});

test('a newer minor version may have fields that are not known, and nothing else', () => {
  const plan = changed('/modules/0/later', 1);
  assert.match(refusal(plan), /modules\[0\]\.later: the field is not known/);
  assert.equal(refusal({ ...plan, version: [1, 7] }), undefined);
  assert.match(refusal({ ...changed('/initializers/0/op', 'later'), version: [1, 7] }), /initializers\[0\]/);
});

test('rules of tasks', () => {
  const withOp = (op, find = () => true) => {
    for (const plan of taskPlans) {
      const i = plan.trampolines.findIndex((one) => one.op === op && find(one));
      if (i >= 0) return { plan, at: `/trampolines/${i}` };
    }
    return assert.fail(`no golden has ${op}`);
  };
  const broken = ({ plan, at }, field, value) => refusal(changed(`${at}/${field}`, value, plan)) ?? 'accepted';
  const any = withOp('builtIn');
  assert.match(refusal({ ...any.plan, version: [1, 0] }), /plans of format 1\.0 are synchronous/);
  assert.match(broken(any, 'name', 'task.yield'), /no built-in is called "task\.yield"/);
  assert.match(broken(any, 'table', 0), /has a table, others have none/);
  assert.match(broken(any, 'start', 'i32'), /says what its functions take/);
  const typed = withOp('builtIn', ({ type, name }) => type !== undefined && name !== 'task.return');
  assert.match(broken(typed, 'type', undefined), /its type is not what .* is about/);
  assert.match(broken(withOp('transfer'), 'kind', 'errorContext'), /its type is not what is passed/);
  const call = withOp('startCall');
  const { function: called } = call.plan.trampolines[Number(call.at.split('/')[2])];
  assert.match(refusal(changed(`/functions/${called}/async`, false, call.plan)) ?? 'accepted', /is not async/);
  const copied = taskPlans.find(({ copiers }) => copiers?.length);
  assert.match(refusal(changed(`/options/${copied.copiers[0].from}/memory`, null, copied)) ?? 'accepted', /memory/);
});

test('no index is out of range, or anything but a number', () => {
  for (const plan of [sample, ...taskPlans]) {
    for (const [at, value] of [...values(plan)]) {
      const isAmount = /^\/(limits|version)|\/(size|table)$/.test(at);
      if (typeof value !== 'number' || isAmount) continue;
      for (const wrong of [4_000_000, 2 ** 32 - 1, 2 ** 53, -1, 0.5, '0', 'constructor', '__proto__', [0], {}, true]) {
        assert.ok(refusal(changed(at, wrong, plan)), `${plan.name}${at} = ${JSON.stringify(wrong)}`);
      }
    }
  }
});

test('whatever is changed, the check ends with a plan or a PlanError', () => {
  for (const [at] of [...values(sample)]) {
    if (at === '') continue;
    for (const other of [undefined, null, 7, '', [], {}, true, [null], 'constructor']) refusal(changed(at, other));
  }
});

test('types are no deeper or larger than validation allows', () => {
  const withTypes = (count, kind, layout) => {
    const first = sample.types.length;
    const types = Array.from({ length: count }, (_, i) => ({ ...kind(i === 0 ? sample.types.findIndex((type) => type.kind === 'string') : first + i - 1), ...layout(i) }));
    return { ...sample, types: [...sample.types, ...types] };
  };
  const list = (element) => ({ kind: 'list', element });
  const pair = { size: [8, 16], align: [4, 8], flat: [Array(2).fill('i32'), Array(2).fill('i64')] };
  assert.equal(refusal(withTypes(99, list, () => pair)), undefined);
  assert.match(refusal(withTypes(100, list, () => pair)), /nested deeper than 100/);
  // Twice the one before, again and again: small as a table, huge for whoever follows every part.
  const twice = (part) => ({ kind: 'tuple', types: [part, part] });
  const layout = (i) => ({
    size: [8 * 2 ** (i + 1), 16 * 2 ** (i + 1)],
    align: [4, 8],
    flat: 2 ** (i + 2) <= 16 ? [Array(2 ** (i + 2)).fill('i32'), Array(2 ** (i + 2)).fill('i64')] : [null, null],
  });
  assert.equal(refusal(withTypes(15, twice, layout)), undefined);
  assert.match(refusal(withTypes(22, twice, layout)), /consists of more than 1000000 types/);
});

test('imports and exports are no deeper than validation allows', () => {
  for (const table of ['imports', 'exports']) {
    const deep = (depth) => {
      const first = sample[table].length;
      const nodes = Array.from({ length: depth }, (_, i) => ({ parent: i === 0 ? null : first + i - 1, name: 'deep', kind: 'instance' }));
      return { ...sample, [table]: [...sample[table], ...nodes] };
    };
    assert.equal(refusal(deep(100)), undefined);
    assert.match(refusal(deep(101)), /nested deeper than 100/);
  }
});
