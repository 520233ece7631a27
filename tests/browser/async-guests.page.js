// The page's side of `async-guests.test.js`: runs one case after the other, each in instances of its own.

import { compile } from 'corefuse';
import { withStackSwitching, withoutStackSwitching } from '../async-guests/cases.js';

const compiled = new Map();

const ways = {
  async 'by its plan'(name, imports) {
    if (!compiled.has(name)) compiled.set(name, compile(new URL(`/guests/${name}/guest.plan.json`, location.href)));
    return (await compiled.get(name)).instantiate(imports);
  },
  async 'through bindings'(name, imports) {
    const { instantiate } = await import(`/guests/${name}/guest.js`);
    return instantiate(imports);
  },
};

/** What became of each case: its name, and what was thrown. */
const report = [];
for (const [way, instantiate] of Object.entries(ways)) {
  const load = async (name, imports) => (await instantiate(name, imports)).exports;
  for (const { name, run } of [...withoutStackSwitching, ...withStackSwitching]) {
    const timeout = new Promise((_, reject) => setTimeout(reject, 20_000, new Error('no end after 20 s')));
    const error = await Promise.race([run(load), timeout]).then(
      () => undefined,
      (error) => error?.stack ?? String(error),
    );
    report.push({ name: `${name} (${way})`, error });
  }
}
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
