/** Contexts of what is not one call of one function at a time. */
import { Context } from '../memory.js';

/**
 * The context of one call of a function whose next call may begin before this one is over.
 *
 * @param {Context} cx of the function
 * @returns {Context}
 */
export function callContext(cx) {
  const call = Object.create(cx);
  call.scope = undefined;
  call.loans = [];
  call.undo = [];
  return call;
}

/** In place of a plan's function types, where there is no function. */
const NO_SIGNATURES = { value: { signatures: { get: () => undefined } } };

/**
 * A context for values that go to and fro outside of calls.
 *
 * @param {import('../root.js').Root} root
 * @param {number} options
 * @param {string} what they are, for messages
 * @returns {Context}
 */
export function valueContext(root, options, what) {
  const withoutFunctions = Object.create(root, { compiled: NO_SIGNATURES });
  const cx = new Context(withoutFunctions, 0, root.plan.options[options], () => {}, (path) => `${what} of ${path}`);
  cx.root = root;
  return cx;
}
