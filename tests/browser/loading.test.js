// How bundles come into a page: what is asked for when, what goes wrong and what is said then. Chromium alone can tell:
// Node has no streaming compilation of files, no limit for what a main thread compiles, no content security policy.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './chromium.js';
import { REPOSITORY, convertTo } from './convert.js';
import { serve } from './server.js';

const browser = openBrowser();
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corefuse-loading-'));
  await convertTo(folder, join(REPOSITORY, 'examples/compose/greeting.wat'), 'greeting');
  await writeFile(join(folder, 'large.wat'), largeComponent());
  await convertTo(folder, join(folder, 'large.wat'), 'large');
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** A component whose core module is larger than what Chromium lets a page compile or instantiate at once. */
function largeComponent() {
  return `(component
    (core module $m (memory 150) (data (i32.const 0) "${'x'.repeat(9 << 20)}") (func (export "answer") (result i32) i32.const 42))
    (core instance $i (instantiate $m))
    (func (export "answer") (result u32) (canon lift (core func $i "answer"))))`;
}

/**
 * Opens the page whose global `corefuse` is the loader.
 * @param {(page: import("playwright-core").Page, origin: string) => Promise<void>} whileOpen
 * @param {Parameters<typeof serve>[1]} [options]
 */
async function withLoader(whileOpen, options) {
  const server = await serve({ repository: REPOSITORY, bundle: folder }, options);
  try {
    await browser.visit(`${server.origin}/repository/tests/browser/loading.html`, async (page) => {
      await page.waitForFunction(() => 'corefuse' in globalThis);
      await whileOpen(page, server.origin);
    });
  } finally {
    server.close();
  }
}

const greet = async () => {
  const { exports } = await globalThis.corefuse.instantiate('/bundle/greeting.plan.json');
  return exports.greet('Zoë', 'ja');
};

/** What `instantiate` refuses a bundle with. @param {string} plan */
const refused = (plan) => globalThis.corefuse.refusal(() => globalThis.corefuse.instantiate(plan));

test('one request for the plan, then all modules at the same time', async () => {
  const asked = [];
  const waiting = [];
  const modules = (await readdir(folder)).filter((file) => /^greeting\..*wasm$/.test(file));
  // No module comes before all were asked for: a loader that waited for one would wait for ever.
  const answer = async (path) => {
    if (path.startsWith('/bundle/')) asked.push(path.replace('/bundle/', ''));
    if (!path.endsWith('.wasm')) return false;
    await new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === modules.length) for (const go of waiting) go(undefined);
    });
    return false;
  };
  await withLoader(async (page) => assert.equal(await page.evaluate(greet), 'こんにちは, Zoë!'), { answer });
  assert.equal(asked[0], 'greeting.plan.json');
  assert.deepEqual(asked.slice(1).sort(), modules.sort());
});

test('modules are compiled while they come', async () => {
  const answer = async (path, response) => {
    if (!path.endsWith('large.core0.wasm')) return false;
    const bytes = await readFile(join(folder, 'large.core0.wasm'));
    response.writeHead(200, { 'content-type': 'application/wasm' });
    response.write(bytes.subarray(0, 1 << 20));
    // The rest is kept back until the page says that it is compiling.
    released.then(() => response.end(bytes.subarray(1 << 20)));
    return true;
  };
  const { promise: released, resolve: release } = Promise.withResolvers();
  const onReport = () => release(undefined);
  await withLoader(
    async (page) => {
      const answer = await page.evaluate(async () => {
        const { compileStreaming } = WebAssembly;
        WebAssembly.compileStreaming = (source) => {
          fetch('/report', { method: 'POST', body: '"compiling"' });
          return compileStreaming(source);
        };
        const { exports } = await globalThis.corefuse.instantiate('/bundle/large.plan.json');
        return exports.answer();
      });
      assert.equal(answer, 42);
    },
    { answer, onReport },
  );
});

test('a server that answers with a page instead of a file', async () => {
  const answer = (path, response) => {
    const lost = path.startsWith('/lost/') || path.endsWith('adapters0.wasm');
    if (lost) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>');
    return lost;
  };
  await withLoader(
    async (page, origin) => {
      const plan = await page.evaluate(refused, '/lost/greeting.plan.json');
      assert.equal(plan, `PlanError: ${origin}/lost/greeting.plan.json is a page (text/html): is the file missing?`);
      assert.match(
        await page.evaluate(refused, '/bundle/greeting.plan.json'),
        /^PlanError: greeting\.adapters0\.wasm: http.*adapters0\.wasm is a page \(text\/html\): is the file missing/,
      );
      assert.match(await page.evaluate(refused, '/bundle/nothing.plan.json'), /^PlanError: http.*nothing\.plan\.json answered 404/);
    },
    { answer },
  );
});

test('modules of a wrong MIME type are compiled all the same', async () => {
  const answer = async (path, response) => {
    if (!path.endsWith('.wasm')) return false;
    const bytes = await readFile(join(folder, path.replace('/bundle/', '')));
    const type = path.includes('core0') ? {} : { 'content-type': 'text/plain' };
    response.writeHead(200, type).end(bytes);
    return true;
  };
  await withLoader(async (page) => assert.equal(await page.evaluate(greet), 'こんにちは, Zoë!'), { answer });
});

test('modules over 8 MB: asynchronously, or in a worker; at once is refused with advice', async () => {
  await withLoader(async (page) => {
    const asynchronous = await page.evaluate(async () => {
      const { exports } = await globalThis.corefuse.instantiate('/bundle/large.plan.json');
      return exports.answer();
    });
    assert.equal(asynchronous, 42);
    const { compiling, instantiating } = await page.evaluate(async () => {
      const { compile, compileSync, refusal } = globalThis.corefuse;
      const plan = await (await fetch('/bundle/large.plan.json')).json();
      const bytes = await (await fetch('/bundle/large.core0.wasm')).arrayBuffer();
      const compiled = await compile('/bundle/large.plan.json');
      return {
        compiling: await refusal(() => compileSync(plan, { getModule: () => bytes })),
        instantiating: await refusal(() => compiled.instantiateSync()),
      };
    });
    for (const message of [compiling, instantiating]) {
      assert.match(message, /^PlanError: large\.core0\.wasm: .*main thread.*[Uu]se `compile` and `instantiate`/);
    }
    const worker = await page.evaluate(async () => {
      const plan = await (await fetch('/bundle/large.plan.json')).json();
      const modules = { 'large.core0.wasm': await (await fetch('/bundle/large.core0.wasm')).arrayBuffer() };
      return globalThis.corefuse.askWorker({ plan, modules, call: 'answer', args: [] });
    });
    assert.equal(worker, 42);
  });
});

test('under a strict content security policy, in a page and in a worker', async () => {
  const headers = { 'content-security-policy': "default-src 'none'; connect-src 'self'; worker-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };
  await withLoader(
    async (page, origin) => {
      assert.equal(await page.evaluate(greet), 'こんにちは, Zoë!');
      const message = { plan: `${origin}/bundle/greeting.plan.json`, call: 'greet', args: ['Zoë', 'en'] };
      assert.equal(await page.evaluate((sent) => globalThis.corefuse.askWorker(sent), message), 'Hello, Zoë!');
    },
    { headers },
  );
});

test('a policy without wasm-unsafe-eval is named in the error', async () => {
  const headers = { 'content-security-policy': "default-src 'none'; connect-src 'self'; script-src 'self'" };
  await withLoader(
    async (page) => assert.match(await page.evaluate(refused, '/bundle/greeting.plan.json'), /^PlanError: greeting\..*Content Security Policy/i),
    { headers },
  );
});

test('what the engine lacks is listed before any module is asked for', async () => {
  const asked = [];
  const answer = (path) => {
    asked.push(path);
    return false;
  };
  await withLoader(
    async (page) => {
      const message = await page.evaluate(async () => {
        // As an engine would answer that has one memory for each module and no more.
        const { validate } = WebAssembly;
        WebAssembly.validate = (bytes) => new Uint8Array(/** @type {ArrayBuffer} */ (bytes))[8] !== 5 && validate(bytes);
        return globalThis.corefuse.refusal(() => globalThis.corefuse.instantiate('/bundle/greeting.plan.json'));
      });
      assert.match(message, /^PlanError: this engine lacks what the component needs:\n {2}multi-memory: greeting\.adapters0\.wasm: copies between/);
    },
    { answer },
  );
  assert.deepEqual(asked.filter((path) => path.endsWith('.wasm')), []);
});
