// The page's side of `scripts.js`: replays every script of the list, and posts the reports of each.

import * as loader from '../../js-loader/src/browser.js';
import { Replay } from '../replay/replay.js';

const readJson = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
};
const post = (report) => fetch('/report', { method: 'POST', body: JSON.stringify(report) });

for (const script of await readJson(new URL('/scripts/scripts.json', location.href))) {
  const base = new URL(`/scripts/${script}/`, location.href);
  const { bindings, commands } = await readJson(new URL('script.json', base));
  const replay = new Replay(loader, (bundle) => new URL(`${bundle}/script.plan.json`, base), readJson, bindings);
  // One report each, at once: should the page hang, the last one tells where.
  for (const command of commands) {
    const failure = await replay.run(command);
    await post([{ script, line: command.line, failure }]);
  }
}
await post({ done: true });
