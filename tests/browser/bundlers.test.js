// The recipes of examples/bundlers: each bundler builds the page, and the page runs in Chromium. What the recipes
// need is installed by `npm install --no-save --prefix examples/bundlers`; `COREFUSE` names the corefuse command if it
// is not in `target/debug`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openBrowser } from './chromium.js';
import { REPOSITORY, convertTo } from './convert.js';
import { serve } from './server.js';

/** Nothing but files of the page's own origin and WebAssembly. */
const POLICY = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

const run = promisify(execFile);
const folder = `${REPOSITORY}examples/bundlers`;

/** What each recipe writes beside the script, at least: five modules (equal ones may become one), two plans. */
const FILES = 7;

before(async () => {
  const component = `${REPOSITORY}examples/compose/greeting.wat`;
  await convertTo(`${folder}/component`, component, 'greeting');
  await convertTo(`${folder}/component`, component, 'hello', ['--esm']);
  const builds = ['vite', 'rollup', 'webpack', 'esbuild'].map(async (bundler) => {
    await rm(`${folder}/${bundler}/dist`, { recursive: true, force: true });
    const { stdout, stderr } = await run('npm', ['run', '--silent', bundler], { cwd: folder });
    // A recipe that makes a bundler complain is no good recipe.
    assert.doesNotMatch(stdout + stderr, /warn|may not be preserved|cause errors/i, bundler);
  });
  await Promise.all(builds);
});

const browser = openBrowser();
after(() => browser.close());

/** @param {string} url where the recipe's page is */
async function checkPage(url) {
  await browser.visit(url, async (visited) => {
    await visited.waitForFunction(() => document.body.textContent !== '', undefined, { timeout: 60_000 });
    assert.equal((await visited.textContent('body'))?.trim(), 'Salut, Zoë! こんにちは, Zoë!');
  });
}

for (const [bundler, page] of [
  // Vite's pages are at the root of their server; the others work anywhere.
  ['vite', '/index.html'],
  ['rollup', '/bundlers/rollup/index.html'],
  ['webpack', '/bundlers/webpack/index.html'],
  ['esbuild', '/bundlers/esbuild/index.html'],
  ['plain', '/bundlers/plain/index.html'],
]) {
  test(`${bundler}: the page is built and runs`, async () => {
    if (bundler !== 'plain') {
      const files = await readdir(`${folder}/${bundler}/dist`, { recursive: true });
      assert.ok(files.filter((file) => /\.(wasm|json)$/.test(file)).length >= FILES, files.join(' '));
    }
    // Without a bundler there is an import map in the page, which such a policy forbids.
    /** @type {Record<string, string>} */
    const headers = bundler === 'plain' ? {} : { 'content-security-policy': POLICY };
    const server = await serve({ '': `${folder}/vite/dist`, bundlers: folder }, { headers });
    try {
      await checkPage(`${server.origin}${page}`);
    } finally {
      server.close();
    }
  });
}

// Here the package is a link, which Vite serves file by file; installed ones it bundles before it serves them.
for (const [form, include] of /** @type {[string, string[]][]} */ ([
  ['as it is', []],
  ['pre-bundled', ['corefuse', 'corefuse/bindings']],
])) {
  test(`vite: the development server serves the page, with the loader ${form}`, async () => {
    const { createServer } = await import(createRequire(`${folder}/package.json`).resolve('vite'));
    const server = await createServer({
      root: folder,
      configFile: `${folder}/vite/vite.config.js`,
      server: { host: '127.0.0.1', port: 0 },
      optimizeDeps: { include, force: true },
      logLevel: 'error',
    });
    try {
      await server.listen();
      await checkPage(`http://127.0.0.1:${server.httpServer.address().port}/vite/index.html`);
      /** @type {string[]} */
      const bundled = await readdir(`${folder}/node_modules/.vite/deps`).catch(() => []);
      assert.equal(bundled.includes('corefuse_bindings.js'), include.length > 0);
    } finally {
      await server.close();
    }
  });
}
