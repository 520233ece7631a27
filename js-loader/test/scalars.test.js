/** Numbers, booleans and characters, at the edges of their ranges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanBuilder } from './support/plan.js';

const CORE = { s64: 'i64', u64: 'i64', f32: 'f32', f64: 'f64' };

/** A component whose export `f` gives its parameter back, through core code that does not change it. */
function identity(kind) {
  const b = new PlanBuilder();
  const core = CORE[kind] ?? 'i32';
  const m = b.module(`(module (func (export "f") (param ${core}) (result ${core}) local.get 0))`);
  b.exportFunc('f', b.func({ v: kind }, kind), m, 'f', b.options());
  return b.instantiate().exports.f;
}

/** A component whose export `f` takes a core value and lifts it as `kind`. */
function lifter(kind, core) {
  const b = new PlanBuilder();
  const m = b.module(`(module (func (export "f") (param i32) (result ${core}) local.get 0))`);
  b.exportFunc('f', b.func({ v: 's32' }, kind), m, 'f', b.options());
  return b.instantiate().exports.f;
}

test('integers wrap modulo their width on the way in', () => {
  assert.equal(identity('u8')(0x1ff), 0xff);
  assert.equal(identity('s8')(0xff), -1);
  assert.equal(identity('u16')(-1), 0xffff);
  assert.equal(identity('s16')(0x8000), -0x8000);
  assert.equal(identity('u32')(-1), 0xffffffff);
  assert.equal(identity('s32')(0xffffffff), -1);
  assert.equal(identity('u64')(-1n), 2n ** 64n - 1n);
  assert.equal(identity('s64')(2n ** 63n), -(2n ** 63n));
  assert.equal(identity('u64')(7), 7n);
});

test('integers are truncated and extended on the way out', () => {
  assert.equal(lifter('u8', 'i32')(0x1ff), 0xff);
  assert.equal(lifter('s8', 'i32')(0x180), -128);
  assert.equal(lifter('u16', 'i32')(0x1ffff), 0xffff);
  assert.equal(lifter('s16', 'i32')(0x18000), -0x8000);
  assert.equal(lifter('u32', 'i32')(-2), 0xfffffffe);
});

test('any bits but zero are true', () => {
  assert.equal(lifter('bool', 'i32')(2), true);
  assert.equal(lifter('bool', 'i32')(0), false);
  assert.equal(identity('bool')('yes'), true);
});

test('floats', () => {
  assert.equal(identity('f64')(0.1), 0.1);
  assert.equal(identity('f32')(0.1), Math.fround(0.1));
  assert.ok(Number.isNaN(identity('f64')(Number.NaN)));
  assert.ok(Object.is(identity('f32')(-0), -0));
});

test('a char is exactly one Unicode scalar value', () => {
  const f = identity('char');
  assert.equal(f('a'), 'a');
  assert.equal(f('😀'), '😀');
  for (const wrong of ['', 'ab', '\ud800', '\udfff', 7, undefined]) assert.throws(() => f(wrong), TypeError);
  assert.equal(f('ä'), 'ä', 'a wrong argument leaves the component usable');
  for (const wrong of [0xd800, 0xdfff, 0x110000, -1]) {
    assert.throws(() => lifter('char', 'i32')(wrong), /invalid `char` bit pattern/);
  }
});

test('every number of parameters reaches the guest in order', () => {
  for (let n = 0; n <= 6; n++) {
    const b = new PlanBuilder();
    const names = Array.from({ length: n }, (_, i) => `p${i}`);
    const digits = names.map((_, i) => `i32.const 10 i32.mul local.get ${i} i32.add`).join(' ');
    const m = b.module(`(module (func (export "f") ${'(param i32)'.repeat(n)} (result i32) i32.const 0 ${digits}))`);
    b.exportFunc('f', b.func(Object.fromEntries(names.map((name) => [name, 'u32'])), 'u32'), m, 'f', b.options());
    const { f } = b.instantiate().exports;
    assert.equal(f(...names.map((_, i) => i + 1)), Number('123456'.slice(0, n) || 0));
  }
});

test('no result is undefined', () => {
  const b = new PlanBuilder();
  const m = b.module('(module (func (export "f") (param i32)))');
  b.exportFunc('f', b.func({ v: 's32' }, null), m, 'f', b.options());
  assert.equal(b.instantiate().exports.f(1), undefined);
});
