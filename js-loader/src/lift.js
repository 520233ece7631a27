/**
 * Lifted functions: core functions of guests as JavaScript functions.
 *
 * A call enters the component, lowers the parameters, calls, lifts the result, lets the guest clean up and leaves.
 * Whatever goes wrong before the call is the caller's mistake and leaves the component as it was; from then on it is
 * a trap.
 *
 * Spec: `canon_lift`.
 */
import { ComponentError, Mismatch, Trap } from './errors.js';
import { ENTERED, IDLE } from './root.js';
import { scalarFromCore, scalarToCore } from './scalars.js';

/** @typedef {import('./memory.js').Context} Context */

/** Up to how many parameters `liftScalars` takes. */
const MAX_SCALARS = 4;

/**
 * @param {Context} cx
 * @param {Function} callee
 * @param {Function | undefined} postReturn
 * @param {boolean} needsScope whether guests get borrows to drop before the call ends
 * @returns {(...args: any[]) => any}
 */
export function liftFunction(cx, callee, postReturn, needsScope) {
  const { root, signature, where } = cx;
  if (signature.scalars && !postReturn && signature.params.length <= MAX_SCALARS) return liftScalars(cx, callee, signature.scalars);
  return (...args) => {
    enter(cx);
    const values = lowerParams(cx, args, needsScope);
    let result;
    try {
      const value = callee(...values);
      cx.memory?.refresh();
      result = signature.liftResult(cx, value);
      cx.end();
      if (postReturn) cx.confine(() => (value === undefined ? postReturn() : postReturn(value)));
    } catch (error) {
      throw root.trap(error, where);
    }
    root.leave();
    if (!signature.isFallible) return result;
    if (result.tag === 'err') throw new ComponentError(result.val);
    return result.val;
  };
}

/** @param {Context} cx */
function enter({ root, instance }) {
  if (root.status !== IDLE) throw root.cannotEnter();
  root.status = ENTERED;
  instance.clearContext();
}

/**
 * @param {Context} cx
 * @param {any[]} args
 * @param {boolean} needsScope
 */
function lowerParams(cx, args, needsScope) {
  const { root, where } = cx;
  try {
    cx.begin(needsScope);
    return cx.signature.lowerParams(cx, args);
  } catch (error) {
    // A realloc trapped, or gave a wrong pointer.
    if (error instanceof Trap) throw root.trap(error, where);
    cx.abandon();
    root.leave();
    throw error instanceof Mismatch ? error.at(where()) : error;
  }
}

/**
 * A function whose types are all scalars, so that nothing needs to be allocated. Core functions ignore surplus
 * arguments, which lets one body serve all numbers of parameters.
 *
 * @param {Context} cx
 * @param {Function} callee
 * @param {import('./signature.js').Scalars} scalars
 */
function liftScalars(cx, callee, { params: [kind0, kind1, kind2, kind3], result }) {
  const { root, where } = cx;
  return (/** @type {any} */ a, /** @type {any} */ b, /** @type {any} */ c, /** @type {any} */ d) => {
    a = scalarToCore(kind0, a);
    b = scalarToCore(kind1, b);
    c = scalarToCore(kind2, c);
    d = scalarToCore(kind3, d);
    enter(cx);
    let value;
    try {
      value = scalarFromCore(result, callee(a, b, c, d));
    } catch (error) {
      throw root.trap(error, where);
    }
    root.leave();
    return value;
  };
}
