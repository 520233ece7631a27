/** The log of what tasks, threads, streams and events do. */

/**
 * @param {boolean | ((kind: string, message: string) => void) | undefined} trace what the user asked for
 * @returns {((kind: string, message: string) => void) | null} null where nobody reads it, so that no message is made
 */
export function tracer(trace) {
  if (typeof trace === 'function') return trace;
  return trace ? (kind, message) => console.log(`corefuse ${kind.padEnd(7)} ${message}`) : null;
}
