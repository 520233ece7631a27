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

/** Up to how many parameters `liftScalars` takes: each that a function has not costs it 10 ns. */
const MAX_SCALARS = 2;

/**
 * @param {Context} cx
 * @returns {(...args: any[]) => any}
 */
export function liftFunction(cx) {
  const { root, signature, callee, where } = cx;
  if (signature.scalars && !cx.postReturn && signature.params.length <= MAX_SCALARS) return liftScalars(cx, [...signature.scalars]);
  return (...args) => {
    enter(cx);
    const values = lowerParams(cx, args);
    let result;
    try {
      const value = callee.apply(undefined, values);
      cx.memory?.refresh();
      result = signature.liftResult(cx, value);
      cx.end();
      callPostReturn(cx, value);
    } catch (error) {
      throw root.trap(error, where);
    }
    root.leave();
    return signature.isFallible ? settle(result) : result;
  };
}

/** @param {Context} cx */
export function enter({ root, instance }) {
  if (root.status !== IDLE) throw root.cannotEnter();
  root.status = ENTERED;
  instance.clearContext();
}

/**
 * @param {Context} cx
 * @param {any[]} args
 */
function lowerParams(cx, args) {
  try {
    cx.memory?.refresh();
    return cx.signature.lowerParams(cx, args);
  } catch (error) {
    throw abandon(cx, error);
  }
}

/**
 * What to throw when a call did not come about.
 *
 * @param {Context} cx
 * @param {unknown} error
 */
export function abandon(cx, error) {
  const { root, where } = cx;
  // A realloc trapped, or gave a wrong pointer.
  if (error instanceof Trap) return root.trap(error, where);
  cx.abandon();
  root.leave();
  return Mismatch.in(where(), error);
}

/**
 * The callee's context slots are still there for it, but it may not call out.
 *
 * @param {Context} cx
 * @param {any} value what the core function returned
 */
export function callPostReturn({ instance, postReturn }, value) {
  if (!postReturn) return;
  instance.setMayLeave(0);
  if (value === undefined) postReturn();
  else postReturn(value);
  instance.setMayLeave(1);
}

/**
 * The ok value of a result, or its error thrown.
 *
 * @param {{ tag: string, val?: any }} result
 */
export function settle({ tag, val }) {
  if (tag === 'err') throw new ComponentError(val);
  return val;
}

/**
 * A function whose types are all scalars, so that nothing needs to be allocated. Core functions ignore surplus
 * arguments, which lets one body serve all numbers of parameters.
 *
 * @param {Context} cx
 * @param {import('./plan-format.js').ScalarKind[]} kinds of the parameters and the result
 */
function liftScalars(cx, kinds) {
  const { root, signature, callee, where } = cx;
  const result = signature.result && kinds.pop();
  const [kind0, kind1] = kinds;
  return (/** @type {any} */ a, /** @type {any} */ b) => {
    a = scalarToCore(kind0, a);
    b = scalarToCore(kind1, b);
    enter(cx);
    let value;
    try {
      value = scalarFromCore(result, callee(a, b));
    } catch (error) {
      throw root.trap(error, where);
    }
    root.leave();
    return value;
  };
}
