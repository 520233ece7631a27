// From the WAT of guests/ and hand/ to binaries, with tools that jco brings.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from '@bytecodealliance/jco';

const run = promisify(execFile);
export const HERE = fileURLToPath(new URL('.', import.meta.url));

/**
 * Assembles a text file. `{{name}}` in it stands for the variable of that name, or, where it is `{{file.wat}}`, for
 * that file's text.
 *
 * @param {string} path relative to this folder
 * @param {Record<string, string>} [variables]
 * @returns {Promise<Uint8Array>}
 */
export async function assemble(path, variables = {}) {
  return assembleText(await expand(path, variables), path);
}

/**
 * @param {string} text
 * @param {string} name for messages
 * @returns {Promise<Uint8Array>}
 */
export async function assembleText(text, name) {
  try {
    return await parse(text);
  } catch (error) {
    throw new Error(`${name} does not assemble: ${String(error.payload ?? error)}`, { cause: error });
  }
}

async function expand(path, variables) {
  const text = await readFile(join(HERE, path), 'utf8');
  let expanded = '';
  let done = 0;
  for (const match of text.matchAll(/\{\{([\w.-]+)\}\}/g)) {
    const name = match[1];
    const value = name.endsWith('.wat') ? await expand(join(path, '..', name), variables) : variables[name];
    if (value === undefined) throw new Error(`${path} asks for {{${name}}}, which has no value`);
    expanded += text.slice(done, match.index) + value.trimEnd();
    done = match.index + match[0].length;
  }
  return expanded + text.slice(done);
}

/**
 * The core modules of a binary component, byte for byte, in the order in which they appear, nested ones included.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array[]}
 */
export function coreModules(bytes) {
  const CORE_MODULE = 1;
  const COMPONENT = 4;
  const found = [];
  const components = [bytes];
  for (const component of components) {
    let at = 8;
    while (at < component.length) {
      const section = component[at++];
      let size = 0;
      for (let shift = 0, more = true; more; shift += 7) {
        more = component[at] >= 0x80;
        size |= (component[at++] & 0x7f) << shift;
      }
      const content = component.subarray(at, at + size);
      if (section === CORE_MODULE) found.push(content);
      if (section === COMPONENT) components.push(content);
      at += size;
    }
  }
  return found;
}

/**
 * Merges core modules that import from one another into one module, with Binaryen's wasm-merge. Nothing is optimised.
 *
 * @param {{name: string, path: string}[]} modules the first one keeps its exports if names clash
 * @param {string} output path
 */
export async function merge(modules, output) {
  await run(process.execPath, [
    join(HERE, 'node_modules/binaryen/bin/wasm-merge'),
    ...modules.flatMap(({ name, path }) => [path, name]),
    '--all-features',
    '--rename-export-conflicts',
    '-o',
    output,
  ]);
}

/** @returns {Promise<string>} path of the corefuse command, built from this repository; the debug build writes the same bundles as the release build. */
export async function buildCorefuse() {
  const root = join(HERE, '../..');
  const { stdout } = await run('cargo', ['build', '--quiet', '--bin', 'corefuse', '--message-format=json'], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  const messages = stdout.trim().split('\n').map((line) => JSON.parse(line));
  const binary = messages.findLast((message) => message.executable)?.executable;
  if (!binary) throw new Error('cargo built no corefuse binary');
  return binary;
}

/** Writes the bundle of a component: `app.plan.json` and the modules beside it. */
export async function corefuse(binary, component, folder) {
  await run(binary, ['build', component, '-o', folder, '--name', 'app']);
}

