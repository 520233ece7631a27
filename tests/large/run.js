// `node run.js LOADER PLAN`: runs the component in Node with the unmodified preview2-shim.

import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';

const [loaderPath, planPath] = process.argv.slice(2);
const { ComponentError, instantiate } = await import(pathToFileURL(loaderPath).href);

const { exports } = await instantiate(planPath, {
  imports: { ...new WASIShim().getImportObject(), weekday: { default: () => 'Friday' } },
});
const people = [
  { name: 'Zoë', age: 7 },
  { name: '太郎', age: 255 },
];
assert.equal(exports.greet(people), 'Happy Friday, Zoë (7) and 太郎 (255)! π is 3.1416.');
assert.throws(
  () => exports.greet([]),
  (error) => error instanceof ComponentError && error.payload === 'nobody to greet',
);
// Once more after the error: it was no trap.
assert.equal(exports.greet([{ name: 'A', age: 1 }]), 'Happy Friday, A (1)! π is 3.1416.');
console.log('the large component runs');
