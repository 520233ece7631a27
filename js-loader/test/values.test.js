/** Compound values through a real component: what JavaScript gives and gets for each WIT type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatEcho, memoryEcho } from './support/echo.js';

const record = (fields) => ({ kind: 'record', fields });
const option = (some) => ({ kind: 'option', some });
const tuple = (...types) => ({ kind: 'tuple', types });
const list = (element) => ({ kind: 'list', element });

const shape = {
  kind: 'variant',
  cases: { dot: null, circle: 'f32', 'big-number': 'u64', label: 'string', both: tuple('f64', 's8'), wide: tuple('u32', 'f32') },
};

/** Types, and values of them; a pair where the value comes back in another form. */
const CASES = [
  ['string', ['', 'abc', 'ÿĀ', '日本', '😀 ok', '\ufeffx', 'a\0b', 'x'.repeat(23), 'x'.repeat(64), 'é'.repeat(100), '日'.repeat(5000), ['\ud800', '\ufffd'], ['a\udc00b', 'a\ufffdb']]],
  [list('u8'), [new Uint8Array([1, 2]), [[1, 300], new Uint8Array([1, 44])], [[], new Uint8Array()]]],
  [list('s16'), [[[1, -2], new Int16Array([1, -2])]]],
  [list('u32'), [[new Set([7]), new Uint32Array([7])], [{ length: 2, 0: 5 }, new Uint32Array([5, 0])]]],
  [list('u64'), [new BigUint64Array([5n]), [[1, -1n], new BigUint64Array([1n, 2n ** 64n - 1n])]]],
  [list('f32'), [new Float32Array([0.5])]],
  [list('f64'), [[[1, 2.5], new Float64Array([1, 2.5])]]],
  [list('bool'), [[[true, false], [true, false]]]],
  [list('char'), [[['a', '😀'], ['a', '😀']]]],
  [list('string'), [[['a', 'bc'], ['a', 'bc']]]],
  [list(list('s64')), [[[[1n], []], [new BigInt64Array([1n]), new BigInt64Array()]]]],
  [{ kind: 'fixedList', element: 'u16', length: 3 }, [[new Uint16Array([1, 2, 3]), [1, 2, 3]]]],
  [{ kind: 'map', key: 'string', value: 'u16' }, [new Map([['a', 1], ['b', 2]]), new Map()]],
  [{ kind: 'map', key: 'u8', value: 'u64' }, [new Map([[1, 2n]])]],
  [tuple('u8', 'u64', 'string'), [[[1, 2n, 'x'], [1, 2n, 'x']]]],
  [record({ a: 'u8', 'long-name': 'f64', HTTP: 'bool' }), [{ a: 1, longName: 0.5, http: true }]],
  [record({ 'maybe-it': option('u32'), s: 'string' }), [{ maybeIt: 3, s: '' }, [{ s: 'x' }, { maybeIt: undefined, s: 'x' }]]],
  [{ kind: 'flags', names: ['read', 'write-it'] }, [{ read: true, writeIt: false }, [{}, { read: false, writeIt: false }], [null, { read: false, writeIt: false }]]],
  [{ kind: 'flags', names: Array.from({ length: 32 }, (_, i) => `f${i}`) }, [[{ f31: true }, Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`f${i}`, i === 31]))]]],
  [{ kind: 'enum', names: ['red', 'dark-green'] }, ['red', 'dark-green']],
  [{ kind: 'enum', names: Array.from({ length: 257 }, (_, i) => `c${i}`) }, ['c0', 'c256']],
  [shape, [{ tag: 'dot' }, { tag: 'circle', val: 0.5 }, { tag: 'big-number', val: 2n ** 63n }, { tag: 'label', val: 'é' }, { tag: 'both', val: [0.1, -7] }, { tag: 'wide', val: [4294967295, 0.25] }]],
  [option('string'), ['x', undefined, [null, undefined]]],
  [option(option('u8')), [[undefined, { tag: 'none' }], { tag: 'some', val: 3 }, [{ tag: 'some' }, { tag: 'some', val: undefined }]]],
  [option(option(option('u8'))), [{ tag: 'some', val: { tag: 'some', val: 1 } }, { tag: 'some', val: { tag: 'none' } }]],
  [{ kind: 'result', ok: 'u8', err: 'string' }, [{ tag: 'ok', val: 1 }, { tag: 'err', val: 'no' }]],
  [{ kind: 'result', ok: null, err: null }, [{ tag: 'ok' }, { tag: 'err' }]],
  [{ kind: 'result', ok: 'f32', err: 'u64' }, [{ tag: 'ok', val: 1.5 }, { tag: 'err', val: 3n }]],
  [tuple(...Array(17).fill('u32')), [[Array.from({ length: 17 }, (_, i) => i), Array.from({ length: 17 }, (_, i) => i)]]],
  [record({ a: tuple(...Array(10).fill('u8')), b: tuple(...Array(10).fill('u16')) }), [{ a: Array(10).fill(1), b: Array(10).fill(2) }]],
];

for (const pointer of hasMemory64() ? [32, 64] : [32]) {
  for (const encoding of ['utf8', 'utf16', 'latin1+utf16']) {
    test(`every type comes back unchanged: ${pointer} bits, ${encoding}`, () => {
      for (const [type, values] of CASES) {
        const throughMemory = memoryEcho(type, { pointer, encoding });
        const throughFlat = flatEcho(type, { pointer, encoding });
        for (const value of values) {
          const isPair = Array.isArray(value);
          const [given, expected] = isPair ? value : [value, value];
          const note = `${JSON.stringify(type)} ${pointer} ${encoding}`;
          assert.deepEqual(unpack(throughMemory([given])), expected, note);
          assert.deepEqual(throughFlat(given), expected, note);
        }
      }
    });
  }
}

/** The only element of a list, which is a typed array for some element types. */
function unpack(value) {
  assert.equal(value.length, 1);
  return value[0];
}

function hasMemory64() {
  return WebAssembly.validate(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 4, 0]));
}

const WRONG = [
  ['string', [1, undefined, null, ['a']], /expected a string/],
  [list('u8'), [undefined, null, 5, 'abc', {}, new DataView(new ArrayBuffer(4)), new ArrayBuffer(4)], /expected an array/],
  [{ kind: 'fixedList', element: 'u8', length: 2 }, [[1], [1, 2, 3], undefined], /expected an array/],
  [{ kind: 'map', key: 'u8', value: 'u8' }, [{}, [[1, 2]], undefined], /expected a Map/],
  [tuple('u8', 'u8'), [[1], [1, 2, 3], 'ab'], /expected an array of 2/],
  [record({ a: 'u8', b: option('u8') }), [{}, { b: 1 }], /field `a`: expected a value, got undefined/],
  [record({ a: 'u8' }), [undefined, 1, 'x'], /expected an object/],
  [{ kind: 'flags', names: ['a'] }, [1, 'a', true], /expected an object of flags \(a\)/],
  [{ kind: 'enum', names: ['red', 'blue'] }, ['green', undefined, 0], /expected one of "red", "blue"/],
  [shape, [{ tag: 'square' }, {}, undefined, 'dot'], /expected an object whose `tag` is one of "dot", "circle"/],
  [{ kind: 'result', ok: null, err: null }, [{ tag: 'maybe' }, undefined], /one of "ok", "err"/],
];

test('values of the wrong form are TypeErrors that say where, and leave the component usable', () => {
  for (const [type, values, message] of WRONG) {
    const throughMemory = memoryEcho(type);
    const throughFlat = flatEcho(type);
    for (const value of values) {
      for (const call of [() => throughFlat(value), () => throughMemory([value])]) {
        assert.throws(call, (error) => {
          assert.ok(error instanceof TypeError);
          assert.match(error.message, /^export f of root: parameter `v`: (field `\w+`: )?expected /);
          assert.match(error.message, message);
          return true;
        });
      }
    }
    assert.equal(throughMemory([]).length, 0);
  }
});

test('a list longer than the memory makes it grow', () => {
  const echo = memoryEcho('u32');
  const values = Uint32Array.from({ length: 200_000 }, (_, i) => i * 7);
  assert.deepEqual(echo(values), values);
  assert.deepEqual(echo(values), values);
});
