// Node's entry: `node node.js LOADER SCRIPT` replays one script and prints a report for each command, one JSON
// object a line, as soon as it is known, so that a crash or a time-out still tells which command it was.

import { readFile } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Replay } from './replay.js';

const [loaderPath, scriptPath] = process.argv.slice(2);
const loader = await import(pathToFileURL(loaderPath).href);
const script = JSON.parse(await readFile(scriptPath, 'utf8'));
const base = pathToFileURL(scriptPath);

const replay = new Replay(
  loader,
  (bundle) => new URL(`${bundle}/script.plan.json`, base),
  async (url) => JSON.parse(await readFile(url, 'utf8')),
);
for (const command of script.commands) {
  const failure = await replay.run(command);
  writeSync(1, `${JSON.stringify({ line: command.line, failure })}\n`);
}
// A component may have left timers or workers behind; the script is over all the same.
process.exit(0);
