/** Contexts of calls that are not over when the next of the same function begins. */

/**
 * @param {import('../memory.js').Context} cx of the function
 * @returns {import('../memory.js').Context} of one call
 */
export function callContext(cx) {
  const call = Object.create(cx);
  call.scope = undefined;
  call.atEnd = [];
  call.undo = [];
  return call;
}
