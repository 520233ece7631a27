// The same measurements in a page of Debian's Chromium, served from this machine.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { HERE } from './assemble.js';
import { keepBest } from './topics.js';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

// Every memory takes address space, of which a page has for about a hundred: so few rows share a page.
const ROWS_A_PAGE = 5;

/**
 * @param {import('./topics.js').Request} request
 * @param {(what: string) => void} progress
 * @returns {Promise<{version: string, results: Awaited<ReturnType<typeof import('./topics.js').measureTopics>>}>}
 */
export function measureInChromium(request, progress) {
  return inChromium(async ({ version, open }) => {
    const results = { calls: [], host: [], startup: [] };
    const measure = async (part) => {
      const page = await open(progress);
      const found = await page.evaluate((asked) => globalThis.bench(asked), { ...request, ...part });
      keepBest(results.calls, found.calls);
      keepBest(results.host, found.host);
      results.startup.push(...found.startup);
      await page.context().close();
    };
    const { names, words, startup } = request;
    for (let generation = 0; generation < request.generations; generation++) {
      for (let at = 0; at < names.length; at += ROWS_A_PAGE) {
        await measure({ names: names.slice(at, at + ROWS_A_PAGE), words: undefined, startup: false, generations: 1 });
      }
      await measure({ names: [], words, startup: false, generations: 1 });
    }
    if (startup) await measure({ names: [], words: undefined, startup });
    return { version, results };
  });
}

/**
 * Runs Chromium and a server until an action is over.
 *
 * @template T
 * @param {(browser: {version: string, open: (progress: (what: string) => void) => Promise<import('playwright-core').Page>}) => Promise<T>} action
 *   `open` gives a page of its own, in which measurements can be made
 * @returns {Promise<T>}
 */
export async function inChromium(action) {
  const server = await serve(join(HERE, '..'));
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, chromiumSandbox: false });
  const open = async (progress) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('console', (message) => progress(`Chromium: ${message.text()}`));
    await page.goto(`http://localhost:${server.address().port}/bench/page.html`);
    await page.waitForFunction(() => globalThis.bench !== undefined);
    return page;
  };
  try {
    return await action({ version: browser.version(), open });
  } finally {
    await browser.close();
    server.close();
  }
}

/** Serves a folder. The two headers isolate the page, which gives it a clock of 5 us instead of 100. */
async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    try {
      const content = await readFile(join(folder, path));
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(content);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return server;
}
