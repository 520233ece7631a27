// The page's side of `corpus.js`.

import * as loader from 'corefuse';
import { instantiatePlan, runSuites } from '../corpus/suites.js';

const readJson = async (url) => (await fetch(url)).json();

const job = await readJson('/job/page.json');

const instantiate = async (path, imports) => {
  const url = new URL(path, location.href);
  return { plan: await readJson(url), instance: await instantiatePlan(loader, url, imports, job.bindings) };
};

let failures;
try {
  const provider = job.provider ? (await instantiate(job.provider, {})).instance.exports : {};
  failures = runSuites(await instantiate(job.plan, provider), job.suites, loader);
} catch (error) {
  failures = [error.stack ?? String(error)];
}
await fetch('/report', { method: 'POST', body: JSON.stringify(failures) });
