// The large component in Node, with WASI from @bytecodealliance/preview2-shim. `build.sh` makes it.

import { instantiate } from 'corefuse';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';

const { exports } = await instantiate(new URL('dist/greeter.plan.json', import.meta.url), {
  imports: { ...new WASIShim().getImportObject(), weekday: () => 'Friday' },
});
console.log(
  exports.greet([
    { name: 'Zoë', age: 7 },
    { name: '太郎', age: 255 },
  ]),
);
try {
  exports.greet([]);
} catch (error) {
  console.log(`${error.name}: ${error.payload}`);
}
// An error is no trap: the component is as good as before.
console.log(exports.greet([{ name: 'A', age: 1 }]));
