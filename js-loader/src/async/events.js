/** How events reach guests that ask for them: the code as a result, the rest in their memory. */
import { valueContext } from './call-contexts.js';

/**
 * Spec: `unpack_event`.
 *
 * @param {import('./scheduler.js').Scheduler} scheduler
 * @param {number} options whose memory it is
 * @returns {(pointer: number | bigint, event: import('./waitables.js').Event) => number}
 */
export function eventWriter(scheduler, options) {
  const cx = valueContext(scheduler.root, options, 'an event');
  return (pointer, [code, index, payload]) => {
    cx.memory.refresh();
    const address = cx.area(pointer, 4, 8);
    cx.memory.view.setUint32(address, index, true);
    cx.memory.view.setUint32(address + 4, payload, true);
    scheduler.trace?.('event', `${code} of ${index}: ${payload}`);
    return code;
  };
}
