// A command of WASI 0.3 whose C library uses WASI 0.2, in a Node of its own with the unmodified shims.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBundles } from './bundles.js';

const bundles = await openBundles(fileURLToPath(new URL('components', import.meta.url)));
after(() => bundles.close());

/** Runs the command with an input; what it writes, and what it says. */
async function shout(input) {
  const plan = fileURLToPath(`${await bundles.bundle('shout')}.plan.json`);
  const child = spawn(process.execPath, [fileURLToPath(new URL('shout.js', import.meta.url)), plan]);
  child.stdin.end(input);
  const [output, said, code] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  return { output: Buffer.concat(output).toString('utf8'), said: Buffer.concat(said).toString('utf8'), code };
}

test('streams of standard input and output, and a message through the C library', { timeout: 30_000 }, async () => {
  assert.deepEqual(await shout('hello, wörld\n'), { output: 'HELLO, WöRLD\n', said: '14 bytes\n', code: 0 });
});

test('more than one chunk', { timeout: 30_000 }, async () => {
  const { output, said, code } = await shout('abcdefgh'.repeat(5000));
  assert.equal(output, 'ABCDEFGH'.repeat(5000));
  assert.deepEqual([said, code], ['40000 bytes\n', 0]);
});
