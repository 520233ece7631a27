// Sizes: what a component costs beside its own core modules, and the loader that all components share.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { coreModules } from './assemble.js';
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
 * Minifies a script with all that it imports.
 *
 * @param {string} path
 * @param {'browser' | 'node'} platform
 * @returns {Promise<{minified: number, gzipped: number}>} bytes
 */
export async function scriptSize(path, platform) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    platform,
    // jco's output looks for Node's file system where it may run in Node.
    external: ['node:*', 'corefuse', 'corefuse/*'],
    logLevel: 'silent',
  });
  const bytes = outputFiles[0].contents;
  return { minified: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
}

/** Size of the generated bindings of a component in build/, without the loader that they import. */
export async function bindingsSize(folder) {
  return scriptSize(join(BUILD, folder, 'corefuse/app.js'), 'browser');
}
