/** How imports are found among what the host offers, and what is said where they are not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkError } from '../src/node.js';
import { PlanBuilder, assemble } from './support/plan.js';

/** A component that imports `names` (a function, or one in an instance) and calls each of them once from `run`. */
function caller(...paths) {
  const b = new PlanBuilder();
  const func = b.func({}, 'u32');
  const options = b.options();
  const instances = new Map();
  const args = paths.map(([first, second]) => {
    if (second === undefined) return b.lower(b.importFunc(first, func), func, options);
    if (!instances.has(first)) instances.set(first, b.push('imports', { parent: null, name: first, kind: 'instance' }));
    return b.lower(b.importFunc(second, func, instances.get(first)), func, options);
  });
  const imports = paths.map((_, i) => `(import "" "f${i}" (func $f${i} (result i32)))`).join('\n');
  const m = b.module(`(module ${imports} ${paths.map((_, i) => `(export "f${i}" (func $f${i}))`).join('\n')})`, args);
  paths.forEach((_, i) => b.exportFunc(`f${i}`, func, m, `f${i}`, options));
  return b;
}

test('functions of the world: as they are, as a default export, under the camel-case name', () => {
  const b = caller(['log-it']);
  assert.equal(b.instantiate({ 'log-it': () => 1 }).exports.f0(), 1);
  assert.equal(b.instantiate({ logIt: () => 2 }).exports.f0(), 2);
  assert.equal(b.instantiate({ 'log-it': { default: () => 3 } }).exports.f0(), 3);
});

test('interfaces: exact key, semver track, no version; several versions side by side', () => {
  const b = caller(['a:b/c@0.2.3', 'get-it'], ['a:b/c@0.3.0', 'get-it']);
  const both = b.instantiate({ 'a:b/c@0.2.0': { getIt: () => 2 }, 'a:b/c@0.3.0': { getIt: () => 3 }, 'a:b/c': { getIt: () => 9 } }).exports;
  assert.deepEqual([both.f0(), both.f1()], [2, 3]);
  const one = b.instantiate({ 'a:b/c': { getIt: () => 9 } }).exports;
  assert.deepEqual([one.f0(), one.f1()], [9, 9]);
});

test('interfaces may be module namespaces, and have members that are inherited', async () => {
  const namespace = await import('data:text/javascript,export function getIt() { return 5 }');
  assert.equal(caller(['a:b/c', 'get-it']).instantiate({ 'a:b/c': namespace }).exports.f0(), 5);
  class Host {
    getIt() {
      return 6;
    }
  }
  assert.equal(caller(['a:b/c', 'get-it']).instantiate({ 'a:b/c': new Host() }).exports.f0(), 6);
});

test('an implements attribute names the interface that stands in', () => {
  const b = caller(['label', 'get-it']);
  b.plan.imports[0].implements = 'a:b/c@1.0.0';
  assert.equal(b.instantiate({ 'a:b/c@1.4.0': { getIt: () => 7 } }).exports.f0(), 7);
  assert.equal(b.instantiate({ label: { getIt: () => 8 }, 'a:b/c@1.0.0': { getIt: () => 7 } }).exports.f0(), 8);
});

test('functions are called without `this`', () => {
  let seen = 'not called';
  caller(['a:b/c', 'get-it'])
    .instantiate({
      'a:b/c': {
        getIt() {
          seen = this;
          return 1;
        },
      },
    })
    .exports.f0();
  assert.equal(seen, undefined);
});

/** @param {RegExp} message */
function linkError(message) {
  return (/** @type {unknown} */ error) => {
    assert.ok(error instanceof LinkError);
    assert.ok(error instanceof WebAssembly.LinkError);
    assert.equal(error.name, 'LinkError');
    assert.match(error.message, message);
    return true;
  };
}

test('what is missing or of the wrong kind is a link error that names it and what was found', () => {
  const func = caller(['log']);
  const inside = caller(['a:b/c@0.2.3', 'get-it']);
  assert.throws(() => func.instantiate(), linkError(/^import log, needed by root: expected a function, found nothing in \[\]$/));
  assert.throws(() => func.instantiate({ log: 5, other() {} }), linkError(/import log, needed by root: expected a function, found 5/));
  assert.throws(() => inside.instantiate({ x: {}, y: {} }), linkError(/import a:b\/c@0\.2\.3#get-it, .* found nothing in \[x,y\]$/));
  assert.throws(() => inside.instantiate({ 'a:b/c': { getThat() {} } }), linkError(/#get-it, .* found nothing in \[getThat\]$/), 'of the interface, if it is there');
  assert.throws(() => inside.instantiate({ 'a:b/c': { getIt: 'no' } }), linkError(/expected a function, found "no"/));
  assert.throws(() => caller(['to-string']).instantiate({}), linkError(/expected a function, found nothing/));
  assert.throws(() => caller(['a:b/c', 'value-of']).instantiate({ 'a:b/c': {} }), linkError(/found nothing/));
});

test('no guest code runs before all imports are found', () => {
  const b = new PlanBuilder();
  const func = b.func({}, null);
  const options = b.options();
  b.module('(module (import "" "f" (func $f)) (start $f))', [b.lower(b.importFunc('first', func), func, options)]);
  b.module('(module (import "" "f" (func $f)))', [b.lower(b.importFunc('second', func), func, options)]);
  let ran = false;
  assert.throws(() => b.instantiate({ first: () => (ran = true) }), linkError(/import second/));
  assert.equal(ran, false);
});

test('what no core code can call need not be offered', () => {
  const b = caller(['log']);
  b.push('imports', { parent: null, name: 'a:b/types', kind: 'instance' });
  b.push('imports', { parent: 1, name: 'point', kind: 'type' });
  b.importFunc('unused', 0);
  assert.equal(b.instantiate({ log: () => 1 }).exports.f0(), 1);
});

test('imports that are no object are refused', () => {
  assert.throws(() => caller(['log']).instantiate(5), linkError(/found nothing/));
  assert.throws(() => caller(['log']).instantiate(null), linkError(/found nothing/));
});

/** A component that instantiates a module of the host's, and exports its function `f`. */
function hostModule() {
  const b = new PlanBuilder();
  const func = b.func({}, 'u32');
  b.push('imports', { parent: null, name: 'mod', kind: 'module', imports: [['env', 'base', 'func']], exports: [['f', 'func']] });
  const trampoline = b.lower(b.importFunc('base', func), func, b.options());
  b.push('initializers', { op: 'instantiateImported', import: 0, instance: 0, args: [{ module: 'env', name: 'base', def: trampoline }] });
  b.exportFunc('f', func, 0, 'f', 0);
  return b;
}

const compiled = (wat) => new WebAssembly.Module(assemble(wat));

test('core modules of the host', async () => {
  const mod = compiled('(module (import "env" "base" (func $b (result i32))) (func (export "f") (result i32) call $b))');
  const base = () => 42;
  assert.equal(hostModule().instantiate({ mod, base }).exports.f(), 42);
  assert.equal((await hostModule().compile().instantiate({ mod, base })).exports.f(), 42);
  const withoutImports = compiled('(module (func (export "f") (result i32) i32.const 1))');
  assert.equal(hostModule().instantiate({ mod: withoutImports, base }).exports.f(), 1);
});

test('core modules of the host must fit their type', () => {
  const base = () => 42;
  const attempt = (mod) => () => hostModule().instantiate({ mod, base });
  assert.throws(attempt(assemble('(module)')), linkError(/import mod, needed by root: expected a WebAssembly\.Module, found an object/));
  assert.throws(attempt(compiled('(module)')), linkError(/expected a module with the export f func/));
  assert.throws(attempt(compiled('(module (global (export "f") i32 (i32.const 0)))')), linkError(/with the export f func/));
  const greedy = '(module (import "env" "more" (func)) (func (export "f") (result i32) i32.const 1))';
  assert.throws(attempt(compiled(greedy)), linkError(/expected a module without the import env more/));
  const wrongType = '(module (import "env" "base" (func (param f64))) (func (export "f") (result i32) i32.const 1))';
  assert.equal(attempt(compiled(wrongType))().exports.f(), 1, 'JavaScript functions have no core type to check');
});
