// Runs one job of the corpus in Chromium: `node corpus.js JOB.json`; `tests/corpus/node.js` says what a job is.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withPage } from './chromium.js';
import { serve } from './server.js';

const [jobPath] = process.argv.slice(2);
const job = JSON.parse(await readFile(jobPath, 'utf8'));
const folder = dirname(jobPath);
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Where the page finds a file of the job's folder. */
const served = (path) => path && `/job/${relative(folder, path).split(sep).join('/')}`;

const { promise: report, resolve: onReport } = Promise.withResolvers();
const server = await serve({ repository, job: folder }, { onReport });
try {
  await writeFile(
    `${folder}/page.json`,
    JSON.stringify({ ...job, plan: served(job.plan), provider: served(job.provider) }),
  );
  await withPage(`${server.origin}/repository/tests/browser/corpus.html`, () => report);
} finally {
  server.close();
}
const { failures, stdout } = await report;
process.stdout.write(stdout);
await writeFile(job.report, JSON.stringify(failures));
