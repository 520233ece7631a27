// The asynchronous guests in Chromium: all cases, by their plans and through bindings, on one page.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBundles } from '../async-guests/bundles.js';
import { withPage } from './chromium.js';
import { REPOSITORY } from './convert.js';
import { serve } from './server.js';

const components = fileURLToPath(new URL('../async-guests/components', import.meta.url));

test('asynchronous guests', { timeout: 300_000 }, async (t) => {
  const bundles = await openBundles(components);
  /** @type {PromiseWithResolvers<{name: string, error?: string}[]>} */
  const { promise: report, resolve: onReport } = Promise.withResolvers();
  const server = await serve({ repository: REPOSITORY, guests: bundles.folder }, { onReport });
  try {
    for (const file of await readdir(components)) await bundles.bundle(file.replace('.wasm', ''));
    await withPage(`${server.origin}/repository/tests/browser/async-guests.html`, async () => void (await report));
    for (const { name, error } of await report) await t.test(name, () => assert.equal(error, undefined));
  } finally {
    server.close();
    await bundles.close();
  }
});
