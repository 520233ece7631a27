// The page, the same for every bundler. What `corefuse build` wrote finds its modules with
// `new URL('./greeting.core0.wasm', import.meta.url)`, which bundlers take for a file to be copied and renamed.
// Both forms are used: functions that instantiate, and a module (`--esm`) whose exports are the component's.

import { instantiate } from './component/greeting.js';
import { greet } from './component/hello.js';

const { exports } = await instantiate();
document.body.textContent = `${exports.greet('Zoë', 'fr')} ${greet('Zoë', 'ja')}`;
