/** What bindings do faster than the loader alone: the same values, and the same errors. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assemble } from './support/plan.js';
import { buildComponent, withBuilt } from './support/corefuse.js';

/** Both paths. @type {Record<string, (use: (make: () => Promise<any>) => Promise<void>) => Promise<void>>} */
const PATHS = {
  generic: async (use) => {
    const { compiled } = buildComponent('values');
    await use(async () => (await compiled.instantiate({})).exports);
  },
  bindings: (use) => withBuilt('values', [], async (load) => use(async () => (await (await load()).instantiate()).exports)),
  'bindings where engines lack multi-memory': (use) =>
    withBuilt('values', [], async (load) => {
      const { Module } = WebAssembly;
      let isRefused = false;
      const refuse = function (/** @type {Uint8Array} */ bytes) {
        if (Buffer.from(bytes).includes('fc0a0100', 'hex')) {
          isRefused = true;
          throw new WebAssembly.CompileError('multiple memories');
        }
        return new Module(/** @type {any} */ (bytes));
      };
      await use(async () => {
        const { compile } = await load();
        const compiled = await compile();
        WebAssembly.Module = /** @type {any} */ (refuse);
        try {
          return compiled.instantiateSync({}).exports;
        } finally {
          WebAssembly.Module = Module;
          assert.ok(isRefused);
        }
      });
    }),
};

for (const [path, withPath] of Object.entries(PATHS)) {
  test(`texts of all lengths and kinds (${path})`, async () => {
    await withPath(async (make) => {
      const { echo } = await make();
      const long = 'sixteen bytes ok'.repeat(5);
      for (let length = 0; length <= 70; length++) {
        for (const end of ['', 'é', '€', '\u{1f600}', '\ud800', '\udc00x']) {
          const text = long.slice(0, length) + end;
          assert.equal(echo(text), text.toWellFormed());
        }
      }
      for (const unit of ['a', 'é', '€', '\ud800']) {
        for (const length of [1024, 65535, 65536, 65537]) {
          const text = unit.repeat(length);
          assert.equal(echo(text), text.toWellFormed());
        }
      }
      for (const wrong of [undefined, null, 1, {}, Object('a')]) assert.throws(() => echo(wrong), /parameter `text`: expected a string/);
      assert.equal(echo('still there'), 'still there');
    });
  });

  test(`where realloc says text and bytes go is checked (${path})`, async () => {
    await withPath(async (make) => {
      for (const [name, value] of /** @type {[string, any][]} */ ([['echo', 'ab'], ['echo', 'four'], ['echo', 'seventy'], ['echo', 'a'.repeat(100)], ['echo', ''], ['same', new Uint8Array(2)]])) {
        const exports = await make();
        exports.break(1);
        assert.throws(() => exports[name](value), /realloc return: beyond end of memory/);
        assert.throws(() => exports[name](value), /it trapped before/);
      }
    });
  });

  test(`long texts are written in place and the memory for them grows at most once (${path})`, async () => {
    await withPath(async (make) => {
      const { echo, calls } = await make();
      calls();
      for (const [text, ...sizes] of /** @type {[string, ...number[]][]} */ ([
        ['é'.repeat(16383), 0, 32766],
        ['a'.repeat(20000), 0, 20000],
        ['é'.repeat(20000), 0, 20000, 20000, 60000, 60000, 40000],
        ['€'.repeat(20000), 0, 20000, 20000, 60000],
        [`${'a'.repeat(20000)}\ud800`, 0, 20001, 20001, 60003, 60003, 20003],
        [`${'a'.repeat(19999)}\u{1f600}`, 0, 20001, 20001, 60003, 60003, 20003],
      ])) {
        assert.equal(echo(text), text.toWellFormed());
        assert.deepEqual([...calls()], sizes);
      }
      for (const n of [1, 2, 3]) {
        const exports = await make();
        exports.break(n);
        assert.throws(() => exports.echo('é'.repeat(20000)), /realloc return: beyond end of memory/);
      }
    });
  });

  test(`bytes (${path})`, async () => {
    await withPath(async (make) => {
      const { same } = await make();
      const bytes = Uint8Array.of(1, 2, 255);
      for (const like of [bytes, Buffer.from(bytes), [1, 2, 255], [257, 258, -1], new Int8Array([1, 2, -1]), new Set([1, 2, 255])]) {
        const result = same(like);
        assert.equal(result.constructor, Uint8Array);
        assert.deepEqual(result, bytes);
        assert.equal(result.buffer.byteLength, 3);
      }
      assert.deepEqual(same(bytes.subarray(1, 2)), Uint8Array.of(2));
      assert.deepEqual(same([]), new Uint8Array());
      assert.throws(() => same(7), /parameter `bytes`: expected an array/);
    });
  });

  test(`lists of records (${path})`, async () => {
    await withPath(async (make) => {
      const { sum } = await make();
      const callable = Object.assign(() => 0, { x: 3, y: 0.5 });
      class Point {
        x = 1;
        get y() {
          return 2;
        }
      }
      const hidden = new Proxy({}, { get: () => 1, has: () => false });
      assert.equal(sum([]), 0);
      assert.equal(sum([{ x: 1, y: 0.25 }, callable, new Point(), hidden]), 9.75);
      for (const wrong of [undefined, null, 'text', 1, 1n, true, Symbol('s')]) {
        assert.throws(() => sum([{ x: 1, y: 1 }, wrong]), { name: 'TypeError', message: /parameter `points`: expected an object, got / });
      }
      assert.throws(() => sum([{ x: 1 }]), /parameter `points`: .*field `y`/);
      assert.throws(() => sum([{ y: 1 }]), /parameter `points`: .*field `x`/);
      const mistake = new RangeError('a getter of the host');
      assert.throws(() => sum([{ x: 1, get y() { throw mistake; } }]), mistake);
      const list = [{ x: 1, y: 1 }, { x: 2, y: 2 }];
      assert.throws(() => sum(Object.defineProperty([...list], 0, { get() { throw mistake; } })), mistake);
      assert.equal(sum(list), 6);
    });
  });
}

test('the code that writes texts is the assembled form of its comment', () => {
  const source = readFileSync(new URL('../src/text-writer.js', import.meta.url), 'utf8');
  const [, comment] = /```wat\n([^]*?) \* ```/.exec(source);
  const [, code] = /const PUT =\n([^;]*);/.exec(source);
  const hex = code.replace(/[^0-9a-f]/g, '');
  // Behind the code are names.
  assert.ok(Buffer.from(assemble(comment.replace(/^ \* ?/gm, ''))).toString('hex', 8).startsWith(hex));
});
