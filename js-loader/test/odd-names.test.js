/** Names that mean something in JavaScript are names like any other: as exports, members of classes and classes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildComponent, withBuilt } from './support/corefuse.js';

/** @param {any} exports of `odd-names.wat` */
function check(exports) {
  const { then, constructor, await: wait, default: standard, toString, hasOwnProperty, undefined: nothing } = exports;
  for (const seven of [then, constructor, wait, standard, toString, hasOwnProperty, nothing, exports.instantiate, exports.new, exports.object]) assert.equal(seven(), 7);
  const [one, two] = ['1.0.0', '2.0.0'].map((version) => exports[`odd:names/object@${version}`]);
  const object = new one.Object(5);
  assert.equal(one.repOf(object), 5);
  assert.equal(object.then(), 5);
  assert.equal(object.constructor(), 5);
  assert.equal(one.Object.length(3), 3);
  assert.equal(one.Map.constructor(4), 4);
  assert.ok(object instanceof one.Object, 'its prototype is its own');
  assert.throws(() => two.repOf(object), /expected a Object of this instance/);
  assert.ok(new one.Map(1) instanceof one.Map && !(new one.Error(1) instanceof Error));
}

test('without bindings', async () => {
  const { exports, getFunc } = await buildComponent('odd-names').compiled.instantiate();
  check(exports);
});

test('a static function that no class can have is there for `getFunc`', async () => {
  const instance = await buildComponent('odd-names').compiled.instantiate();
  assert.equal(instance.getFunc('odd:names/object@1.0.0', '[static]object.prototype')?.(4), 4);
});

test('with bindings; what would look like a promise is refused instead of waited for', async () => {
  await withBuilt('odd-names', [], async (load) => {
    const { instantiate } = await load();
    check((await instantiate()).exports);
    const core = (/** @type {any} */ module, /** @type {any} */ imports) => new WebAssembly.Instance(module, imports);
    for (const instantiateCore of [undefined, core, WebAssembly.instantiate]) {
      await assert.rejects(instantiate(null, {}, instantiateCore), /exports `then`, which `await` would call: use `instantiate\(imports\)`/);
    }
  });
});

for (const options of [['--esm'], ['--esm', '--inline']]) {
  test(`as a module: ${options.join(' ')}`, async () => {
    await withBuilt('odd-names', options, async (load, folder) => {
      // With a `then`, what `import()` gives cannot be awaited; an import statement can have it.
      const { default: exports } = await import(`data:text/javascript,import * as all from 'file://${folder}/odd-names.js'; export default { ...all };`);
      check(exports);
    });
  });
}
