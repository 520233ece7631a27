/**
 * Nothing is left behind by what comes and goes. `COREFUSE_LEAKS=full` does it a million times, and instantiates a component
 * a thousand times, and cancels 100,000 asynchronous calls; otherwise it is a twentieth of that.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'node:test';
import { withBuilt } from './support/corefuse.js';

const isFull = process.env.COREFUSE_LEAKS === 'full';
const [RESOURCES, INSTANCES] = isFull ? [1_000_000, 1000] : [50_000, 50];
const [CALLS, CANCELLED] = isFull ? [1_000_000, 100_000] : [100_000, 10_000];

/** What engines themselves keep, such as code that they compiled meanwhile. A lost object of each cycle is far above. */
const BYTES = 512 * 1024;

for (const path of ['generic', 'bindings']) {
  test(`${RESOURCES} resources in both directions and ${INSTANCES} instances leave nothing (${path})`, async (t) => {
    await withBuilt('cycles', [], async (_load, folder) => {
      const script = fileURLToPath(new URL('support/leaks.js', import.meta.url));
      const args = ['--expose-gc', script, folder, path, String(RESOURCES), String(INSTANCES)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      t.diagnostic(stdout.trim());
      const { things, handle, ...growths } = JSON.parse(stdout);
      assert.equal(things, 0, 'host objects are dropped as often as they are made');
      assert.equal(handle, 1, 'no handle is left in the table');
      for (const [what, bytes] of Object.entries(growths)) assert.ok(bytes < BYTES, `${what}: ${bytes} bytes`);
    });
  });
}

test(`${CALLS} async calls and stream items and ${CANCELLED} cancelled calls leave nothing`, async (t) => {
  const script = fileURLToPath(new URL('support/leaks-async.js', import.meta.url));
  const args = ['--expose-gc', script, String(CALLS), String(CANCELLED)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  t.diagnostic(stdout.trim());
  const { inUse, ...growths } = JSON.parse(stdout);
  for (const [what, count] of Object.entries(inUse)) assert.equal(count, 0, `${what} in use`);
  for (const [what, bytes] of Object.entries(growths)) assert.ok(bytes < BYTES, `${what}: ${bytes} bytes`);
});
