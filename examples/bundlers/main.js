// The page, the same for every bundler: `component/greeting.js` is what `corefuse build` wrote, and finds its modules
// with `new URL('./greeting.core0.wasm', import.meta.url)`, which bundlers take for a file to be copied and renamed.

import { instantiate } from './component/greeting.js';

const { exports } = await instantiate();
document.body.textContent = exports.greet('Zoë', 'fr');
