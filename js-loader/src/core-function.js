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

/** @typedef {{ get: () => any, set: (value: any) => void }} Accessors */

/**
 * Functions that read and write a mutable global of type i32 or i64: its `value` takes ten times as long.
 *
 * @param {WebAssembly.Global} global
 * @returns {Accessors}
 */
export function accessors(global) {
  const code = typeof global.value === 'bigint' ? '7e' : '7f';
  // (import "" "" (global $g (mut i32))) (func (export "get") (result i32) ...) (func (export "set") (param i32) ...)
  const body = `010902600001${code}6001${code}00020601000003${code}010303020001070d020367657400000373657400010a0d02040023000b0600200024000b`;
  return /** @type {any} */ (tinyInstance(body, { '': global }));
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
