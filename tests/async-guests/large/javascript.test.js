// A guest that holds a JavaScript engine, alone and with a consumer in C, in Node with the unmodified preview2-shim and
// preview3-shim: it imports WASI 0.2 and 0.3. `scripts/test-large` builds it before, into `dist/`.

import { after, test } from 'node:test';
import { WAYS, openBundles } from '../bundles.js';
import { large } from '../cases.js';
import { wasiImports } from '../wasi.js';

const bundles = await openBundles(new URL('../dist', import.meta.url).pathname);
after(() => bundles.close());

for (const way of WAYS) {
  const load = bundles.loadBy(way);
  for (const { name, run } of large(wasiImports)) {
    test(`${name} (${way})`, { timeout: 60_000 }, () => run(load));
  }
}
