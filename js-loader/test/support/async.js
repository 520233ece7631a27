/** The component of the async tests, and hosts for it. */
import '../../src/async/index.js';
import { Compiled } from '../../src/compiled.js';
import { Instance } from '../../src/instance.js';
import { exportedItems } from '../../src/exports.js';
import { Root } from '../../src/root.js';
import { replay } from '../../src/replay.js';
import { buildComponent } from './corefuse.js';

const { plan, compiled } = buildComponent('async');

/** A promise with its functions, as `Promise.withResolvers` makes in newer engines. */
export function deferred() {
  let resolve, reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** Lets all that is ready run, in the background too. */
export const idle = () => new Promise((resolve) => setTimeout(resolve, 30));

/**
 * An instance, and how many handles, slots and threads of it are in use.
 *
 * @param {object} [host] functions in place of those that do nothing of interest
 * @param {object} [options] of the instantiation
 */
export function instantiate(host = {}, options = {}) {
  const own = new Compiled(plan, compiled.signatures, compiled.modules, options);
  const imports = { host: { sleep: async (n) => n, shout: async (s) => s.toUpperCase(), ...host } };
  const root = replay(new Root(own, imports), (module, given) => new WebAssembly.Instance(module, given));
  const { scheduler } = root.async;
  const tables = plan.instances.flatMap(({ table }) => table ?? []);
  const inUse = () => ({
    handles: tables.reduce((sum, table) => sum + root.exports[0][plan.runtime.handles.count](table), 0),
    slots: scheduler.slots.entries.filter((slot) => slot !== undefined).length,
    threads: scheduler.instances.reduce((sum, { threads }) => sum + threads.entries.filter((thread) => thread).length, 0),
    outstanding: scheduler.outstanding + scheduler.expected.size,
    listeners: scheduler.listeners.size,
    suppliers: scheduler.suppliers.size,
  });
  return { root, scheduler, exports: new Instance(exportedItems(root)).exports, inUse };
}

export const NOTHING = { handles: 0, slots: 0, threads: 0, outstanding: 0, listeners: 0, suppliers: 0 };
