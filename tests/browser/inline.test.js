// Bindings that are one file (`--inline`), in the places where nothing else can be had: a page whose policy forbids to
// fetch anything, and a worker.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './chromium.js';
import { REPOSITORY, convertTo } from './convert.js';
import { serve } from './server.js';

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
const FILES = {
  'page.html': '<!doctype html><script type="module" src="page.js"></script>',
  'page.js': `import { instantiate } from './greeting.js';
    const { exports } = await instantiate();
    document.body.dataset.said = exports.greet('Zoë', 'ja');`,
  'esm.html': '<!doctype html><script type="module" src="esm.js"></script>',
  'esm.js': `import { greet } from './own.js';
    document.body.dataset.said = greet('Zoë', 'ja');`,
  'worker.html': '<!doctype html><script type="module" src="start.js"></script>',
  'start.js': `const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => (document.body.dataset.said = data);`,
  'worker.js': `import { greet } from './own.js';
    postMessage(greet('Zoë', 'ja'));`,
};

const browser = openBrowser();
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corefuse-inline-'));
  const component = join(REPOSITORY, 'examples/compose/greeting.wat');
  await convertTo(folder, component, 'greeting', ['--inline']);
  await convertTo(folder, component, 'own', ['--inline', '--esm']);
  for (const [file, text] of Object.entries(FILES)) await writeFile(join(folder, file), text);
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

for (const [page, what] of [
  ['page.html', 'a module script'],
  ['esm.html', 'a module script that imports the component as a module'],
  ['worker.html', 'a worker'],
]) {
  test(`one file, used by ${what} that may fetch nothing`, async () => {
    const server = await serve({ bundle: folder }, { headers: { 'content-security-policy': POLICY } });
    try {
      await browser.visit(`${server.origin}/bundle/${page}`, async (tab) => {
        await tab.waitForFunction(() => document.body.dataset.said !== undefined, undefined, { timeout: 10_000 });
        assert.equal(await tab.getAttribute('body', 'data-said'), 'こんにちは, Zoë!');
      });
    } finally {
      server.close();
    }
  });
}
