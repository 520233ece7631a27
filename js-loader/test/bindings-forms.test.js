/** Generated bindings in each of their forms, as users import them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeFileSync } from 'node:fs';
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
