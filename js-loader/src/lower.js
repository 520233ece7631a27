/**
 * Lowered imports: host functions as core functions for guests.
 *
 * Nothing that JavaScript throws may reach guest code, which could catch it: an error is either the `err` case of
 * the function's result, or it ends the component.
 *
 * Spec: `canon_lower`.
 */
import { Trap } from './errors.js';
import { scalarFromCore, scalarToCore } from './scalars.js';

/** @typedef {import('./memory.js').Context} Context */

/**
 * @param {Context} cx
 * @returns {(...values: any[]) => any}
 */
export function lowerFunction(cx) {
  const { signature } = cx;
  if (signature.scalars && signature.params.length <= 2) return lowerScalars(cx, signature.scalars);
  const call = signature.isFallible ? callFallible : callHost;
  return (...values) => {
    try {
      checkLeave(cx);
      cx.begin();
      const value = call(cx, signature.liftParams(cx, values));
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
  if (mayLeave && mayLeave.value === 0) throw new Trap('cannot leave component instance');
}

/**
 * @param {Context} cx
 * @param {any[]} args
 */
function callHost(cx, args) {
  let value;
  try {
    value = cx.callee(...args);
  } catch (error) {
    return trapInHost(cx, error);
  }
  return cx.signature.result ? checked(value) : value;
}

/**
 * Calls a host function whose type has a `result`: what it returns is ok, what it throws is the error.
 *
 * @param {Context} cx
 * @param {any[]} args
 */
function callFallible(cx, args) {
  let value;
  try {
    value = cx.callee(...args);
  } catch (error) {
    return errorOfHost(cx, error);
  }
  return resultOfHost(cx, value);
}

/**
 * Only an `Error` without a payload is no error of the function's type, but a mistake.
 *
 * @param {Context} cx
 * @param {any} error what a host function threw
 * @returns {{ tag: 'err', val: any }}
 */
export function errorOfHost(cx, error) {
  const hasPayload = typeof error === 'object' && error !== null && Object.hasOwn(error, 'payload');
  if (!hasPayload && error instanceof Error) return trapInHost(cx, error);
  return { tag: 'err', val: hasPayload ? error.payload : error };
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
 * A promise would silently become NaN, 0 or true.
 *
 * @param {any} value
 */
export function checked(value) {
  if (typeof value === 'object' && typeof value?.then === 'function') {
    throw new TypeError('it returned a Promise, but the function is not async');
  }
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

/**
 * A function whose types are all scalars. Hosts notice surplus arguments, so each number of parameters has its body.
 *
 * @param {Context} cx
 * @param {import('./signature.js').Scalars} scalars
 * @returns {(...values: any[]) => any}
 */
function lowerScalars(cx, { params: [kind0, kind1], result }) {
  const { callee } = cx;
  /** @param {() => any} call */
  const guarded = (call) => {
    try {
      checkLeave(cx);
      return scalarToCore(result, checked(call()));
    } catch (error) {
      return fail(cx, error);
    }
  };
  if (!kind0) return () => guarded(() => callee());
  if (!kind1) return (a) => guarded(() => callee(scalarFromCore(kind0, a)));
  return (a, b) => guarded(() => callee(scalarFromCore(kind0, a), scalarFromCore(kind1, b)));
}
