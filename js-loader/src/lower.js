/**
 * Lowered imports: host functions as core functions for guests.
 *
 * Nothing that JavaScript throws may reach guest code, which could catch it: an error is either the `err` case of
 * the function's result, or it ends the component.
 *
 * Spec: `canon_lower`.
 */
import { Trap, isObject, isPromise } from './errors.js';

/** @typedef {import('./memory.js').Context} Context */

/**
 * @param {Context} cx
 * @returns {(...values: any[]) => any}
 */
export function lowerFunction(cx) {
  const { signature } = cx;
  return (...values) => {
    try {
      checkLeave(cx);
      cx.memory?.refresh();
      const value = callHost(cx, signature.liftParams(cx, values));
      cx.memory?.refresh();
      const result = signature.lowerResult(cx, value, values);
      cx.end();
      return result;
    } catch (error) {
      return fail(cx, error);
    }
  };
}

/** @param {Context} cx */
export function checkLeave({ instance: { mayLeave } }) {
  if (mayLeave?.get() === 0) throw new Trap('cannot leave component instance');
}

/**
 * @param {Context} cx
 * @param {any[]} args
 */
function callHost(cx, args) {
  const { signature, callee } = cx;
  let value;
  try {
    value = callee(...args);
  } catch (error) {
    return signature.isFallible ? errorOfHost(cx, error) : trapInHost(cx, error);
  }
  if (signature.isFallible) return resultOfHost(cx, value);
  return signature.result && checked(value, signature.result.kind);
}

/**
 * What a host function throws is the error of its result. Only an `Error` without a payload is not, but a mistake.
 *
 * @param {Context} cx
 * @param {any} error what a host function threw
 * @returns {{ tag: 'err', val: any }}
 */
export function errorOfHost(cx, error) {
  const hasPayload = isObject(error) && Object.hasOwn(error, 'payload');
  if (!hasPayload && error instanceof Error) return trapInHost(cx, error);
  return { tag: 'err', val: hasPayload ? /** @type {any} */ (error).payload : error };
}

/**
 * A host function may return the result itself, unless its ok type could look like one.
 *
 * @param {Context} cx
 * @param {any} val what a host function returned
 * @returns {{ tag: 'ok' | 'err', val: any }}
 */
export function resultOfHost({ signature }, val) {
  checked(val);
  return signature.mayReturnResult && (val?.tag === 'ok' || val?.tag === 'err') ? val : { tag: 'ok', val };
}

/**
 * A promise would silently become NaN, 0 or true, unless it is to be a future.
 *
 * @param {any} value
 * @param {string} [kind] of its type
 */
export function checked(value, kind) {
  if (kind !== 'future' && isPromise(value)) throw new TypeError('it must not return a promise');
  return value;
}

/**
 * @param {Context} cx
 * @param {unknown} error
 * @returns {never}
 */
export function trapInHost({ root, where }, error) {
  throw root.trapInHost(error, where);
}

/**
 * @param {Context} cx
 * @param {unknown} error
 * @returns {never}
 */
export function fail({ root, where }, error) {
  if (error instanceof Trap) root.trap(error, where);
  else root.trapInHost(error, where);
  return root.raise();
}
