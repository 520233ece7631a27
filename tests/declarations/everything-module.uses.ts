// What users of everything.wat as a module (`--esm`) may write, and what they may not.
import { all, lists, nothing, Thing, type Exports, type Imports, type Option, type Result } from './everything-module.js';
import * as everything from './everything-module.js';

export function uses(): void {
  nothing();
  const shape: Exports.Shape = all({ xValue: 1 }, { tag: 'dot' }, 'dark-green', { writeAll: true }, 'x', [true]);
  const results: Array<Result<number, string>> = lists(new Uint8Array(), new BigUint64Array(), []);
  const deep: Option<number | undefined> = { tag: 'some', val: undefined };
  everything.nested(deep)?.[0].toUpperCase();
  const thing: Thing = Thing.make();
  const size: bigint = thing.grow(1n);
  thing[Symbol.dispose]();
  const host: Imports['test:types/host@1.0.0']['delete'] = (_new, _for) => _for > 0n;
  void [shape, results, size, host];
}

export function misuses(): void {
  // @ts-expect-error a module with the component's exports has no `instantiate`
  everything.instantiate();
  // @ts-expect-error a case that the enum has not
  all({ xValue: 1 }, { tag: 'dot' }, 'blue', {}, 'x', []);
  // @ts-expect-error the component has no constructor for things
  new Thing();
  // @ts-expect-error `Exports` is a type: its classes are exports of the module
  Exports.Thing.make();
  // @ts-expect-error exports are constants
  everything.nothing = () => {};
}
