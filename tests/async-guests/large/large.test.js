// Guests that hold a JavaScript engine or a Python interpreter, alone and composed with guests in C, in Node with the
// unmodified preview2-shim and preview3-shim: the one in JavaScript imports WASI 0.2 and 0.3. `scripts/test-large` builds
// them before, into `dist/`.

import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WAYS, openBundles } from '../bundles.js';
import { inJavaScript, inPython } from '../cases.js';
import { wasiImports } from '../wasi.js';

const bundles = await openBundles(fileURLToPath(new URL('../dist', import.meta.url)));
after(() => bundles.close());

for (const way of WAYS) {
  const load = bundles.loadBy(way);
  for (const { name, run } of inJavaScript(wasiImports)) {
    test(`${name} (${way})`, { timeout: 60_000 }, () => run(load));
  }
}

// Bindings would compile 20 MB for each case.
for (const { name, run } of inPython(wasiImports)) {
  test(name, { timeout: 120_000 }, () => run(bundles.loadBy('by its plan')));
}
