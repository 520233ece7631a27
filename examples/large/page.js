// A component of 12 MB in a page: it is compiled while it comes, and the page shows how much has come. The plan says how
// large every module is, so that the whole is known before the first byte.

import { instantiate } from 'corefuse';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';

const bar = /** @type {HTMLProgressElement} */ (document.getElementById('bar'));
const amount = /** @type {HTMLOutputElement} */ (document.getElementById('amount'));
const greeting = /** @type {HTMLPreElement} */ (document.getElementById('greeting'));

const base = new URL('dist/greeter.plan.json', import.meta.url);
const plan = await (await fetch(base)).json();
const total = plan.modules.reduce((sum, { size }) => sum + size, 0);
let received = 0;

/**
 * A module of the bundle, counted as it passes. The answer keeps its headers, and so can be compiled as it comes.
 * @param {string} file
 */
async function getModule(file) {
  const response = await fetch(new URL(file, base));
  const counter = new TransformStream({
    transform(chunk, controller) {
      received += chunk.length;
      bar.value = received / total;
      amount.value = `${(received / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counter), response);
}

const { exports } = await instantiate(plan, {
  getModule,
  imports: { ...new WASIShim().getImportObject(), weekday: () => 'Friday' },
});
greeting.textContent = exports.greet([{ name: 'Zoë', age: 7 }]);
