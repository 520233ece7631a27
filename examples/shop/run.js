// Runs the shop in Node: prices come from this file, WASI from @bytecodealliance/preview2-shim.
// `scripts/demo` converts the component first.

import { instantiate } from 'corefuse';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';

const prices = new Map([
  ['coffee', 350],
  ['croissant', 220],
  ['jam, 240 g', 495],
]);

const wasi = new WASIShim({ sandbox: { env: { SHOP_NAME: 'Corner shop' } } });
const { exports } = await instantiate(new URL('dist/shop.plan.json', import.meta.url), {
  imports: {
    ...wasi.getImportObject(),
    priceOf: (name) => prices.get(name),
  },
});

const { Basket, receipt } = exports.till;
const basket = new Basket('Zoë');
basket.add('coffee', 2);
basket.add('croissant', 3);
try {
  basket.add('moon dust', 1);
} catch (error) {
  console.log(`The till says no: ${error.payload}`);
}

const pieces = basket.lines().reduce((sum, line) => sum + line.quantity, 0);
console.log(`\n${pieces} pieces in the basket.\n`);
console.log(receipt(basket, { tag: 'voucher', val: [150, 'birthday'] }));
basket[Symbol.dispose]();
