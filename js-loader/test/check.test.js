/** What the loader refuses before it uses anything of a plan: versions, unknown operations, engines that lack something. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanError, compile, compileSync } from '../src/node.js';
import { PlanBuilder } from './support/plan.js';

/** A plan that has something of everything, and its modules. */
function complete() {
  const b = new PlanBuilder();
  const m = b.module('(module (memory (export "memory") 1) (func (export "f") (param i32) (result i32) local.get 0))');
  const options = b.options({ memory: b.extract('memory', m, 'memory') });
  b.lower(b.importFunc('h', b.func({}, null)), 0, options);
  b.exportFunc('f', b.func({ v: 'u8' }, 'u8'), m, 'f', options);
  return b;
}

/** What is thrown when a change has been made to such a plan. */
function refusal(change) {
  const b = complete();
  change(b.plan);
  const getModule = () => assert.fail('modules are asked for before the plan is checked');
  try {
    compileSync(b.plan, { getModule });
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return error.message;
  }
  return assert.fail('the plan was not refused');
}

test('a plan of this version is accepted', () => {
  assert.equal(complete().instantiate({ h() {} }).exports.f(7), 7);
});

test('what is no plan, or of another major version, is refused', () => {
  for (const wrong of [{}, null, 5, []]) assert.throws(() => compileSync(wrong), /plan version undefined is not supported/);
  assert.match(refusal((plan) => (plan.version = [2, 0])), /plan version 2,0 is not supported/);
  assert.match(refusal((plan) => (plan.version = [0, 9])), /plan version 0,9/);
});

test('a newer minor version may have fields that are not known', () => {
  const b = complete();
  b.plan.version = [1, 7];
  b.plan.novelty = { anything: 1 };
  b.plan.modules[0].novelty = true;
  assert.equal(b.instantiate({ h() {} }).exports.f(7), 7);
});

test('what the loader does not know is refused by name', () => {
  assert.match(refusal((plan) => plan.initializers.push({ op: 'teleport' })), /initializers\[2\]: op teleport is not supported/);
  assert.match(refusal((plan) => (plan.trampolines[0].op = 'callAsync')), /trampolines\[0\]: op callAsync/);
  assert.match(refusal((plan) => (plan.imports[0].kind = 'value')), /imports\[0\]: kind value/);
  assert.match(refusal((plan) => (plan.exports[0].kind = 'component')), /exports\[0\]: kind component/);
  assert.match(refusal((plan) => plan.resources.push({ kind: 'borrowed' })), /resources\[0\]: kind borrowed/);
  assert.match(refusal((plan) => (plan.options[0].encoding = 'utf7')), /options\[0\]: encoding utf7/);
  assert.match(refusal((plan) => (plan.options[0].gc = true)), /option gc/);
  assert.match(refusal((plan) => (plan.options[0].async = true)), /options\[0\]: async true/);
  assert.match(refusal((plan) => (plan.functions[1].async = true)), /functions\[1\]: async true/);
});

test('a hostile plan gets at nothing of JavaScript', () => {
  for (const instance of ['constructor', '__proto__', 'at']) {
    const b = complete();
    b.plan.exports[0].callee = { instance, export: 'constructor' };
    assert.throws(() => b.instantiate({ h() {} }).exports.f(7), { name: 'PlanError', message: /has no export `constructor`/ });
  }
});

test('types that are not supported are refused where functions use them, and only there', () => {
  const layout = { size: [4, 4], align: [4, 4], flat: [['i32'], ['i32']] };
  const list = { kind: 'list', element: 1, size: [8, 16], align: [4, 8], flat: [['i32', 'i32'], ['i64', 'i64']] };
  for (const [kind, operands] of [['stream', { element: 0 }], ['future', { element: null }], ['errorContext', {}], ['novelty', {}]]) {
    const add = (plan) => plan.types.push({ kind, ...operands, ...layout }, { ...list, element: plan.types.length });
    const b = complete();
    add(b.plan);
    assert.equal(b.instantiate({ h() {} }).exports.f(7), 7);
    assert.match(
      refusal((plan) => {
        plan.functions[1].params[0].type = add(plan) - 1;
      }),
      new RegExp(`the type ${kind} is not supported`),
    );
  }
});

test('features that the engine lacks are listed with their reasons', async (t) => {
  const b = complete();
  b.plan.requires = [
    { feature: 'multi-memory', reason: 'copies' },
    { feature: 'memory64', reason: 'a large memory' },
    { feature: 'telepathy', reason: 'unknown features are left to the engine' },
  ];
  t.mock.method(WebAssembly, 'validate', () => false);
  await assert.rejects(compile(b.plan, { getModule: () => assert.fail('downloads modules that cannot work') }), {
    name: 'PlanError',
    message: 'this engine lacks what the component needs:\n  multi-memory: copies\n  memory64: a large memory',
  });
});

test('every probe of a feature is a module that an engine with all features accepts', () => {
  const validate = (/** @type {string} */ feature) => {
    const b = complete();
    b.plan.requires = [{ feature, reason: '' }];
    b.compile();
  };
  // Node 20, which the loader supports, lacks some of them.
  if (Number.parseInt(process.versions.node, 10) < 24) return;
  for (const feature of ['multi-memory', 'memory64', 'table64', 'exceptions', 'gc', 'relaxed-simd']) validate(feature);
});
