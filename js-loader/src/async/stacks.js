/**
 * How guest code is entered. An engine stops only stacks that consist of wasm frames, from an entry made for it to
 * the import that stops. So what comes after a core function, which JavaScript does, is called by a tiny module whose
 * only function is: clear the context slots of the thread that begins, call the core function, then hand its result over.
 */
import { Trap } from '../errors.js';

/** @typedef {import('../plan-format.js').FlatType} FlatType */
/** @typedef {(...args: any[]) => any} Func */

const { promising, Suspending } = /** @type {any} */ (WebAssembly);

export function canSwitchStacks() {
  return !!promising && !!Suspending;
}

/**
 * An import that stops the stack until its promise is fulfilled, where the engine can do that.
 *
 * @param {() => Promise<void>} func
 * @returns {any}
 */
export function suspending(func) {
  return canSwitchStacks() ? new Suspending(func) : func;
}

/** Entries that may be stopped, by what they enter. @type {WeakMap<Function, Func>} */
const entries = new WeakMap();

/**
 * A function of core wasm as an entry that may be stopped.
 *
 * @param {Func} func
 * @returns {Func}
 */
export function stackEntry(func) {
  let entry = entries.get(func);
  if (!entry) entries.set(func, (entry = /** @type {Func} */ (promising(func))));
  return entry;
}

/** @type {Record<FlatType, number>} */
const CODES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

/** Modules by what they call and clear. @type {Map<string, WebAssembly.Module>} */
const entryModules = new Map();

/**
 * A function that calls one and hands the result to another.
 *
 * @param {Function} func
 * @param {FlatType[]} params
 * @param {FlatType | null} result
 * @param {Function} done takes the result, if there is one
 * @param {WebAssembly.Global[]} slots that are to be zero when the function begins: from JavaScript it would take longer
 * @returns {Func}
 * @throws {Trap} if the function has another type
 */
export function callThen(func, params, result, done, slots) {
  const types = slots.map(({ value }) => CODES[typeof value === 'bigint' ? 'i64' : 'i32']);
  const key = `${params}>${result}>${types}`;
  let module = entryModules.get(key);
  if (!module) entryModules.set(key, (module = new WebAssembly.Module(moduleBytes(params, result ? [result] : [], types))));
  try {
    return /** @type {any} */ (new WebAssembly.Instance(module, { '': { f: func, d: done, ...slots } }).exports).e;
  } catch (error) {
    throw new Trap(`indirect call type mismatch: expected a function (${params}) -> (${result ?? ''})`, '', error);
  }
}

/**
 * @param {FlatType[]} params
 * @param {FlatType[]} results
 * @param {number[]} slots their types
 */
function moduleBytes(params, results, slots) {
  const codes = (/** @type {FlatType[]} */ types) => [types.length, ...types.map((type) => CODES[type])];
  const section = (/** @type {number} */ id, /** @type {number[]} */ bytes) => [id, bytes.length, ...bytes];
  // The instruction for a constant is as far from 0x80 as that for its type is from 0x40.
  const clear = slots.flatMap((type, i) => [0xc0 - type, 0, 0x24, i]);
  const body = [0, ...clear, ...params.flatMap((_, i) => [0x20, i]), 0x10, 0, 0x10, 1, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // (type (func params results)) (type (func results)) (type (func params))
    ...section(1, [3, 0x60, ...codes(params), ...codes(results), 0x60, ...codes(results), 0, 0x60, ...codes(params), 0]),
    // (import "" "f" (func (type 0))) (import "" "d" (func (type 1))) (import "" "0" (global (mut i32)))
    ...section(2, [2 + slots.length, 0, 1, 0x66, 0, 0, 0, 1, 0x64, 0, 1, ...slots.flatMap((type, i) => [0, 1, 0x30 + i, 3, type, 1])]),
    ...section(3, [1, 2]),
    ...section(7, [1, 1, 0x65, 0, 2]),
    ...section(10, [1, body.length, ...body]),
  ]);
}
