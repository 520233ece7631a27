// Users of everything.wat in one file that exports what the component exports (`--inline --esm`).
import { ComponentError, Thing, nothing } from './everything-inline-module.js';

export function uses(): string {
  nothing();
  const thing: Thing = Thing.make();
  // @ts-expect-error 64-bit integers are bigints
  thing.grow(1);
  return new ComponentError('why').payload;
}
