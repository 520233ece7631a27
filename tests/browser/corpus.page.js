// The page's side of `corpus.js`.

import * as loader from 'corefuse';
import { instantiatePlan, runSuites } from '../corpus/suites.js';

const readJson = async (url) => (await fetch(url)).json();

const job = await readJson('/job/page.json');

const instantiate = async (path, imports) => {
  const url = new URL(path, location.href);
  return { plan: await readJson(url), instance: await instantiatePlan(loader, url, imports, job.bindings) };
};

/** What the job says of WASI, as an import object of the unmodified preview2-shim; `write` gets what the guest prints. */
async function wasiImports({ args, env, files, stdin }, write) {
  const { WASIShim } = await import('@bytecodealliance/preview2-shim/instantiation');
  const { InMemoryFilesystemAdapter } = await import('@bytecodealliance/preview2-shim/filesystem');
  const dir = Object.fromEntries(Object.entries(files ?? {}).map(([name, source]) => [name, { source }]));
  let input = new TextEncoder().encode(stdin);
  /** @param {bigint} length */
  const blockingRead = (length) => {
    if (input.length === 0) throw { tag: 'closed' };
    const start = input.subarray(0, Number(length));
    input = input.subarray(start.length);
    return start;
  };
  const wasi = new WASIShim({
    sandbox: { args: [job.name, ...args], env },
    browserFilesystem: { adapter: new InMemoryFilesystemAdapter(), preopens: { '/': { dir } } },
    stdin: { blockingRead },
    stdout: { write, blockingFlush() {} },
  });
  return wasi.getImportObject();
}

let failures;
let stdout = '';
const decoder = new TextDecoder();
try {
  const wasi = job.wasi ? await wasiImports(job.wasi, (bytes) => (stdout += decoder.decode(bytes, { stream: true }))) : {};
  const provider = job.provider ? (await instantiate(job.provider, wasi)).instance.exports : {};
  failures = runSuites(await instantiate(job.plan, { ...wasi, ...provider }), job.suites, loader);
} catch (error) {
  failures = [error.stack ?? String(error)];
}
await fetch('/report', { method: 'POST', body: JSON.stringify({ failures, stdout }) });
