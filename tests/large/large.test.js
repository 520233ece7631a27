// The component of 12 MB that componentize-js makes, in Node and in Chromium, with the unmodified preview2-shim.
// `scripts/test-large` makes it first.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { openBrowser } from '../browser/chromium.js';
import { REPOSITORY } from '../browser/convert.js';
import { serve } from '../browser/server.js';

const run = promisify(execFile);
const browser = openBrowser();
after(() => browser.close());

test('it is large: more than an engine compiles at once in a page', async () => {
  const { size } = await stat(`${REPOSITORY}examples/large/dist/greeter.core0.wasm`);
  assert.ok(size > 8 << 20, `${size} bytes`);
});

test('Node', async () => {
  const { stdout } = await run(process.execPath, [`${REPOSITORY}examples/large/run.js`]);
  assert.equal(
    stdout,
    'greeting 2\nHappy Friday, Zoë (7) and 太郎 (255)! π is 3.1416.\nComponentError: nobody to greet\ngreeting 1\nHappy Friday, A (1)! π is 3.1416.\n',
  );
});

test('Chromium: the page shows how much has come, and then the greeting', async () => {
  const { promise: looked, resolve: goOn } = Promise.withResolvers();
  // Half of the large module comes, and the rest when the page has been seen in the middle.
  const answer = async (path, response) => {
    if (!path.endsWith('greeter.core0.wasm')) return false;
    const bytes = await readFile(`${REPOSITORY}examples/large/dist/greeter.core0.wasm`);
    response.writeHead(200, { 'content-type': 'application/wasm' });
    response.write(bytes.subarray(0, bytes.length / 2));
    await looked;
    response.end(bytes.subarray(bytes.length / 2));
    return true;
  };
  const server = await serve({ repository: REPOSITORY }, { answer });
  try {
    await browser.visit(`${server.origin}/repository/examples/large/page.html`, async (page) => {
      await page.waitForFunction(() => /** @type {HTMLProgressElement} */ (document.querySelector('progress')).value > 0.45, undefined, { timeout: 60_000 });
      assert.match((await page.textContent('#amount')) ?? '', /^[56]\.\d of 12\.0 MB$/);
      assert.equal(await page.textContent('#greeting'), '');
      goOn(undefined);
      await page.waitForFunction(() => document.querySelector('#greeting')?.textContent !== '', undefined, { timeout: 60_000 });
      assert.equal(await page.textContent('#greeting'), 'Happy Friday, Zoë (7)! π is 3.1416.');
      assert.equal(await page.textContent('#amount'), '12.0 of 12.0 MB');
    });
  } finally {
    server.close();
  }
});
