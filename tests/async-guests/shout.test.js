// A command of WASI 0.3 whose C library uses WASI 0.2, in a Node of its own with the unmodified shims.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { convertTo } from '../browser/convert.js';
import { openBundles } from './bundles.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundles = await openBundles(here('components'));
after(() => bundles.close());

/** Runs the command with an input; what it writes, and what it says. */
async function shout(bundle, input) {
  const child = spawn(process.execPath, [here('shout.js'), bundle]);
  child.stdin.end(input);
  const [output, said, code] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  return { output: Buffer.concat(output).toString('utf8'), said: Buffer.concat(said).toString('utf8'), code };
}

const plan = async () => fileURLToPath(`${await bundles.bundle('shout')}.plan.json`);

test('streams of standard input and output, and a message through the C library', { timeout: 30_000 }, async () => {
  assert.deepEqual(await shout(await plan(), 'hello, wörld\n'), { output: 'HELLO, WöRLD\n', said: '14 bytes\n', code: 0 });
});

test('more than one chunk', { timeout: 30_000 }, async () => {
  const { output, said, code } = await shout(await plan(), 'abcdefgh'.repeat(5000));
  assert.equal(output, 'ABCDEFGH'.repeat(5000));
  assert.deepEqual([said, code], ['40000 bytes\n', 0]);
});

test('a module that imports WASI by itself', { timeout: 30_000 }, async () => {
  // In here, where the packages of the shims are found.
  const folder = await mkdtemp(here('dist-'));
  try {
    await convertTo(folder, here('components/shout.wasm'), 'shout', ['--esm']);
    assert.deepEqual(await shout(`${folder}/shout.js`, 'a\n'), { output: 'A\n', said: '2 bytes\n', code: 0 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
