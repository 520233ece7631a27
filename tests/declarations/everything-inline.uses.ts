// What only users of everything.wat in one file (`--inline`) may write, and what only they may not.
import { ComponentError, Trap, compile } from './everything.js';

export async function uses(): Promise<void> {
  const error: string = new ComponentError('why').payload;
  const trap: WebAssembly.RuntimeError = new Trap();
  // @ts-expect-error modules are in the file
  await compile({ modules: {} });
  void [error, trap];
}
