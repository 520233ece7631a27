/** How exports are named and found: short names, exact ones, modules, what passes through from the host. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanBuilder } from './support/plan.js';

/** Exports functions that return their number, at the paths given, in instances as needed. */
function exporter(...paths) {
  const b = new PlanBuilder();
  const func = b.func({}, 'u32');
  const options = b.options();
  const m = b.module(`(module ${paths.map((_, i) => `(func (export "f${i}") (result i32) i32.const ${i})`).join('\n')})`);
  const instances = new Map();
  paths.forEach((path, i) => {
    let parent = null;
    path.slice(0, -1).forEach((name, depth) => {
      const key = path.slice(0, depth + 1).join(' ');
      if (!instances.has(key)) instances.set(key, b.push('exports', { parent, name, kind: 'instance' }));
      parent = instances.get(key);
    });
    b.exportFunc(path.at(-1), func, m, `f${i}`, options, parent);
  });
  return b;
}

test('functions in camel case, interfaces under both names', () => {
  const { exports } = exporter(['do-it'], ['a:b/my-iface@1.0.0', 'get-it']).instantiate();
  assert.deepEqual(Object.keys(exports), ['doIt', 'a:b/my-iface@1.0.0', 'myIface']);
  assert.equal(exports.doIt(), 0);
  assert.equal(exports.myIface.getIt(), 1);
  assert.equal(exports['a:b/my-iface@1.0.0'], exports.myIface);
  assert.equal(exports.myIface.getIt.name, 'getIt');
});

test('no alias where two exports would have the same', () => {
  const versions = exporter(['a:b/c@1.0.0', 'x'], ['a:b/c@2.0.0', 'x']).instantiate().exports;
  assert.deepEqual(Object.keys(versions), ['a:b/c@1.0.0', 'a:b/c@2.0.0']);
  assert.deepEqual([versions['a:b/c@1.0.0'].x(), versions['a:b/c@2.0.0'].x()], [0, 1]);
  const named = exporter(['c'], ['a:b/c', 'x']).instantiate().exports;
  assert.equal(named.c(), 0);
  assert.equal(named['a:b/c'].x(), 1);
});

test('exact access by component-model names', () => {
  const instance = exporter(['do-it'], ['outer', 'inner', 'get-it']).instantiate();
  assert.equal(instance.getFunc('do-it')(), 0);
  assert.equal(instance.getFunc('outer', 'inner', 'get-it')(), 1);
  assert.equal(instance.getInstance('outer').getInstance('inner').exports.getIt(), 1);
  assert.equal(instance.getInstance('outer'), instance.getInstance('outer'));
  assert.equal(instance.getInstance('outer').getFunc('inner', 'get-it'), instance.getFunc('outer', 'inner', 'get-it'));
  for (const path of [['doIt'], ['outer'], ['outer', 'missing'], ['do-it', 'x'], []]) assert.equal(instance.getFunc(...path), undefined);
  assert.equal(instance.getInstance('do-it'), undefined);
  assert.equal(instance.getModule('outer'), undefined);
  assert.equal(instance.getResource('outer'), undefined);
});

test('exported modules', () => {
  const b = exporter(['f']);
  b.push('exports', { parent: null, name: 'mod', kind: 'module', module: 0 });
  const compiled = b.compile();
  assert.equal(compiled.instantiateSync().getModule('mod'), compiled.modules[0]);
});

test('what the host supplied is exported as it is', () => {
  const b = new PlanBuilder();
  const func = b.func({}, null);
  const host = b.push('imports', { parent: null, name: 'a:b/c', kind: 'instance' });
  b.importFunc('get-it', func, host);
  b.push('imports', { parent: host, name: 'thing', kind: 'type' });
  b.push('exports', { parent: null, name: 'again', kind: 'import', import: host });
  b.push('exports', { parent: null, name: 'f', kind: 'import', import: 1 });
  const iface = { getIt() {} };
  const instance = b.instantiate({ 'a:b/c': iface });
  assert.equal(instance.exports.again, iface);
  assert.equal(instance.exports.f, iface.getIt);
  assert.equal(instance.getFunc('again', 'get-it'), iface.getIt);
  assert.throws(() => b.instantiate({ 'a:b/c': {} }), /import a:b\/c#get-it/);
});

test('one compiled plan gives instances that share nothing', async () => {
  const b = new PlanBuilder();
  const m = b.module('(module (global $g (mut i32) (i32.const 0)) (func (export "next") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) global.get $g))');
  b.exportFunc('next', b.func({}, 'u32'), m, 'next', b.options());
  const compiled = b.compile();
  const first = compiled.instantiateSync();
  const second = await compiled.instantiate();
  assert.deepEqual([first.exports.next(), first.exports.next(), second.exports.next()], [1, 2, 1]);
});
