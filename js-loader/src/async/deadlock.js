/** When nothing can go on any more: who waits for what. */
import { Trap } from '../errors.js';

/** How many threads a message names. */
const MAX_LINES = 20;

/**
 * What to say if the calls that are not over can never be: unless the host could still end one of them.
 *
 * @param {import('./scheduler.js').Scheduler} scheduler
 * @returns {Trap | undefined}
 */
export function deadlock(scheduler) {
  for (const listener of scheduler.listeners) if (listener.canBeCancelled) return undefined;
  const lines = [];
  for (const { threads, entering } of scheduler.instances.filter(Boolean)) {
    // Those that wait to enter are in no table yet.
    for (const thread of [...threads.entries, ...entering[0], ...entering[1]]) if (thread) lines.push(`\n  ${thread.name} waits for ${thread.reason}`);
  }
  if (lines.length > MAX_LINES) lines.splice(MAX_LINES, Infinity, `\n  and ${lines.length - MAX_LINES} more`);
  return new Trap(`deadlock detected: event loop cannot make further progress:${lines.join('')}`);
}
