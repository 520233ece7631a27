// The guests in an engine without stack switching (JSPI): those that never wait on their stack do all that they do
// elsewhere, and the others are ended by the first wait, with a message that says what waited for what.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// Before the loader looks for it.
for (const name of ['promising', 'Suspending', 'SuspendError']) delete WebAssembly[name];
const { openBundles } = await import('./bundles.js');
const { withoutStackSwitching } = await import('./cases.js');

const bundles = await openBundles(fileURLToPath(new URL('components', import.meta.url)));
after(() => bundles.close());
const load = bundles.loadBy('by its plan');

for (const { name, run } of withoutStackSwitching) {
  test(`${name} (without JSPI)`, { timeout: 30_000 }, () => run(load));
}

test('what does not wait works in guests that may wait, and the first wait ends them', async () => {
  const { desk } = await load('consumer-blocking+producer+timer', {});
  assert.equal(await desk.ask(3), 6);
  assert.equal(await desk.wait(0), '0 turns');
  await assert.rejects(
    desk.wait(1),
    /desk@0\.1\.0#wait of root\/desk .* has to wait for an event of a waitable set, which needs stack switching \(JSPI\)/,
  );
});
