/** Who may enter, and what a trap leaves behind: the state of one instantiated component. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Trap } from '../src/node.js';
import { PlanBuilder } from './support/plan.js';
import { addRuntime, runtime } from './support/runtime.js';

/** A component with an export `f` of the given body, which may call the import `h`. */
function component(body, { wat = '', result = null } = {}) {
  const b = new PlanBuilder();
  const func = b.func({}, null);
  const options = b.options();
  const m = b.module(
    `(module (import "" "h" (func $h)) ${wat}
      (func $f (export "f") ${result ? '(result i32)' : ''} ${body})
      (func (export "g") (result i32) i32.const 7))`,
    [b.lower(b.importFunc('h', func), func, options)],
  );
  b.exportFunc('f', b.func({}, result), m, 'f', options);
  b.exportFunc('g', b.func({}, 'u32'), m, 'g', options);
  return b;
}

/** What a call throws, which must be a trap. */
function trapOf(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Trap, `not a trap: ${error}`);
    assert.ok(error instanceof WebAssembly.RuntimeError);
    assert.equal(error.name, 'Trap');
    return error;
  }
  return assert.fail('did not trap');
}

test('a trap of guest code keeps the engine\'s message, names the place and the guest frames', () => {
  const { exports } = component('(call $inner)', { wat: '(func $inner unreachable)' }).instantiate({ h() {} });
  const trap = trapOf(() => exports.f());
  assert.match(trap.message, /^unreachable.* \(export f of root\)$/);
  assert.match(trap.rule, /^unreachable/);
  assert.equal(trap.where, 'export f of root');
  assert.ok(trap.cause instanceof WebAssembly.RuntimeError);
  assert.match(trap.stack, /^Trap: unreachable.*\n.*inner/);
});

test('a trap ends the component', () => {
  const { exports } = component('unreachable').instantiate({ h() {} });
  assert.equal(exports.g(), 7);
  const first = trapOf(() => exports.f());
  const later = trapOf(() => exports.g());
  assert.match(later.message, /^cannot enter component instance/);
  assert.equal(later.cause, first);
});

test('other instances live on', () => {
  const compiled = component('unreachable').compile();
  const [a, b] = [compiled.instantiateSync({ h() {} }), compiled.instantiateSync({ h() {} })];
  trapOf(() => a.exports.f());
  assert.equal(b.exports.g(), 7);
});

test('a component cannot be entered while a call is inside', () => {
  let inner;
  const { exports } = component('(call $h)').instantiate({
    h() {
      inner = trapOf(() => exports.g());
    },
  });
  exports.f();
  assert.match(inner.message, /^cannot enter component instance/);
  assert.equal(exports.g(), 7, 'the host may handle it');
});

test('a host exception ends the component and is the cause', () => {
  const mistake = new Error('the disk is full');
  const { exports } = component('(call $h)').instantiate({
    h() {
      throw mistake;
    },
  });
  const trap = trapOf(() => exports.f());
  assert.equal(trap.message, 'host function threw: the disk is full (import h, called by root)');
  assert.equal(trap.cause, mistake);
  assert.match(trap.stack, /\bf\b/, 'guest frames are there');
  assert.match(trapOf(() => exports.g()).message, /^cannot enter/);
});

test('guests catch neither traps nor host exceptions', () => {
  const wat = '(tag $t)';
  // Legacy exception handling, which all engines have and the assembler of this test knows.
  const body = '(try (do (call $h)) (catch_all))';
  for (const thrown of [new Error('no'), 'text', undefined, new WebAssembly.RuntimeError('fake')]) {
    const { exports } = component(body, { wat }).instantiate({
      h() {
        throw thrown;
      },
    });
    assert.equal(trapOf(() => exports.f()).cause, thrown);
  }
});

test('a trap of one component inside a host function of another ends both', () => {
  const inner = component('unreachable').instantiate({ h() {} }).exports;
  const outer = component('(call $h)').instantiate({ h: () => inner.f() }).exports;
  const trap = trapOf(() => outer.f());
  assert.ok(trap.cause instanceof Trap);
  assert.match(trap.message, /unreachable.*\(export f of root\) \(import h, called by root\)$/);
  trapOf(() => inner.g());
  trapOf(() => outer.g());
});

test('an exception that escapes from a guest is a trap', () => {
  const { exports } = component('(throw $t)', { wat: '(tag $t)' }).instantiate({ h() {} });
  const trap = trapOf(() => exports.f());
  assert.match(trap.message, /^uncaught exception propagated out of component \(thrown Wasm exception\)/);
  assert.ok(trap.cause instanceof WebAssembly.Exception);
});

test('a guest that runs out of stack traps', () => {
  const { exports } = component('(call $f)').instantiate({ h() {} });
  assert.ok(trapOf(() => exports.f()).cause instanceof RangeError);
});

test('a start function that traps refuses the instance', async () => {
  const b = new PlanBuilder();
  b.module('(module (func $s unreachable) (start $s))');
  assert.match(trapOf(() => b.instantiate()).message, /unreachable.*\(instantiation of test\.core0\.wasm\)$/);
  await assert.rejects(b.compile().instantiate(), Trap);
});

test('traps of generated code say why, who called whom, and which number', () => {
  const b = new PlanBuilder();
  addRuntime(b);
  b.plan.traps = ['unaligned pointer', 'unknown handle index {arg}'];
  b.plan.instances.push({ parent: 0, path: 'root/a', mayLeave: null, context: null, table: null });
  b.plan.instances.push({ parent: 0, path: 'root/b', mayLeave: null, context: null, table: null });
  b.plan.adapters = [{ name: 'x:y/z#first', caller: 0, callee: 1 }, { name: 'x:y/z#second', caller: 1, callee: 2 }];
  const m = b.module(
    `(module (import "" "code" (global $code (mut i32))) (import "" "arg" (global $arg (mut i32))) (import "" "site" (global $site (mut i32)))
      (func (export "f") (param i32 i32 i32)
        (global.set $code (local.get 0)) (global.set $arg (local.get 1)) (global.set $site (local.get 2)) unreachable))`,
    [runtime('trap_code'), runtime('trap_arg'), runtime('trap_site')],
  );
  b.exportFunc('f', b.func({ code: 'u32', arg: 'u32', site: 'u32' }, null), m, 'f', b.options());
  const compiled = b.compile();
  const trapWith = (...args) => trapOf(() => compiled.instantiateSync().exports.f(...args));
  assert.equal(trapWith(2, -1, 2).message, 'unknown handle index 4294967295 (x:y/z#second, called by root/a, in root/b)');
  assert.equal(trapWith(1, 0, 0).message, 'unaligned pointer (export f of root)');
  assert.match(trapWith(0, 5, 1).message, /^unreachable.*\(export f of root\)$/, 'no code: the guest trapped');
});
