// Sizes: what a component costs beside its own core modules, and the loader that all components share.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { coreModules, HERE } from './assemble.js';
import { BUILD } from './build.js';

/**
 * @param {string} folder of a component in build/
 * @returns {Promise<{adapters: number, runtime: number, plan: number, jcoAdapters: number, jcoScript: number}>} bytes;
 *   0 or NaN where there is no such column
 */
export async function bundleSizes(folder) {
  const component = await readFile(join(BUILD, folder, 'component.wasm'));
  const guests = coreModules(component).reduce((sum, module) => sum + module.length, 0);
  const plan = await readFile(join(BUILD, folder, 'corefuse/app.plan.json'), 'utf8').catch(() => '{"modules":[]}');
  const ofKind = (kind) =>
    JSON.parse(plan).modules.reduce((sum, module) => sum + (module.kind === kind ? module.size : 0), 0);
  const theirs = await fileSizes(join(BUILD, folder, 'jco'));
  return {
    adapters: ofKind('adapter'),
    runtime: ofKind('runtime'),
    plan: plan.length,
    jcoAdapters: total(theirs, '.wasm') - guests,
    jcoScript: total(theirs, '.js'),
  };
}

/** @returns {Promise<Map<string, number> | undefined>} bytes by file name */
async function fileSizes(folder) {
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return undefined;
  const sizes = await Promise.all(names.map(async (name) => (await readFile(join(folder, name))).length));
  return new Map(names.map((name, i) => [name, sizes[i]]));
}

function total(sizes, ending) {
  if (!sizes) return NaN;
  return [...sizes].reduce((sum, [name, size]) => sum + (name.endsWith(ending) ? size : 0), 0);
}

/**
 * Minifies a script with all that it imports at once.
 *
 * @param {string} path
 * @param {'browser' | 'node'} platform
 * @returns {Promise<{minified: number, gzipped: number}>} bytes
 */
export async function scriptSize(path, platform) {
  return minifiedSize({ entryPoints: [path] }, platform);
}

/**
 * @param {import('esbuild').BuildOptions} entry
 * @param {'browser' | 'node'} platform
 */
async function minifiedSize(entry, platform) {
  const { outputFiles } = await build({
    ...entry,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    platform,
    // jco's output looks for Node's file system where it may run in Node.
    external: ['node:*', 'corefuse', 'corefuse/*', ASYNC_PART],
    logLevel: 'silent',
  });
  const bytes = outputFiles[0].contents;
  return { minified: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
}

/** What an application calls that has no generated bindings. */
const PUBLIC = 'compile, compileSync, instantiate, ComponentError, LinkError, PlanError, Trap';

/**
 * Size of what an application without generated bindings loads of the loader.
 *
 * @param {string} path of the entry point
 */
export async function loaderSize(path) {
  return minifiedSize({ stdin: { contents: `export { ${PUBLIC} } from '${path}'`, resolveDir: HERE } }, 'browser');
}

/** Size of the generated bindings of a component in build/, without the loader that they import. */
export async function bindingsSize(folder) {
  return scriptSize(join(BUILD, folder, 'corefuse/app.js'), 'browser');
}

/** @typedef {{ raw: number, gzipped: number }} Size in bytes */

/** What the loader fetches for plans that need it only. */
const ASYNC_PART = './async/index.js';

/**
 * @param {import('./products.js').Product} product that was built
 * @returns {Promise<{ours: {script: Size, plan: Size, wasm: Size}, theirs?: {script: Size, wasm: Size}}>} `theirs` is
 *   missing where jco made nothing
 */
export async function productSizes({ id, isAsync }) {
  const folder = join(BUILD, 'products', id);
  const guests = new Set(coreModules(await readFile(join(folder, 'component.wasm'))).map(contentOf));
  const made = async (/** @type {string} */ path) => {
    const files = (await readdir(path)).filter((name) => name.endsWith('.wasm'));
    const modules = await Promise.all(files.map((name) => readFile(join(path, name))));
    return sizeOf(Buffer.concat(modules.filter((module) => !guests.has(contentOf(module)))));
  };
  const corefuse = join(folder, 'corefuse');
  const ours = {
    script: await scriptOf(join(corefuse, 'app.js'), isAsync),
    plan: sizeOf(await readFile(join(corefuse, 'app.plan.json'))),
    wasm: await made(corefuse),
  };
  const jco = join(folder, 'jco');
  if (!(await readdir(jco).catch(() => undefined))) return { ours };
  return { ours, theirs: { script: await scriptOf(join(jco, 'app.js')), wasm: await made(jco) } };
}

/** @param {Uint8Array} bytes */
function contentOf(bytes) {
  return Buffer.from(bytes).toString('latin1');
}

/** @param {Uint8Array} bytes */
function sizeOf(bytes) {
  return { raw: bytes.length, gzipped: bytes.length && gzipSync(bytes, { level: 9 }).length };
}

/**
 * A script with all that it loads, minified.
 *
 * @param {string} path
 * @param {boolean} [isAsync] whether the component needs the async part
 */
async function scriptOf(path, isAsync) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    platform: 'browser',
    alias: {
      'corefuse/bindings': join(HERE, '../src/bindings.js'),
      'corefuse/async': join(HERE, '../src/async/index.js'),
      corefuse: join(HERE, '../src/browser.js'),
    },
    // jco's output looks for Node's file system where it may run in Node.
    external: ['node:*', '@bytecodealliance/*', ...(isAsync ? [] : [ASYNC_PART])],
    logLevel: 'silent',
  });
  return sizeOf(outputFiles[0].contents);
}
