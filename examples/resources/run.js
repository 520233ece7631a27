// A component's resources in JavaScript: classes, whose objects stand for something inside the component. It is the till
// of examples/shop as a module: converted with `--esm --map price-of=../prices.js#priceOf`, it imports what it needs and
// exports what it has.

import { till } from './dist/till.js';

const { Basket, receipt } = till;

// A constructor and methods.
const basket = new Basket('Zoë');
basket.add('apple', 4);
console.log(basket instanceof Basket, basket.lines());

// Lent to a function as `borrow<basket>`: it is still ours afterwards.
console.log(receipt(basket, { tag: 'none' }));

// Dropped now, and not when the garbage collector finds time. With `using basket = new Basket('Zoë')` the end of the
// block does it.
basket[Symbol.dispose]();
basket[Symbol.dispose](); // once more does nothing

// What was dropped cannot be used, and nothing else is harmed by an attempt.
try {
  basket.add('apple', 1);
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
const other = new Basket('Yves');
other.add('pear', 1);
console.log(other.lines().length);
other[Symbol.dispose]();
