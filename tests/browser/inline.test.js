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
  'find.js': `import { search } from './search.js';
    export async function found() {
      async function* text() {
        for (const line of ['Yves goes\\n', 'Zoë co', 'mes\\n']) yield new TextEncoder().encode(line);
      }
      const [lines, searched] = await search.find(text(), 'Zoë');
      const all = [];
      for await (const { number, text } of lines) all.push(number + ': ' + text);
      return all.join() + ' of ' + (await searched);
    }`,
  'stream.html': '<!doctype html><script type="module" src="stream.js"></script>',
  'stream.js': `import { found } from './find.js';
    document.body.dataset.said = await found();`,
  'stream-worker.html': '<!doctype html><script type="module" src="start-stream.js"></script>',
  'start-stream.js': `const worker = new Worker(new URL('stream-worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => (document.body.dataset.said = data);`,
  'stream-worker.js': `import { found } from './find.js';
    found().then(postMessage, (error) => postMessage(String(error)));`,
};
const GREETED = 'こんにちは, Zoë!';
const FOUND = '2: Zoë comes of 2';

const browser = openBrowser();
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corefuse-inline-'));
  const component = join(REPOSITORY, 'examples/compose/greeting.wat');
  await convertTo(folder, component, 'greeting', ['--inline']);
  await convertTo(folder, component, 'own', ['--inline', '--esm']);
  await convertTo(folder, join(REPOSITORY, 'examples/async/search.wasm'), 'search', ['--inline', '--esm']);
  for (const [file, text] of Object.entries(FILES)) await writeFile(join(folder, file), text);
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

for (const [page, what, said] of [
  ['page.html', 'a module script', GREETED],
  ['esm.html', 'a module script that imports the component as a module', GREETED],
  ['worker.html', 'a worker', GREETED],
  ['stream.html', 'a module script, with streams', FOUND],
  ['stream-worker.html', 'a worker, with streams', FOUND],
]) {
  test(`one file, used by ${what} that may fetch nothing`, async () => {
    const server = await serve({ bundle: folder }, { headers: { 'content-security-policy': POLICY } });
    try {
      await browser.visit(`${server.origin}/bundle/${page}`, async (tab) => {
        await tab.waitForFunction(() => document.body.dataset.said !== undefined, undefined, { timeout: 10_000 });
        assert.equal(await tab.getAttribute('body', 'data-said'), said);
      });
    } finally {
      server.close();
    }
  });
}
