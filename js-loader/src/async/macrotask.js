/** Lets the host have a turn: timers, messages, input. */

/**
 * @param {() => void} action
 */
export function macrotask(action) {
  const { setImmediate } = /** @type {any} */ (globalThis);
  if (setImmediate) {
    setImmediate(action);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = () => {
    port2.close();
    action();
  };
  port1.postMessage(0);
}
