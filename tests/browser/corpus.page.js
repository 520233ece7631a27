// The page's side of `corpus.js`.

import * as loader from '../../js-loader/src/browser.js';
import { runSuites } from '../corpus/suites.js';

const readJson = async (url) => (await fetch(url)).json();

const instantiate = async (path, imports) => {
  const url = new URL(path, location.href);
  return { plan: await readJson(url), instance: await loader.instantiate(url, { imports }) };
};

let failures;
try {
  const job = await readJson('/job/page.json');
  const provider = job.provider ? (await instantiate(job.provider, {})).instance.exports : {};
  failures = runSuites(await instantiate(job.plan, provider), job.suites, loader);
} catch (error) {
  failures = [error.stack ?? String(error)];
}
await fetch('/report', { method: 'POST', body: JSON.stringify(failures) });
