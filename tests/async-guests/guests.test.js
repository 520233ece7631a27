// The guests in Node: all cases, by their plans, through bindings and from one file. `build.sh` makes the components
// from their sources; those in C are committed, so that no compiler is needed here. The one in JavaScript is in `large/`.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
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
