/** The two things that only core wasm can do for the loader, both with the same tiny module. */
import { wasm } from './features.js';

/**
 * @param {Function} imported
 * @param {'i32' | 'i64'} param
 * @returns {Record<string, any>}
 */
function tinyInstance(imported, param) {
  // (import "" "" (func (param $param))) (func unreachable) (export "f" (func 0)) (export "t" (func 1))
  const types = `0108026000006001${param === 'i32' ? '7f' : '7e'}00`;
  const bytes = wasm(`${types}0205010000000103020100070902016600000174000` + '10a05010300000b');
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { '': { '': imported } }).exports;
}

/**
 * A function as one of core wasm, since tables accept no other.
 *
 * @param {Function} imported
 * @param {'i32' | 'i64'} param its only parameter
 * @returns {Function}
 */
export function coreFunction(imported, param) {
  return tinyInstance(imported, param).f;
}

/** @type {(() => never) | undefined} */
let unreachable;

/**
 * Traps, which is not the same as to throw: no guest can catch it.
 *
 * @returns {never}
 */
export function trap() {
  unreachable ??= tinyInstance(trap, 'i32').t;
  return /** @type {() => never} */ (unreachable)();
}
