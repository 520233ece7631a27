/**
 * Guards: a guest may not call out while the host calls its realloc or post-return functions. A function of core wasm that
 * clears its may-leave flag, calls and sets the flag again is one call from JavaScript instead of three.
 */
import { tinyInstance } from './core-function.js';

/** @typedef {import('./memory.js').Context} Context */

/** Guards by flag and guarded function. @type {WeakMap<WebAssembly.Global, Map<Function, Function>>} */
const guards = /* @__PURE__ */ new WeakMap();

/** The flag of instances that have none. @type {WebAssembly.Global | undefined} */
let unread;

/**
 * May-leave of the instance that a function belongs to.
 *
 * @param {Context} cx
 * @returns {WebAssembly.Global}
 */
export function flagOf({ root, instanceIndex }) {
  const name = root.plan.instances[instanceIndex].mayLeave;
  return name ? root.runtime(name) : (unread ??= new WebAssembly.Global({ value: 'i32', mutable: true }));
}

/**
 * A guest's function during which a flag is clear. It is the function itself where there is no flag.
 *
 * @param {WebAssembly.Global} flag
 * @param {Function} guarded
 * @param {string[]} params
 * @param {string[]} results
 * @returns {any}
 */
export function guardOf(flag, guarded, params, results) {
  if (flag === unread) return guarded;
  const known = guards.get(flag) ?? new Map();
  guards.set(flag, known);
  if (!known.has(guarded)) known.set(guarded, makeGuard(flag, guarded, params, results));
  return known.get(guarded);
}

/** Codes of core types. @type {Record<string, string>} */
const CORE_TYPES = { i32: '7f', i64: '7e', f32: '7d', f64: '7c' };

/**
 * @param {WebAssembly.Global} flag
 * @param {Function} guarded
 * @param {string[]} params
 * @param {string[]} results
 */
function makeGuard(flag, guarded, params, results) {
  const byte = (/** @type {number} */ value) => value.toString(16).padStart(2, '0');
  const sized = (/** @type {string} */ hex) => byte(hex.length / 2) + hex;
  const types = (/** @type {string[]} */ names) => sized(names.map((name) => CORE_TYPES[name]).join(''));
  // (import "" "f" (global $f (mut i32))) (import "" "r" (func $r (type 0)))
  // (func (export "g") (type 0) (global.set $f (i32.const 0)) (call $r ...) (global.set $f (i32.const 1)))
  const code = `0041002400${params.map((_, i) => `20${byte(i)}`).join('')}1000410124000b`;
  const body = `01${sized(`0160${types(params)}${types(results)}`)}020c02000166037f01000172000003020100070501016700010a${sized(`01${sized(code)}`)}`;
  return tinyInstance(body, { f: flag, r: guarded }).g;
}
