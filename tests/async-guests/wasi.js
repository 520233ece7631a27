// WASI 0.2 and 0.3 for Node, from the unmodified packages.

import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';
import { cli, clocks } from '@bytecodealliance/preview3-shim';

/** Interfaces of both versions. preview3-shim has no import object of its own to give. */
export const wasiImports = () => ({
  ...new WASIShim().getImportObject({ asVersion: '0.2.12' }),
  'wasi:cli/stdin@0.3.0': cli.stdin,
  'wasi:cli/stdout@0.3.0': cli.stdout,
  'wasi:clocks/monotonic-clock@0.3.0': clocks.monotonicClock,
});
