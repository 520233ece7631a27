// Replays test scripts in one page of Chromium: `node scripts.js FOLDER`. The folder holds `scripts.json`, the list
// of script names, and a folder for each. Prints a report for each command, one JSON object a line.

import { resolve } from 'node:path';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withPage } from './chromium.js';
import { serve } from './server.js';

const [folder] = process.argv.slice(2);
const repository = fileURLToPath(new URL('../..', import.meta.url));

const { promise: done, resolve: finish } = Promise.withResolvers();
const server = await serve(
  { repository, scripts: resolve(folder) },
  {
    onReport: (report) => {
      if (report.done) finish(undefined);
      else for (const line of report) writeSync(1, `${JSON.stringify(line)}\n`);
    },
  },
);
try {
  await withPage(`${server.origin}/repository/tests/browser/scripts.html`, () => done);
} finally {
  server.close();
}
