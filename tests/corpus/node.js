// Node's entry: `node node.js LOADER JOB.json`. A job names the plan, the plan of a component whose exports are its
// imports (or none), whether to call through bindings, the suites, and what WASI is to offer (or null). The report, a JSON list of what differs, goes
// to the file named `report`; standard input and output belong to the guest.

import { readFile, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { instantiatePlan, runSuites } from './suites.js';

const [loaderPath, jobPath] = process.argv.slice(2);
const loader = await import(pathToFileURL(loaderPath).href);
const job = JSON.parse(await readFile(jobPath, 'utf8'));

// Bundles are in a folder of their own, from which the package's name leads nowhere.
const loaderUrl = pathToFileURL(loaderPath);
const packages = { corefuse: loaderUrl.href, 'corefuse/bindings': new URL('bindings.js', loaderUrl).href };
registerHooks({ resolve: (name, context, next) => next(packages[name] ?? name, context) });

const instantiate = async (path, imports) => {
  const url = pathToFileURL(path);
  const plan = JSON.parse(await readFile(url, 'utf8'));
  return { plan, instance: await instantiatePlan(loader, url, imports, job.bindings) };
};

/** What the job says of WASI, as an import object of the unmodified preview2-shim. */
const wasiImports = async ({ args, env, preopen }) => {
  const { WASIShim } = await import('@bytecodealliance/preview2-shim/instantiation');
  const sandbox = { args: [job.name, ...args], env, preopens: preopen ? { '/': preopen } : {} };
  return new WASIShim({ sandbox }).getImportObject();
};

const failures = [];
try {
  const wasi = job.wasi ? await wasiImports(job.wasi) : {};
  const provider = job.provider ? (await instantiate(job.provider, wasi)).instance.exports : {};
  const subject = await instantiate(job.plan, { ...wasi, ...provider });
  failures.push(...runSuites(subject, job.suites, loader));
} catch (error) {
  failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
await writeFile(job.report, JSON.stringify(failures));
