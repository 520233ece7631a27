/** Addresses that guests give: results of realloc, pointers and lists are checked, in 32 and 64 bits; and what realloc and post-return may do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanBuilder } from './support/plan.js';
import { addRuntime, runtime } from './support/runtime.js';

/** A component whose export `f` takes one value of `type`, and whose realloc returns `address`. */
function taker(type, address, { pointer = 32 } = {}) {
  const b = new PlanBuilder();
  const p = pointer === 64 ? 'i64' : 'i32';
  const own = b.type(type);
  const flat = b.plan.types[own].flat[pointer === 64 ? 1 : 0] ?? [p];
  const m = b.module(`(module (memory (export "memory") ${pointer === 64 ? 'i64' : ''} 1)
    (func (export "realloc") (param ${p} ${p} ${p} ${p}) (result ${p}) (${p}.const ${address}))
    (func (export "f") (param ${flat.join(' ')})))`);
  const options = b.options({ pointer, memory: b.extract('memory', m, 'memory'), realloc: b.extract('realloc', m, 'realloc') });
  b.exportFunc('f', b.func({ v: own }, null), m, 'f', options);
  return b.instantiate().exports.f;
}

const list = (element) => ({ kind: 'list', element });
const many = { kind: 'tuple', types: Array(17).fill('u32') };

test('what realloc returns is checked for alignment and bounds, also for nothing', () => {
  assert.throws(() => taker(list('u32'), 2)([1]), /realloc return: result not aligned \(export f of root\)/);
  assert.throws(() => taker(list('u32'), 65536)([1]), /realloc return: beyond end of memory/);
  assert.throws(() => taker(list('u32'), -4)([]), /realloc return: beyond end of memory/);
  assert.throws(() => taker(list('u64'), 4)([]), /realloc return: result not aligned/);
  assert.throws(() => taker('string', 65535)('ab'), /realloc return: beyond end of memory/);
  assert.throws(() => taker(many, 1)(many.types.map(() => 0)), /realloc return: result not aligned/);
  assert.throws(() => taker(many, 65500)(many.types.map(() => 0)), /realloc return: beyond end of memory/);
  taker(list('u32'), 65536)([]);
  taker('string', 65534)('ab');
});

test('addresses of 64-bit memories that no number can hold are out of bounds', () => {
  if (!WebAssembly.validate(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 4, 0]))) return;
  assert.throws(() => taker('string', -1, { pointer: 64 })('ab'), /realloc return: beyond end of memory/);
  taker('string', 65534, { pointer: 64 })('ab');
});

/** A component whose result spills, at the address its parameter says. */
function returner(type) {
  const b = new PlanBuilder();
  const m = b.module('(module (memory (export "memory") 1) (func (export "f") (param i32) (result i32) local.get 0))');
  b.exportFunc('f', b.func({ at: 'u32' }, type), m, 'f', b.options({ memory: b.extract('memory', m, 'memory') }));
  const compiled = b.compile();
  return (at) => compiled.instantiateSync().exports.f(at);
}

test('pointers to spilled results are checked', () => {
  const pair = returner({ kind: 'tuple', types: ['u32', 'u32'] });
  assert.deepEqual(pair(65528), [0, 0]);
  assert.throws(() => pair(1), /pointer not aligned/);
  assert.throws(() => pair(65532), /pointer out of bounds of memory/);
  assert.throws(() => pair(-8), /pointer out of bounds of memory/);
});

test('lists are checked for alignment, bounds and size, also empty ones', () => {
  const lists = (element, address, length, limits = {}) => {
    const b = new PlanBuilder();
    Object.assign(b.plan.limits, limits);
    const m = b.module(`(module (memory (export "memory") 1)
      (func (export "f") (result i32) (i32.store (i32.const 8) (i32.const ${address})) (i32.store (i32.const 12) (i32.const ${length})) i32.const 8))`);
    b.exportFunc('f', b.func({}, list(element)), m, 'f', b.options({ memory: b.extract('memory', m, 'memory') }));
    return b.instantiate().exports.f();
  };
  assert.equal(lists('u32', 65536, 0).length, 0);
  for (const element of ['u32', 'char']) {
    assert.throws(() => lists(element, 2, 0), /list pointer is not aligned/);
    assert.throws(() => lists(element, 65540, 0), /list pointer\/length out of bounds of memory/);
    assert.throws(() => lists(element, 65532, 2), /list pointer\/length out of bounds of memory/);
    assert.throws(() => lists(element, 0, -1), /list pointer\/length out of bounds of memory/);
    assert.throws(() => lists(element, 0, 3, { listBytes: 8 }), /list pointer\/length out of bounds of memory/);
  }
  assert.throws(() => lists({ kind: 'enum', names: ['a', 'b'] }, 8, 1), /invalid variant discriminant: discriminant 8 out of range \[0\.\.2\)/);
});

/**
 * A component that records its may-leave flag and first context slot in realloc (then setting the slot to 5), in the
 * callee (setting it to 9) and in post-return, and calls the import `h` where `when` says.
 */
function observed(when) {
  const b = new PlanBuilder();
  addRuntime(b);
  const none = b.func({}, null);
  const lowered = b.lower(b.importFunc('h', none), none, b.options());
  const note = (at) => `(i32.store (i32.const ${at}) (global.get $may)) (i32.store (i32.const ${at + 4}) (global.get $context))`;
  const m = b.module(
    `(module (import "" "may" (global $may (mut i32))) (import "" "context" (global $context (mut i32))) (import "" "h" (func $h))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        ${note(32)} (global.set $context (i32.const 5)) ${when === 'realloc' ? '(call $h)' : ''} i32.const 256)
      (func (export "f") (param i32 i32) (result i32)
        ${note(40)} (global.set $context (i32.const 9)) ${when === 'call' ? '(call $h)' : ''} i32.const 16)
      (func (export "after") (param i32)
        (if (i32.ne (local.get 0) (i32.const 16)) (then unreachable))
        ${note(48)} ${when === 'post-return' ? '(call $h)' : ''})
      (func (export "notes") (result i32)
        (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 6)) i32.const 0))`,
    [runtime('may_leave'), runtime('context0'), lowered],
  );
  const memory = b.extract('memory', m, 'memory');
  const options = b.options({ memory, realloc: b.extract('realloc', m, 'realloc'), postReturn: b.extract('postReturn', m, 'after') });
  b.exportFunc('f', b.func({ s: 'string' }, 'string'), m, 'f', options);
  b.exportFunc('notes', b.func({}, list('u32')), m, 'notes', b.options({ memory }));
  return b;
}

test('realloc and post-return may not call out; realloc has empty context slots, post-return the callee\'s', () => {
  const { f, notes } = observed('never').instantiate({ h() {} }).exports;
  f('abc');
  f('abc');
  assert.deepEqual([...notes()], [0, 0, 1, 0, 0, 9]);
});

test('calling out while it is not allowed traps', () => {
  for (const when of ['realloc', 'post-return']) {
    const { f } = observed(when).instantiate({ h: () => assert.fail('was called') }).exports;
    assert.throws(() => f('abc'), /^Trap: cannot leave component instance \(import h, called by root\)/);
  }
  let called = false;
  observed('call').instantiate({ h: () => void (called = true) }).exports.f('abc');
  assert.ok(called);
});

test('a realloc that traps ends the component', () => {
  const b = new PlanBuilder();
  const m = b.module('(module (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable) (func (export "f") (param i32 i32)))');
  b.exportFunc('f', b.func({ s: 'string' }, null), m, 'f', b.options({ memory: b.extract('memory', m, 'memory'), realloc: b.extract('realloc', m, 'realloc') }));
  const { f } = b.instantiate().exports;
  assert.throws(() => f(5), TypeError);
  assert.throws(() => f('x'), /^Trap: unreachable.*\(export f of root\)/);
  assert.throws(() => f('x'), /cannot enter component instance/);
});
