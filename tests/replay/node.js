// Node's entry: `node node.js LOADER SCRIPT` replays one script and prints a report for each command, one JSON
// object a line, as soon as it is known, so that a crash or a time-out still tells which command it was.

import { readFile } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { registerHooks } from 'node:module';
import { Replay } from './replay.js';

const [loaderPath, scriptPath] = process.argv.slice(2);
const loader = await import(pathToFileURL(loaderPath).href);
const script = JSON.parse(await readFile(scriptPath, 'utf8'));
const base = pathToFileURL(scriptPath);

// Bundles are in a folder of their own, from which the package's name leads nowhere.
const loaderUrl = pathToFileURL(loaderPath);
const packages = { corefuse: loaderUrl.href, 'corefuse/bindings': new URL('bindings.js', loaderUrl).href };
registerHooks({ resolve: (name, context, next) => next(packages[name] ?? name, context) });

const replay = new Replay(
  loader,
  (bundle) => new URL(`${bundle}/script.plan.json`, base),
  async (url) => JSON.parse(await readFile(url, 'utf8')),
  script.bindings,
);
for (const command of script.commands) {
  const failure = await replay.run(command);
  writeSync(1, `${JSON.stringify({ line: command.line, failure })}\n`);
}
// A component may have left timers or workers behind; the script is over all the same.
process.exit(0);
