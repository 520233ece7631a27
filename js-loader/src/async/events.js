/** How events reach guests that ask for them: the code as a result, the rest in their memory. */
import { Trap } from '../errors.js';

/**
 * An area of a guest's memory, with up-to-date views.
 *
 * @param {import('./scheduler.js').Scheduler} scheduler
 * @param {number} optionsIndex whose memory it is
 * @param {number | bigint} pointer
 * @param {number} align in bytes
 * @param {number} size in bytes
 * @returns {[view: DataView, address: number]}
 */
export function areaOf({ root }, optionsIndex, pointer, align, size) {
  const memory = root.taken.memory[/** @type {number} */ (root.plan.options[optionsIndex].memory)];
  memory.refresh();
  const address = typeof pointer === 'bigint' ? Number(BigInt.asUintN(64, pointer)) : pointer >>> 0;
  if (address % align !== 0) throw new Trap('pointer not aligned');
  if (address + size > memory.u8.length) throw new Trap('pointer out of bounds of memory');
  return [memory.view, address];
}

/**
 * Spec: `unpack_event`.
 *
 * @param {import('./scheduler.js').Scheduler} scheduler
 * @param {number} optionsIndex
 * @param {number | bigint} pointer
 * @param {import('./waitables.js').Event} event
 */
export function storeEvent(scheduler, optionsIndex, pointer, [code, index, payload]) {
  const [view, address] = areaOf(scheduler, optionsIndex, pointer, 4, 8);
  view.setUint32(address, index, true);
  view.setUint32(address + 4, payload, true);
  scheduler.trace?.('event', `${code} of ${index}: ${payload}`);
  return code;
}
