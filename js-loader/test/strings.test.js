/** Strings in each encoding, read and written, with what is malformed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanBuilder } from './support/plan.js';
import { realloc } from './support/echo.js';

/**
 * A component of which `lift(address, length)` lifts a string from a memory of one page that holds `bytes` at 16, and
 * `lower(text)` gives what the guest sees: address, length and calls of realloc.
 */
function strings(encoding, bytes = [], limits = {}) {
  const b = new PlanBuilder();
  Object.assign(b.plan.limits, limits);
  const content = bytes.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  const m = b.module(`(module
    (memory (export "memory") 1) (data (i32.const 16) "${content}")
    ${realloc('i32')}
    (func (export "lift") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) i32.const 0)
    (func (export "lower") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1))
      (i32.store (i32.const 8) (global.get $calls)) i32.const 0))`);
  const options = b.options({ encoding, memory: b.extract('memory', m, 'memory'), realloc: b.extract('realloc', m, 'realloc') });
  b.exportFunc('lift', b.func({ at: 'u32', length: 'u32' }, 'string'), m, 'lift', options);
  b.exportFunc('lower', b.func({ s: 'string' }, { kind: 'tuple', types: ['u32', 'u32', 'u32'] }), m, 'lower', options);
  const compiled = b.compile();
  const { lift, lower } = compiled.instantiateSync().exports;
  return { lift: (...args) => compiled.instantiateSync().exports.lift(...args), lower, lifts: lift };
}

const bytesOf = (text) => [...new TextEncoder().encode(text)];
const units = (...codes) => codes.flatMap((code) => [code & 0xff, code >> 8]);

test('utf8: what is no UTF-8 traps, short or long', () => {
  const prefix = bytesOf('x'.repeat(40));
  for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82]]) {
    assert.throws(() => strings('utf8', wrong).lift(16, wrong.length), /invalid utf-8/);
    const long = [...prefix, ...wrong];
    assert.throws(() => strings('utf8', long).lift(16, long.length), /invalid utf-8/);
  }
  assert.throws(() => strings('utf8', [0xc3]).lift(16, 1), /incomplete utf-8 byte sequence/);
  assert.equal(strings('utf8', bytesOf('\ufeffé')).lift(16, 5), '\ufeffé');
});

test('utf16: unpaired surrogates trap, short or long', () => {
  const prefix = units(...Array(40).fill(0x78));
  for (const wrong of [units(0xd800), units(0xdc00), units(0xdc00, 0xd800), units(0xd800, 0x78)]) {
    assert.throws(() => strings('utf16', wrong).lift(16, wrong.length / 2), /invalid utf-16/);
    const long = [...prefix, ...wrong];
    assert.throws(() => strings('utf16', long).lift(16, long.length / 2), /invalid utf-16/);
  }
  assert.equal(strings('utf16', units(0xd83d, 0xde00)).lift(16, 2), '😀');
});

test('latin1+utf16: every byte is a character, and the tag says which form it is', () => {
  const bytes = Array.from({ length: 256 }, (_, i) => i);
  assert.equal(strings('latin1+utf16', bytes).lift(16, 256), String.fromCharCode(...bytes));
  assert.equal(strings('latin1+utf16', units(0x65e5, 0x672c)).lift(16, 0x80000002), '日本');
  assert.throws(() => strings('latin1+utf16', units(0xd800)).lift(16, 0x80000001), /invalid utf-16/);
});

test('pointers are checked even for empty strings', () => {
  for (const encoding of ['utf8', 'utf16', 'latin1+utf16']) {
    const { lifts } = strings(encoding);
    assert.equal(lifts(65536, 0), '');
    assert.throws(() => strings(encoding).lift(65538, 0), /string pointer\/length out of bounds of memory/);
    assert.throws(() => strings(encoding).lift(65534, 4), /string pointer\/length out of bounds of memory/);
    assert.throws(() => strings(encoding).lift(16, 0x7fffffff), /string pointer\/length out of bounds of memory/);
  }
  assert.throws(() => strings('utf16').lift(1, 0), /string pointer not aligned to 2/);
  assert.throws(() => strings('latin1+utf16').lift(1, 0), /string pointer not aligned to 2/);
  assert.throws(() => strings('latin1+utf16').lift(1, 0x80000000), /string pointer not aligned to 2/);
});

test('the limit on bytes holds both ways', () => {
  const limits = { stringBytes: 8 };
  assert.equal(strings('utf8', bytesOf('12345678'), limits).lift(16, 8), '12345678');
  assert.throws(() => strings('utf8', [], limits).lift(16, 9), /string pointer\/length out of bounds of memory/);
  assert.throws(() => strings('utf16', [], limits).lift(16, 5), /string pointer\/length out of bounds of memory/);
  for (const [encoding, fits, large] of [['utf8', 'éééé', 'ééééé'], ['utf16', 'abcd', 'abcde'], ['latin1+utf16', 'abcdefgh', 'abcdefghi'], ['latin1+utf16', '日本日本', '日本日本日']]) {
    const { lower } = strings(encoding, [], limits);
    lower(fits);
    assert.throws(() => lower(large), RangeError);
    lower(fits);
  }
});

test('one realloc of exactly the bytes needed, also for nothing; long UTF-8 is in short-cuts.test.js', () => {
  for (const [encoding, align, cases] of [
    ['utf8', 1, [['', 0], ['abc', 3], ['zoë', 4], ['x'.repeat(1000), 1000], ['é'.repeat(1000), 2000], ['日'.repeat(16000), 48000], ['\ud800', 3]]],
    ['utf16', 2, [['', 0], ['abc', 6], ['é'.repeat(1000), 2000], ['😀', 4]]],
    ['latin1+utf16', 2, [['', 0], ['abc', 3], ['ÿ'.repeat(1000), 1000], ['Ā', 2], ['aĀ', 4]]],
  ]) {
    const { lower } = strings(encoding);
    let end = 64;
    let calls = 0;
    for (const [text, bytes] of cases) {
      const at = Math.ceil(end / align) * align;
      const length = encoding === 'utf8' ? bytes : encoding === 'utf16' ? text.length : text.length === bytes ? bytes : (0x80000000 | text.length) >>> 0;
      assert.deepEqual(lower(text), [at, length, ++calls]);
      end = at + bytes;
    }
  }
});
