// The shop example in Chromium, on a page whose policy allows nothing but files of its own origin and WebAssembly:
// no eval, no inline script. Converts nothing: run `cargo run -- build examples/shop/shop.wasm -o examples/shop/dist`
// before (`scripts/test` does).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withPage } from './chromium.js';
import { serve } from './server.js';

const POLICY = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const repository = fileURLToPath(new URL('../..', import.meta.url));

test('the example runs under a strict content security policy', async () => {
  const server = await serve({ repository }, { headers: { 'content-security-policy': POLICY } });
  try {
    await withPage(`${server.origin}/repository/examples/shop/page.html`, async (page) => {
      await page.waitForFunction(() => document.body.dataset.state !== undefined, undefined, { timeout: 30_000 });
      const text = await page.textContent('#receipt');
      assert.equal(await page.getAttribute('body', 'data-state'), 'done', text ?? '');
      assert.match(text ?? '', /Corner shop: receipt for Zoë/);
      assert.match(text ?? '', /to pay +11\.84/);
    });
  } finally {
    server.close();
  }
});

test('the policy is really in force', async () => {
  const server = await serve({ repository }, { headers: { 'content-security-policy': POLICY } });
  try {
    await withPage(`${server.origin}/repository/examples/shop/page.html`, async (page) => {
      const refused = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = "document.body.dataset.inline = 'ran'";
        document.body.append(script);
        return document.body.dataset.inline;
      });
      assert.equal(refused, undefined);
    });
  } finally {
    server.close();
  }
});
