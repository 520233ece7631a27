// The examples do what they are said to do: those for Node print what they should, and the page runs in Chromium under
// a policy that allows nothing but files of its own origin and WebAssembly. The large one is in `tests/large`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { openBrowser } from './chromium.js';
import { REPOSITORY } from './convert.js';
import { serve } from './server.js';

const run = promisify(execFile);
const POLICY = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const browser = openBrowser();
after(() => browser.close());

/** What an example prints. @param {string[]} args of `scripts/example` */
const example = async (...args) => (await run(`${REPOSITORY}scripts/example`, args)).stdout;

test('shop: a real component in Node, with WASI', async () => {
  const printed = await example('shop');
  assert.match(printed, /^\[till\] Zoë takes 2 x coffee\n\[till\] Zoë takes 3 x croissant\nThe till says no: moon dust is not for sale\n/);
  assert.match(printed, /\n5 pieces in the basket\.\n[^]*\n {5}to pay +12\.10\n/);
});

test('compose: two components, composed', async () => {
  assert.equal(await example('compose'), 'Hello, Zoë!\nSalut, Zoë!\nこんにちは, Zoë!\nComponentError: no greeting in that language\n');
});

test('resources: of a component, in JavaScript', async () => {
  const printed = await example('resources');
  assert.match(printed, /^\[till\] Zoë takes 4 x apple\ntrue \[ \{ name: 'apple', quantity: 4, unitPrice: 250 \} \]\n/);
  assert.match(printed, /to pay +10\.00\n\n\[till\] Zoë leaves the shop\nTypeError: this Basket was dropped or given away\n/);
  assert.match(printed, /\[till\] Yves takes 1 x pear\n1\n\[till\] Yves leaves the shop\n$/);
});

test('host-interface: a host implements an interface with a resource', async () => {
  assert.equal(await example('host-interface'), 'Monday: It rained. Zoë bought croissants.\nTuesday is thrown away\n2 lines published\n');
});

test('async: lines of a text are found while it comes', async () => {
  const printed = await example('async');
  assert.equal(
    printed,
    `[shop] Zoë comes in
[shop] Zoë buys two croissants
  line 2 has it: Zoë buys two croissants
[shop] Yves comes in
[shop] the last croissant is gone
  line 4 has it: the last croissant is gone
[shop] Zoë leaves
5 lines were searched
`,
  );
});

/** Opens a page of the examples under the policy. @param {(page: import("playwright-core").Page) => Promise<void>} whileOpen */
async function withPage(path, whileOpen) {
  const server = await serve({ repository: REPOSITORY }, { headers: { 'content-security-policy': POLICY } });
  try {
    await browser.visit(`${server.origin}/repository/${path}`, whileOpen);
  } finally {
    server.close();
  }
}

test('shop-page: a real component in a page, with WASI, under a strict policy', async () => {
  assert.equal(await example('shop-page', '--no-serve'), 'examples/shop/page.html\n');
  await withPage('examples/shop/page.html', async (page) => {
    await page.waitForFunction(() => document.body.dataset.state !== undefined, undefined, { timeout: 60_000 });
    const text = await page.textContent('#receipt');
    assert.equal(await page.getAttribute('body', 'data-state'), 'done', text ?? '');
    assert.match(text ?? '', /Corner shop: receipt for Zoë/);
    assert.match(text ?? '', /to pay +11\.84/);
  });
});

test('async-page: a file is searched while it is downloaded', async () => {
  assert.equal(await example('async-page', '--no-serve'), 'examples/async/page.html\n');
  await withPage('examples/async/page.html', async (page) => {
    await page.waitForFunction(() => document.body.dataset.state !== undefined, undefined, { timeout: 30_000 });
    const text = (await page.textContent('body')) ?? '';
    assert.equal(await page.getAttribute('body', 'data-state'), 'done', text);
    assert.match(text, /Searches a text that comes as a stream[^]*search_stream_u8_t text[^]*\d+ lines were searched\./);
  });
});

test('the policy is really in force', async () => {
  await withPage('examples/shop/page.html', async (page) => {
    const refused = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = "document.body.dataset.inline = 'ran'";
      document.body.append(script);
      return document.body.dataset.inline;
    });
    assert.equal(refused, undefined);
  });
});

test('what is no example is answered with the list', async () => {
  await assert.rejects(example('nothing'), (/** @type {any} */ error) => error.code === 2 && /usage: scripts\/example shop \|/.test(error.stderr));
});
