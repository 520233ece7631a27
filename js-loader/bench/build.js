// Builds every column of the tables into build/: what `columns.js` loads, in Node or in a page.

import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { assemble, buildCorefuse, corefuse, coreModules, HERE, merge } from './assemble.js';

export const BUILD = join(HERE, 'build');

/** The columns of a table, in its order. `missing` says for which ones a case has nothing, and why. */
export const COLUMNS = ['hand', 'corefuse', 'merged', 'jco', 'jcoMultiMemory'];

/**
 * Builds the components that some cases need.
 *
 * @param {import('./cases.js').Case[]} cases
 * @param {(what: string) => void} progress
 * @returns {Promise<Record<string, Record<string, string>>>} by id of the component: columns that could not be built,
 *   with the reason
 */
export async function buildCalls(cases, progress) {
  await rm(join(BUILD, 'calls'), { recursive: true, force: true });
  const { binary } = await buildCorefuse().catch(() => ({}));
  const missing = {};
  for (const item of cases) {
    if (item.id in missing) continue;
    progress(`building ${item.id}`);
    missing[item.id] = await buildCall(item, binary);
  }
  return missing;
}

async function buildCall({ id, guest, encodings }, binary) {
  const folder = join(BUILD, 'calls', id);
  await mkdir(folder, { recursive: true });
  const component = await assemble(`guests/${guest.file}.wat`, encodings);
  await writeFile(join(folder, 'component.wasm'), component);

  const paths = {};
  const place = async (name, bytes) => {
    paths[name] = join(folder, `${name}.wasm`);
    await writeFile(paths[name], bytes);
  };
  const cores = coreModules(component);
  for (const [i, name] of guest.modules.entries()) await place(name, cores[i]);
  for (const item of guest.link) {
    if (typeof item !== 'string') await place(item.as, await assemble(`hand/${item.hand}.wat`, encodings));
  }
  const linked = guest.link.map((item) => (typeof item === 'string' ? item : item.as));
  await merge(
    linked.toReversed().map((name) => ({ name, path: paths[name] })),
    join(folder, 'merged.wasm'),
  );

  return {
    ...(await attempt('corefuse', () => corefuse(binary, join(folder, 'component.wasm'), join(folder, 'corefuse')))),
    ...(await attempt('jco', () => buildJco(component, join(folder, 'jco')))),
    ...(await attempt('jcoMultiMemory', () =>
      buildJco(component, join(folder, 'jcoMultiMemory'), { multiMemory: true }))),
  };
}

let transpiler;

/** Transpiles a component with jco into a folder, as `app.js` and its modules. */
export async function buildJco(component, folder, options = {}) {
  // What it prints of a panic is not for us to show: the reason is kept.
  transpiler ??= new Worker(new URL('transpile-worker.js', import.meta.url), { stderr: true });
  transpiler.postMessage({
    component,
    options: { name: 'app', instantiation: 'async', noTypescript: true, ...options },
  });
  const [{ files, reason }] = await once(transpiler, 'message');
  if (reason) {
    stopTranspiler();
    throw new Error(reason);
  }
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

/** Lets the process end. */
export function stopTranspiler() {
  transpiler?.terminate();
  transpiler = undefined;
}

/** Does a step that a tool may fail at; the first line of the reason is kept, by column. */
async function attempt(column, step) {
  try {
    await step();
    return {};
  } catch (error) {
    const reason = String(error.stderr || error.payload || error.message || error).trim();
    return { [column]: reason.split('\n')[0].slice(0, 200) };
  }
}
