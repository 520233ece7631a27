/** Calls both ways: where parameters and results travel, how results and errors are told apart, and host functions that do not fit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComponentError, Trap } from '../src/node.js';
import { PlanBuilder } from './support/plan.js';
import { realloc } from './support/echo.js';

/**
 * A component whose export `f` passes its parameters and result on to the import `h` of the same type, through memory
 * where it must.
 */
function forwarder(params, result, { postReturn = false } = {}) {
  const b = new PlanBuilder();
  const allocator = b.module(`(module (memory (export "memory") 1) ${realloc('i32')} (func (export "after") (param i32)) (func (export "after-flat") (param i32)))`);
  const memory = b.extract('memory', allocator, 'memory');
  const func = b.func(params, result);
  const { params: own, result: resultType } = b.plan.functions[func];
  const flatOf = (type) => b.plan.types[type].flat[0];
  const flat = own.flatMap(({ type }) => flatOf(type) ?? Array(17).fill('i32'));
  const core = flat.length > 16 ? ['i32'] : flat;
  const results = resultType === null ? [] : (flatOf(resultType) ?? [0, 0]);
  const isSpilled = results.length > 1;
  const shared = { memory, realloc: b.extract('realloc', allocator, 'realloc') };
  const lowered = b.lower(b.importFunc('h', func), func, b.options(shared));
  const m = b.module(
    `(module (import "" "h" (func $h (param ${core.join(' ')} ${isSpilled ? 'i32' : ''}) ${results.length === 1 ? `(result ${results[0]})` : ''}))
      (func (export "f") (param ${core.join(' ')}) (result ${isSpilled ? 'i32' : results.join(' ')})
        ${core.map((_, i) => `(local.get ${i})`).join(' ')} ${isSpilled ? '(i32.const 16)' : ''} (call $h) ${isSpilled ? '(i32.const 16)' : ''}))`,
    [lowered],
  );
  const after = postReturn ? b.extract('postReturn', allocator, 'after') : null;
  b.exportFunc('f', func, m, 'f', b.options({ ...shared, postReturn: after }));
  return (h) => b.instantiate({ h }).exports.f;
}

test('parameters and results, flat and through memory, both ways', () => {
  const seventeen = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`p${i}`, i % 2 ? 'u64' : 'u8']));
  const args = Array.from({ length: 17 }, (_, i) => (i % 2 ? BigInt(i) : i));
  let seen;
  assert.deepEqual(forwarder(seventeen, { kind: 'tuple', types: ['string', 'f64'] })((...given) => ((seen = given), ['ok', 0.5]))(...args), ['ok', 0.5]);
  assert.deepEqual(seen, args);
  const sixteen = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`p${i}`, 's16']));
  forwarder(sixteen, null)((...given) => void (seen = given))(...Array(16).fill(-3));
  assert.deepEqual(seen, Array(16).fill(-3));
  assert.equal(forwarder({ a: 'u64', b: 'f32', c: 'bool' }, 'u64')((a, b, c) => a + BigInt(b) + BigInt(c))(40n, 1, true), 42n);
});

const fallible = (ok, err) => ({ kind: 'result', ok, err });

test('results: ok is returned, err is thrown with its payload, after the guest cleaned up', () => {
  const call = forwarder({}, fallible('u32', 'string'), { postReturn: true });
  assert.equal(call(() => 7)(), 7);
  assert.throws(
    call(() => {
      throw new ComponentError('no luck');
    }),
    (error) => {
      assert.ok(error instanceof ComponentError);
      assert.equal(error.name, 'ComponentError');
      assert.equal(error.message, 'no luck');
      assert.equal(error.payload, 'no luck');
      assert.deepEqual(Object.keys(error), []);
      return true;
    },
  );
  const record = { kind: 'record', fields: { code: 'u8' } };
  assert.throws(
    forwarder({}, fallible(null, record))(() => {
      throw new ComponentError({ code: 3 });
    }),
    (error) => {
      assert.deepEqual(error.payload, { code: 3 });
      assert.match(error.message, /see error\.payload/);
      assert.deepEqual(Object.keys(error), ['payload']);
      return true;
    },
  );
});

test('results: what host functions may throw and return', () => {
  const call = forwarder({}, fallible('u32', 'string'));
  const throwing = (thrown) =>
    call(() => {
      throw thrown;
    });
  assert.throws(throwing('plain'), { name: 'ComponentError', payload: 'plain' });
  assert.throws(throwing(Object.assign(new Error('x'), { payload: 'own' })), { name: 'ComponentError', payload: 'own' });
  assert.throws(throwing({ payload: 'object' }), { name: 'ComponentError', payload: 'object' });
  assert.throws(throwing(new Error('a mistake')), /^Trap: host function threw: a mistake/);
  assert.throws(throwing(new TypeError('a mistake')), Trap);
  assert.equal(call(() => ({ tag: 'ok', val: 5 }))(), 5);
  assert.throws(call(() => ({ tag: 'err', val: 'told' })), { payload: 'told' });
  // Where ok values may have tags of their own, what is returned is the ok value.
  const tagged = forwarder({}, fallible({ kind: 'variant', cases: { ok: 'u8', err: 'u8' } }, null));
  assert.deepEqual(tagged(() => ({ tag: 'err', val: 1 }))(), { tag: 'err', val: 1 });
});

test('results inside other types are values', () => {
  const call = forwarder({}, { kind: 'tuple', types: [fallible('u8', 'u8')] });
  assert.deepEqual(call(() => [{ tag: 'err', val: 1 }])(), [{ tag: 'err', val: 1 }]);
});

test('a host function that returns what does not fit its type ends the component', () => {
  for (const [type, wrong] of [['string', 5], [{ kind: 'list', element: 'u8' }, null], ['u64', 'x'], ['char', 'ab'], [{ kind: 'enum', names: ['a'] }, 'b'], ['u32', Symbol('s')]]) {
    const f = forwarder({}, type)(() => wrong);
    assert.throws(f, (error) => error instanceof Trap && /^host function threw: /.test(error.message) && error.cause instanceof Error);
    assert.throws(f, /cannot enter component instance/);
  }
});

test('what does not fit is named where all parameters are scalars, too', () => {
  const f = forwarder({ a: 'u8', letter: 'char' }, 'char')((a, letter) => letter);
  assert.throws(() => f(1, 'ab'), { name: 'TypeError', message: 'export f of root: parameter `letter`: expected a string of one character, got "ab"' });
  assert.equal(f(1, 'b'), 'b');
});

test('a promise where no async function is meant is a mistake, not NaN', () => {
  for (const type of ['u32', 'bool', 'string', fallible('u8', null)]) {
    assert.throws(forwarder({}, type)(async () => 1), /it must not return a promise/);
  }
  forwarder({}, null)(async () => 1)();
});

test('surplus and missing arguments', () => {
  const option = forwarder({ a: 'u8', b: { kind: 'option', some: 'string' } }, 'u8')((a, b) => (b === undefined ? a : 0));
  assert.equal(option(3), 3);
  assert.equal(option(3, null, 'surplus'), 3);
  assert.throws(() => forwarder({ s: 'string' }, null)(() => {})(), /parameter `s`: expected a string, got undefined/);
});

test('reading an argument may run code, which cannot enter', () => {
  const call = forwarder({ r: { kind: 'record', fields: { a: 'u8' } } }, 'u8')((r) => r.a);
  let inner;
  const hostile = {
    get a() {
      try {
        call({ a: 1 });
      } catch (error) {
        inner = error;
      }
      return 4;
    },
  };
  assert.equal(call(hostile), 4);
  assert.match(String(inner), /cannot enter component instance/);
  const failing = {
    get a() {
      throw new Error('getter');
    },
  };
  assert.throws(() => call(failing), /^Error: getter$/);
  assert.equal(call({ a: 9 }), 9, 'the component is as it was');
});

test('a list that changes while it is read', () => {
  const call = forwarder({ l: { kind: 'list', element: 'string' } }, 'u32')((list) => list.length);
  const growing = ['a', 'b'];
  Object.defineProperty(growing, 0, {
    get() {
      growing.push('x');
      return 'a';
    },
  });
  assert.equal(call(growing), 2);
  const shrinking = ['a', 'b'];
  Object.defineProperty(shrinking, 0, {
    get() {
      shrinking.length = 1;
      return 'a';
    },
  });
  assert.throws(() => call(shrinking), /expected a string, got undefined/);
});
