// Makes build/large.wasm: a real component of 12 MB, the JavaScript engine StarlingMonkey with a small program.

import { mkdir, writeFile } from 'node:fs/promises';
import { componentize } from '@bytecodealliance/componentize-js';

const WIT = `
package bench:large;
world app {
  record item { id: u32, name: string }
  export describe: func(items: list<item>) -> result<string, string>;
}`;
const SOURCE = `
export function describe(items) {
  if (items.length === 0) throw 'nothing to describe';
  return items.map(({ id, name }) => id + ': ' + name).join(', ');
}`;

const { component } = await componentize(SOURCE, {
  witWorld: WIT,
  disableFeatures: ['random', 'clocks', 'http', 'fetch-event'],
});
const folder = new URL('build/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('large.wasm', folder), component);
