/**
 * Lowered imports: host functions as core functions for guests.
 *
 * Nothing that JavaScript throws may reach guest code, which could catch it: an error is either the `err` case of
 * the function's result, or it ends the component.
 *
 * Spec: `canon_lower`.
 */
import { Trap } from './errors.js';
import { Loans } from './resources.js';
import { scalarFromCore, scalarToCore } from './scalars.js';

/** @typedef {import('./codec.js').CoreValue} CoreValue */

/**
 * @typedef {object} Lowered
 * @property {import('./root.js').Root} root
 * @property {import('./signature.js').Signature} signature
 * @property {import('./memory.js').Context} cx
 * @property {(...args: any[]) => any} host
 */

/**
 * @param {Lowered} lowered
 * @returns {(...values: any[]) => any}
 */
export function lowerFunction(lowered) {
  const { scalars, resultScalar } = lowered.signature;
  if (scalars && resultScalar !== null && scalars.length < SCALAR_CALLS.length) {
    return SCALAR_CALLS[scalars.length](lowered, resultScalar, scalars);
  }
  return (...values) => call(lowered, values);
}

/**
 * @param {Lowered} lowered
 * @param {CoreValue[]} values
 */
function call(lowered, values) {
  const { root, signature, cx } = lowered;
  try {
    checkLeave(lowered);
    cx.memory?.refresh();
    const needsScope = signature.borrows.length > 0;
    if (signature.hasHandles) cx.loans = new Loans();
    if (needsScope) cx.scope = root.handles('i32').enterScope();
    const args = signature.liftParams(cx, values);
    const value = signature.isFallible ? callFallible(lowered, args) : callHost(lowered, args);
    cx.memory?.refresh();
    const result = signature.lowerResult(cx, value, values);
    if (needsScope) root.handles('i32').leaveScope(cx.scope, 0);
    cx.loans?.end();
    cx.loans = null;
    return result;
  } catch (error) {
    return fail(lowered, error);
  }
}

/** @param {Lowered} lowered */
export function checkLeave({ cx }) {
  const { mayLeave } = cx.instance;
  if (mayLeave && mayLeave.value === 0) throw new Trap('cannot leave component instance');
}

/**
 * @param {Lowered} lowered
 * @param {any[]} args
 */
function callHost({ root, cx, host, signature }, args) {
  let value;
  try {
    value = host(...args);
  } catch (error) {
    throw root.trapInHost(error, cx.where);
  }
  return signature.result ? checked(value) : value;
}

/**
 * Calls a host function whose type has a `result`: what it returns is ok, what it throws is the error. Only an
 * `Error` without a payload is no error of the function's type, but a mistake.
 *
 * @param {Lowered} lowered
 * @param {any[]} args
 * @returns {{ tag: 'ok' | 'err', val: any }}
 */
function callFallible(lowered, args) {
  let val;
  try {
    val = lowered.host(...args);
  } catch (error) {
    return errorOfHost(lowered, error);
  }
  return okOrResult(val, lowered.signature.mayReturnResult);
}

/**
 * @param {Lowered} lowered
 * @param {unknown} error what the host function threw
 * @returns {{ tag: 'err', val: any }}
 */
export function errorOfHost({ root, cx }, error) {
  const hasPayload = typeof error === 'object' && error !== null && Object.hasOwn(error, 'payload');
  if (hasPayload) return { tag: 'err', val: /** @type {any} */ (error).payload };
  if (!(error instanceof Error)) return { tag: 'err', val: error };
  throw root.trapInHost(error, cx.where);
}

/**
 * A host function may return the result itself, unless its ok type could look like one.
 *
 * @param {any} val what the host function returned
 * @param {boolean} mayReturnResult
 * @returns {{ tag: 'ok' | 'err', val: any }}
 */
export function okOrResult(val, mayReturnResult) {
  checked(val);
  return mayReturnResult && (val?.tag === 'ok' || val?.tag === 'err') ? val : { tag: 'ok', val };
}

/**
 * A promise would silently become NaN, 0 or true.
 *
 * @param {any} value
 */
export function checked(value) {
  if (typeof value === 'object' && value !== null && typeof value.then === 'function') {
    throw new TypeError('it returned a Promise, but the function is not async');
  }
  return value;
}

/**
 * @param {Lowered} lowered
 * @param {unknown} error
 * @returns {never}
 */
export function fail({ root, cx }, error) {
  if (error instanceof Trap) root.trap(error, cx.where);
  else root.trapInHost(error, cx.where);
  return root.raise();
}

/**
 * Functions with as many parameters as the position says.
 *
 * @type {((lowered: Lowered, result: import('./plan-format.js').ScalarKind | '', kinds: import('./plan-format.js').ScalarKind[]) => (...values: any[]) => any)[]}
 */
const SCALAR_CALLS = [
  (lowered, result) => () => {
    try {
      checkLeave(lowered);
      return scalarToCore(result, checked(lowered.host()));
    } catch (error) {
      return fail(lowered, error);
    }
  },
  (lowered, result, [kind0]) => (a) => {
    try {
      checkLeave(lowered);
      return scalarToCore(result, checked(lowered.host(scalarFromCore(kind0, a))));
    } catch (error) {
      return fail(lowered, error);
    }
  },
  (lowered, result, [kind0, kind1]) => (a, b) => {
    try {
      checkLeave(lowered);
      return scalarToCore(result, checked(lowered.host(scalarFromCore(kind0, a), scalarFromCore(kind1, b))));
    } catch (error) {
      return fail(lowered, error);
    }
  },
  (lowered, result, [kind0, kind1, kind2]) => (a, b, c) => {
    try {
      checkLeave(lowered);
      return scalarToCore(result, checked(lowered.host(scalarFromCore(kind0, a), scalarFromCore(kind1, b), scalarFromCore(kind2, c))));
    } catch (error) {
      return fail(lowered, error);
    }
  },
];
