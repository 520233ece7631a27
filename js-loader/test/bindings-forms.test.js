/** Generated bindings in each of their forms, as users import them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dispose } from '../src/resources.js';
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

const HOST = { host: { sleep: async (/** @type {number} */ n) => n + 1, shout: async (/** @type {string} */ s) => s } };

/** @param {any} exports of `async.wat`, as far as an engine without JSPI has them */
async function checkAsync(exports) {
  assert.equal(await exports.now(1), 2);
  assert.equal(await exports.sleepy(5), 6);
  const aborted = AbortSignal.abort();
  await assert.rejects(exports.forever({ signal: aborted }), { name: 'AbortError' });
  if ('promising' in WebAssembly) {
    assert.equal(await exports.sum([1, 2, 3]), 6n);
    const chunks = [];
    for await (const chunk of await exports.count(3)) chunks.push(...chunk);
    assert.deepEqual(chunks, [0, 1, 2]);
  }
}

/** Ends an instance, or all that jco's form gives of one. @param {any} given @param {any} exports */
async function checkDisposal(given, exports) {
  const call = exports.forever();
  given[dispose]();
  await assert.rejects(call, { message: 'the instance was disposed' });
  await assert.rejects(exports.now(1), { message: 'the instance was disposed' });
}

for (const options of [[], ['--inline']]) {
  test(`an asynchronous component ${options}`, async () => {
    await withBuilt('async', options, async (load, folder) => {
      if (options.length > 0) {
        assert.deepEqual(readdirSync(folder).sort(), ['async.d.ts', 'async.js', 'node_modules']);
        rmSync(join(folder, 'node_modules'), { recursive: true });
      }
      const { compile, instantiate } = await load();
      const modules = options.length > 0 ? modulesOf(folder) : (/** @type {string} */ file) => new WebAssembly.Module(readFileSync(join(folder, file)));
      const core = (/** @type {any} */ module, /** @type {any} */ imports) => new WebAssembly.Instance(module, imports);

      const instance = await instantiate(HOST);
      await checkAsync(instance.exports);
      await checkDisposal(instance, instance.exports);
      await checkAsync((await compile({ asyncExports: true })).instantiateSync(HOST).exports);
      for (const made of [instantiate(undefined, HOST), instantiate(modules, HOST, WebAssembly.instantiate), instantiate(modules, HOST, core)]) {
        const exports = await made;
        await checkAsync(exports);
        await checkDisposal(exports, exports);
      }
      await checkAsync(instantiate(modules, HOST, core));
    });
  });

  test(`an asynchronous component as a module: --esm ${options}`, async () => {
    await withBuilt('async', ['--esm', '--map', 'host=./host.js', ...options], async (load, folder) => {
      if (options.length > 0) rmSync(join(folder, 'node_modules'), { recursive: true });
      writeFileSync(join(folder, 'host.js'), 'export const sleep = async (n) => n + 1; export const shout = async (s) => s;');
      await checkAsync(await load());
    });
  });
}

test('jco\'s form of instantiate fetches the asynchronous part where it is not there', async () => {
  await withBuilt('async', [], async (_load, folder) => {
    const program = `
      import { readFileSync } from 'node:fs';
      import { instantiate } from './async.js';
      const modules = (file) => new WebAssembly.Module(readFileSync(file));
      const core = (module, imports) => new WebAssembly.Instance(module, imports);
      const exports = await instantiate(modules, { host: { sleep: async (n) => n + 1, shout: async (s) => s } }, core);
      console.log(await exports.sleepy(5));`;
    writeFileSync(join(folder, 'program.mjs'), program);
    const printed = execFileSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
    assert.equal(printed, '6\n');
  });
});

/**
 * The modules in a file made by `--inline`.
 *
 * @param {string} folder
 */
function modulesOf(folder) {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const text = readFileSync(join(folder, file), 'utf8');
  const found = new Map(Array.from(text.matchAll(/'(\w+\.\w+\.wasm)': '([^']+)'/g), ([, file, base64]) => [file, Buffer.from(base64, 'base64')]));
  return (/** @type {string} */ file) => new WebAssembly.Module(found.get(file));
}
