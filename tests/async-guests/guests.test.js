// The guests in Node: all cases, by their plans and through bindings. `build.sh` makes the components from their sources;
// those in C are committed, so that no compiler is needed here. The one in JavaScript is in `large/`.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { convertTo } from '../browser/convert.js';
import { WAYS, openBundles } from './bundles.js';
import { withStackSwitching, withoutStackSwitching } from './cases.js';

const components = fileURLToPath(new URL('components', import.meta.url));
const bundles = await openBundles(components);
after(() => bundles.close());

for (const way of WAYS) {
  const load = bundles.loadBy(way);
  for (const { name, run } of [...withoutStackSwitching, ...withStackSwitching]) {
    test(`${name} (${way})`, { timeout: 30_000 }, () => run(load));
  }
}

test('what cannot be in one file is refused when it is built', async () => {
  const build = convertTo(bundles.folder, `${components}/timer.wasm`, 'timer', ['--inline']);
  await assert.rejects(build, /--inline: asynchronous components cannot be written in one file yet/);
});
