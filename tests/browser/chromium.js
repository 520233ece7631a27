// Starts the machine's Chromium, headless, with nothing that reaches for the network.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of the browser: `COREFUSE_CHROMIUM`, or one of the usual places. */
function findChromium() {
  const path = process.env.COREFUSE_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!path) throw new Error('no Chromium found: install the package `chromium`, or set COREFUSE_CHROMIUM');
  return path;
}

/**
 * Opens a page, does something with it, and closes the browser whatever happened.
 * @param {string} url
 * @param {(page: import("playwright-core").Page) => Promise<void>} whileOpen
 */
export async function withPage(url, whileOpen) {
  const browser = openBrowser();
  try {
    await browser.visit(url, whileOpen);
  } finally {
    await browser.close();
  }
}

/** A browser for many pages, started with the first. */
export function openBrowser() {
  /** @type {Promise<import("playwright-core").Browser> | undefined} */
  let browser;
  return {
    /**
     * Opens a page of its own, with no cache or storage that another one left, and does something with it.
     * @param {string} url
     * @param {(page: import("playwright-core").Page) => Promise<void>} whileOpen
     */
    async visit(url, whileOpen) {
      // Playwright makes a fresh user-data folder for every launch.
      browser ??= chromium.launch({ executablePath: findChromium(), args: FLAGS, headless: true });
      const context = await (await browser).newContext();
      try {
        const page = await context.newPage();
        page.on('pageerror', (error) => process.stderr.write(`page error: ${error.stack ?? error}\n`));
        page.on('console', (message) => process.stderr.write(`page: ${message.text()}\n`));
        page.on('crash', () => process.stderr.write('the page crashed\n'));
        await page.goto(url);
        await whileOpen(page);
      } finally {
        await context.close();
      }
    },
    async close() {
      await (await browser)?.close();
    },
  };
}
