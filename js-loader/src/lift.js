/**
 * Lifted functions: core functions of guests as JavaScript functions.
 *
 * A call enters the component, lowers the parameters, calls, lifts the result, lets the guest clean up and leaves.
 * Whatever goes wrong before the call is the caller's mistake and leaves the component as it was; from then on it is
 * a trap. Functions whose types are all scalars get bodies of their own, in which nothing is allocated.
 *
 * Spec: `canon_lift`.
 */
import { ComponentError, Mismatch, Trap } from './errors.js';
import { ENTERED, IDLE } from './root.js';
import { Loans } from './resources.js';
import { clearContext } from './memory.js';
import { scalarFromCore, scalarToCore } from './scalars.js';

/** @typedef {import('./codec.js').CoreValue} CoreValue */

/**
 * @typedef {object} Lifted
 * @property {import('./root.js').Root} root
 * @property {import('./signature.js').Signature} signature
 * @property {import('./memory.js').Context} cx
 * @property {Function} callee
 * @property {Function | null} postReturn
 * @property {boolean} needsScope whether guests get borrows to drop before the call ends
 */

/**
 * @param {Lifted} lifted
 * @returns {(...args: any[]) => any}
 */
export function liftFunction(lifted) {
  const { signature, postReturn } = lifted;
  const { scalars, resultScalar } = signature;
  if (scalars && resultScalar !== null && !postReturn && scalars.length < SCALAR_CALLS.length) {
    return SCALAR_CALLS[scalars.length](lifted, resultScalar, scalars);
  }
  return (...args) => call(lifted, args);
}

/**
 * @param {Lifted} lifted
 * @param {any[]} args
 */
function call(lifted, args) {
  const { root, signature, cx, callee } = lifted;
  enter(lifted);
  let result;
  const flat = lowerParams(lifted, args);
  try {
    const value = callCore(callee, flat);
    cx.memory?.refresh();
    result = signature.liftResult(cx, value);
    endLoans(lifted);
    if (lifted.postReturn) callPostReturn(lifted, value);
  } catch (error) {
    throw root.trap(error, cx.where);
  }
  root.leave();
  if (!signature.isFallible) return result;
  if (result.tag === 'err') throw new ComponentError(result.val);
  return result.val;
}

/** @param {Lifted} lifted */
export function enter({ root, cx }) {
  if (root.status !== IDLE) throw root.cannotEnter();
  root.status = ENTERED;
  if (cx.instance.context) clearContext(cx.instance.context);
}

/**
 * @param {Lifted} lifted
 * @param {any[]} args
 */
function lowerParams({ root, signature, cx, needsScope }, args) {
  try {
    cx.memory?.refresh();
    if (signature.hasHandles) cx.loans = new Loans();
    if (needsScope) cx.scope = root.handles('i32').enterScope();
    return signature.lowerParams(cx, args);
  } catch (error) {
    // A realloc trapped, or gave a wrong pointer.
    if (error instanceof Trap) throw root.trap(error, cx.where);
    cx.loans?.undo();
    root.leave();
    throw error instanceof Mismatch ? error.at(cx.where()) : error;
  }
}

/** @param {Lifted} lifted */
export function endLoans({ root, cx, needsScope }) {
  if (needsScope) root.handles('i32').leaveScope(cx.scope, 0);
  cx.loans?.end();
  cx.loans = null;
}

/**
 * The callee's context slots are still there for it, but it may not call out.
 *
 * @param {Lifted} lifted
 * @param {CoreValue | undefined} value what the core function returned
 */
export function callPostReturn({ cx, postReturn }, value) {
  const { mayLeave } = cx.instance;
  if (mayLeave) mayLeave.value = 0;
  if (value === undefined) postReturn?.();
  else postReturn?.(value);
  if (mayLeave) mayLeave.value = 1;
}

/**
 * Spreading an array over a call costs more than the calls themselves.
 *
 * @param {Function} callee
 * @param {CoreValue[]} v
 * @returns {CoreValue | undefined}
 */
function callCore(callee, v) {
  switch (v.length) {
    case 0:
      return callee();
    case 1:
      return callee(v[0]);
    case 2:
      return callee(v[0], v[1]);
    case 3:
      return callee(v[0], v[1], v[2]);
    case 4:
      return callee(v[0], v[1], v[2], v[3]);
    default:
      return callee(...v);
  }
}

/**
 * Calls with as many parameters as the position says.
 *
 * @type {((lifted: Lifted, result: import('./plan-format.js').ScalarKind | '', kinds: import('./plan-format.js').ScalarKind[]) => (...args: any[]) => any)[]}
 */
const SCALAR_CALLS = [
  (lifted, result) => {
    const { root, callee, cx } = lifted;
    return () => {
      enter(lifted);
      let value;
      try {
        value = scalarFromCore(result, callee());
      } catch (error) {
        throw root.trap(error, cx.where);
      }
      root.leave();
      return value;
    };
  },
  (lifted, result, [kind0]) => {
    const { root, callee, cx } = lifted;
    return (a) => {
      const a0 = scalarToCore(kind0, a);
      enter(lifted);
      let value;
      try {
        value = scalarFromCore(result, callee(a0));
      } catch (error) {
        throw root.trap(error, cx.where);
      }
      root.leave();
      return value;
    };
  },
  (lifted, result, [kind0, kind1]) => {
    const { root, callee, cx } = lifted;
    return (a, b) => {
      const a0 = scalarToCore(kind0, a);
      const b0 = scalarToCore(kind1, b);
      enter(lifted);
      let value;
      try {
        value = scalarFromCore(result, callee(a0, b0));
      } catch (error) {
        throw root.trap(error, cx.where);
      }
      root.leave();
      return value;
    };
  },
  (lifted, result, [kind0, kind1, kind2]) => {
    const { root, callee, cx } = lifted;
    return (a, b, c) => {
      const a0 = scalarToCore(kind0, a);
      const b0 = scalarToCore(kind1, b);
      const c0 = scalarToCore(kind2, c);
      enter(lifted);
      let value;
      try {
        value = scalarFromCore(result, callee(a0, b0, c0));
      } catch (error) {
        throw root.trap(error, cx.where);
      }
      root.leave();
      return value;
    };
  },
];
