// The host boundary table: the same calls through hand-written JS, corefuse's bindings, its loader alone, and jco.

import { compileAnew, loadBindings, loadCorefuse, loadJco } from './columns.js';
import { measure } from './measure.js';

export const HOST_COLUMNS = ['hand', 'bindings', 'corefuse', 'jco'];
const FOLDER = 'host';

let serial = 0;

/**
 * @param {import('./columns.js').Files} files
 * @param {(name: string) => boolean} kept which rows to measure
 * @param {Record<string, string>} missing by column: why it was not built
 * @param {{rounds: number, sample: number, onRound?: (round: number) => void}} options
 * @returns {Promise<{name: string, times: Record<string, number>, missing: Record<string, string>}[]>} nanoseconds a
 *   call, and for columns that have none the reason
 */
export async function measureHost(files, kept, missing, options) {
  const results = new Map();
  const entries = [];
  for (const column of HOST_COLUMNS) {
    const { env, rows } = await import(`./host-rows.js?${column}${serial++}`);
    let exports;
    let failure = missing[column];
    try {
      if (!failure) exports = await load(files, column, env);
    } catch (error) {
      failure = String(error.payload ?? error.message ?? error).split('\n')[0];
    }
    if (failure) {
      for (const result of results.values()) result.missing[column] = failure;
      continue;
    }
    for (const { name, run } of rows(exports)) {
      if (!kept(name)) continue;
      if (!results.has(name)) results.set(name, { name, times: {}, missing: {}, expected: run(3) });
      const result = results.get(name);
      try {
        const sum = run(3);
        if (sum !== result.expected) throw new Error(`computes ${sum} instead of ${result.expected}`);
        entries.push({ result, column, run });
      } catch (error) {
        result.missing[column] = String(error.payload ?? error.message ?? error).split('\n')[0];
      }
    }
  }
  measure(entries, options);
  for (const { result, column, perCall } of entries) result.times[column] = perCall;
  return [...results.values()];
}

async function load(files, column, env) {
  const imports = { 'bench:host/env': env };
  if (column === 'corefuse') return loadCorefuse(files, `${FOLDER}/corefuse`, imports);
  if (column === 'bindings') return loadBindings(files, `${FOLDER}/corefuse`, imports);
  if (column === 'jco') return loadJco(files, `${FOLDER}/jco`, imports);
  const { link } = await import('./hand/host.js');
  const compile = async (name) => compileAnew(await files.read(`${FOLDER}/${name}.wasm`));
  return link({ libc: await compile('libc'), main: await compile('main') }, env);
}
