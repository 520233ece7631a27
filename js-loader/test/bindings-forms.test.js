/** Generated bindings in each of their forms, as users import them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBuilt } from './support/corefuse.js';

/** What `world.wat` imports, as modules of an application. */
const MODULES = {
  'get-number.js': 'export default () => 41;',
  'numbers.js': 'export const numbers = { next: (after) => after + 1 };',
};
const MAP = ['--map', 'get-number=./get-number.js', '--map', 'test:host/*=./numbers.js#*'];

/** @param {string} folder */
function writeModules(folder) {
  for (const [name, text] of Object.entries(MODULES)) writeFileSync(join(folder, name), text);
}

/** @param {any} world what users see of `world.wat` */
function checkWorld(world) {
  assert.equal(world.sum(), 42);
  assert.equal(world.delete('four'), 4);
  assert.equal(world.words, world['test:world/words@1.0.0']);
  assert.equal(world.words.greeting(), 'hello');
  const box = new world.Box(7);
  assert.equal(box.content(), 7);
  box[Symbol.dispose]();
  assert.throws(() => box.content(), TypeError);
}

const IMPORTS = { getNumber: () => 41, 'test:host/numbers': { next: (/** @type {number} */ after) => after + 1 } };

test('--esm: imports are import statements, exports are the component\'s', async () => {
  await withBuilt('world', ['--esm', ...MAP], async (load, folder) => {
    writeModules(folder);
    const world = await load();
    checkWorld(world);
    assert.deepEqual(Object.keys(world).sort(), ['Box', 'delete', 'sum', 'test:world/words@1.0.0', 'words']);
  });
});

test('--esm: a module that is missing is named by the engine', async () => {
  await withBuilt('world', ['--esm', ...MAP], async (load) => {
    await assert.rejects(load(), /get-number\.js/);
  });
});

test('--inline: one file that needs nothing', async () => {
  await withBuilt('world', ['--inline'], async (load, folder) => {
    assert.deepEqual(readdirSync(folder).sort(), ['node_modules', 'world.d.ts', 'world.js']);
    rmSync(join(folder, 'node_modules'), { recursive: true });
    const { ComponentError, LinkError, PlanError, Trap, compile, instantiate } = await load();
    checkWorld((await instantiate(IMPORTS)).exports);
    const compiled = await compile();
    checkWorld((await compiled.instantiate(IMPORTS)).exports);
    checkWorld(compiled.instantiateSync(IMPORTS).exports);
    await assert.rejects(instantiate({}), LinkError);
    await assert.rejects(instantiate(IMPORTS, { getModule: () => new Uint8Array(8) }), PlanError);
    assert.ok(new Trap('rule') instanceof WebAssembly.RuntimeError);
    assert.equal(new ComponentError('why').payload, 'why');
  });
});

test('--inline --esm: one file beside what it imports', async () => {
  await withBuilt('world', ['--inline', '--esm', ...MAP], async (load, folder) => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    writeModules(folder);
    const world = await load();
    checkWorld(world);
    assert.equal(new world.ComponentError('why').payload, 'why');
  });
});

test('--inline: nothing is evaluated, and nothing fetched', async () => {
  await withBuilt('world', ['--inline'], async (load, folder) => {
    const text = readFileSync(join(folder, 'world.js'), 'utf8');
    assert.doesNotMatch(text, /\beval\(|new Function|^import |\bimport[(.]/m);
  });
});

for (const options of [[], ['--inline']]) {
  // As in a program for jco's `--instantiation async`, or `sync`: https://bytecodealliance.github.io/jco/transpiling.html
  test(`jco's form of instantiate ${options}`, async () => {
    await withBuilt('world', options, async (load, folder) => {
      const { instantiate } = await load();
      const isInline = options.length > 0;
      const compiled = isInline ? modulesOf(folder) : (/** @type {string} */ file) => new WebAssembly.Module(readFileSync(join(folder, file)));
      const compileLater = async (/** @type {string} */ file) => compiled(file);
      const core = (/** @type {any} */ module, /** @type {any} */ imports) => new WebAssembly.Instance(module, imports);

      checkWorld(await instantiate(compileLater, IMPORTS));
      checkWorld(await instantiate(undefined, IMPORTS));
      checkWorld(await instantiate(compileLater, IMPORTS, WebAssembly.instantiate));
      checkWorld(await instantiate(compiled, IMPORTS, WebAssembly.instantiate));
      checkWorld(await instantiate(compileLater, IMPORTS, core));
      checkWorld(await instantiate(null, IMPORTS, core));
      checkWorld(instantiate(compiled, IMPORTS, core));

      assert.throws(() => instantiate(compiled, {}, core), { name: 'LinkError' });
      await assert.rejects(instantiate(compileLater, {}, core), { name: 'LinkError' });
      await assert.rejects(instantiate(compiled, IMPORTS, () => Promise.reject(new WebAssembly.LinkError('no'))), /world\.[a-z0-9]+\.wasm: no/);
      const refuse = () => {
        throw new RangeError('too deep');
      };
      assert.throws(() => instantiate(compiled, IMPORTS, refuse), /too deep/);
    });
  });
}

/**
 * The modules in a file made by `--inline`.
 *
 * @param {string} folder
 */
function modulesOf(folder) {
  const text = readFileSync(join(folder, 'world.js'), 'utf8');
  const found = new Map(Array.from(text.matchAll(/'(world\.\w+\.wasm)': '([^']+)'/g), ([, file, base64]) => [file, Buffer.from(base64, 'base64')]));
  return (/** @type {string} */ file) => new WebAssembly.Module(found.get(file));
}
