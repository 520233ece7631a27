// The shop in a browser. Serve the repository's folder and open examples/shop/page.html; no bundler is needed. WASI
// is the browser side of @bytecodealliance/preview2-shim, imported by path since a page has no module resolution.

import { instantiate } from '../../js-loader/src/browser.js';
import * as wasi from '../node_modules/@bytecodealliance/preview2-shim/dist/browser/index.js';

const prices = new Map([
  ['coffee', 350],
  ['croissant', 220],
]);

/** `{environment: ...}` of a package as `{"wasi:cli/environment": ...}`. */
const interfaces = (name, members) =>
  Object.entries(members).map(([key, value]) => [
    `wasi:${name}/${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
    value,
  ]);

const receiptElement = /** @type {HTMLElement} */ (document.getElementById('receipt'));
try {
  wasi.cli._setEnv({ SHOP_NAME: 'Corner shop' });
  const { exports } = await instantiate(new URL('dist/shop.plan.json', import.meta.url), {
    imports: {
      ...Object.fromEntries(['cli', 'clocks', 'filesystem', 'io'].flatMap((name) => interfaces(name, wasi[name]))),
      priceOf: (name) => prices.get(name),
    },
  });
  const { Basket, receipt } = exports.till;
  const basket = new Basket('Zoë');
  basket.add('coffee', 2);
  basket.add('croissant', 3);
  receiptElement.textContent = receipt(basket, { tag: 'percent', val: 13 });
  // Safari has no `Symbol.dispose` yet; the loader then takes what others took before there was one.
  basket[Symbol.dispose ?? Symbol.for('dispose')]();
  document.body.dataset.state = 'done';
} catch (error) {
  receiptElement.textContent = `${error}\n${error.stack ?? ''}`;
  document.body.dataset.state = 'failed';
}
