/** The sizes that are promised: what a page loads is measured as bundlers make it. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What a page loads that imports some names of the loader, minified, in bytes: as it is and compressed. */
async function sizeOf(names) {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from './browser.js'`, resolveDir: fileURLToPath(new URL('../src', import.meta.url)) },
    bundle: true,
    // Fetched only for plans that need it.
    external: ['./async/index.js'],
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const [{ contents }] = outputFiles;
  return { raw: contents.length, compressed: gzipSync(contents, { level: 9 }).length };
}

test('the loader is under 12 KB, minified and compressed', async (t) => {
  const { raw, compressed } = await sizeOf('compile, compileSync, instantiate, ComponentError, LinkError, PlanError, Trap');
  t.diagnostic(`loader: ${raw} bytes minified, ${compressed} compressed`);
  assert.ok(compressed < 12 * 1024, `${compressed} bytes`);
});

test('what is not imported is not bundled', async () => {
  const { raw } = await sizeOf('ComponentError');
  assert.ok(raw < 1500, `${raw} bytes for one error class`);
});

test('the async part is under 15,000 bytes, minified and compressed', async (t) => {
  const source = (file) => fileURLToPath(new URL(`../src/${file}`, import.meta.url));
  const { outputFiles } = await build({
    // As a page has them: what both need is loaded once, with the first.
    entryPoints: [source('browser.js'), source('async/index.js')],
    splitting: true,
    outdir: source('built'),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const { contents } = outputFiles.find(({ path }) => path.endsWith('async/index.js'));
  const { length } = gzipSync(contents, { level: 9 });
  t.diagnostic(`async part: ${contents.length} bytes minified, ${length} compressed`);
  assert.ok(length < 15_000, `${length} bytes`);
});
