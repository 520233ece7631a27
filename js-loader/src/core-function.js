/** What only core wasm can do for the loader, or do fast, by tiny modules. */
import { wasm } from './features.js';

/**
 * @param {string} body of a module
 * @param {Record<string, any>} imports
 * @returns {Record<string, any>}
 */
export function tinyInstance(body, imports) {
  return new WebAssembly.Instance(new WebAssembly.Module(wasm(body)), { '': imports }).exports;
}

/**
 * @param {Function} imported
 * @param {'i32' | 'i64'} param
 */
function tinyFunctions(imported, param) {
  // (import "" "" (func (param $param))) (func unreachable) (export "f" (func 0)) (export "t" (func 1))
  const types = `0108026000006001${param === 'i32' ? '7f' : '7e'}00`;
  return tinyInstance(`${types}0205010000000103020100070902016600000174000` + '10a05010300000b', { '': imported });
}

/**
 * Functions that read and write a mutable global of type i32: its `value` takes ten times as long.
 *
 * @param {WebAssembly.Global} global
 * @returns {{ get: () => number, set: (value: number) => void }}
 */
export function accessors(global) {
  // (import "" "" (global $g (mut i32))) (func (export "g") (result i32) ...) (func (export "s") (param i32) ...)
  const { g, s } = tinyInstance('0109026000017f60017f000206010000037f01030302000107090201670000017300010a0d02040023000b0600200024000b', { '': global });
  return { get: g, set: s };
}

/**
 * A function as one of core wasm, since tables accept no other.
 *
 * @param {Function} imported
 * @param {'i32' | 'i64'} param its only parameter
 * @returns {Function}
 */
export function coreFunction(imported, param) {
  return tinyFunctions(imported, param).f;
}

/** @type {(() => never) | undefined} */
let unreachable;

/**
 * Traps, which is not the same as to throw: no guest can catch it.
 *
 * @returns {never}
 */
export function trap() {
  unreachable ??= tinyFunctions(trap, 'i32').t;
  return /** @type {() => never} */ (unreachable)();
}
