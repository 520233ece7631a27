/**
 * Run by `leaks.test.js` with `--expose-gc`: makes asynchronous calls, streams and cancelled calls, and prints as JSON by how
 * many bytes the heap grew, and what is in use of tables, slots, threads and promises. Arguments: how many calls (and stream
 * items), how many cancelled calls.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { idle, instantiate } from './async.js';

const [calls, cancelled] = process.argv.slice(2).map(Number);
/** How many calls are in progress at a time. */
const BATCH = 1000;

/** Bytes in use when all that can be collected was. */
async function used() {
  for (let i = 0; i < 4; i++) {
    /** @type {any} */ (globalThis).gc();
    await sleep(5);
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/**
 * How much more is in use after doing something many times than after doing it a tenth as often.
 *
 * @param {number} times
 * @param {(times: number) => Promise<void>} act
 */
async function growth(times, act) {
  await act(times / 10);
  await idle();
  const before = await used();
  await act(times);
  await idle();
  return (await used()) - before;
}

const { exports, inUse } = instantiate();
/** @param {number} times @param {(n: number) => Promise<unknown>} call */
async function batches(times, call) {
  for (let i = 0; i < times; i += BATCH) await Promise.all(Array.from({ length: BATCH }, (_, n) => call(n)));
}

const report = {
  calls: await growth(calls, (times) => batches(times, (n) => exports.now(n))),
  waiting: await growth(calls / 10, (times) => batches(times, (n) => exports.sleepy(n))),
  cancelled: await growth(cancelled, async (times) => {
    for (let i = 0; i < times; i += BATCH) {
      const controller = new AbortController();
      const forever = Array.from({ length: BATCH }, () => exports.forever(controller));
      controller.abort();
      await Promise.allSettled(forever);
    }
  }),
  ...('promising' in WebAssembly && {
    streams: await growth(calls, async (times) => {
      for await (const chunk of await exports.count(times)) void chunk;
      await exports.sum(new Uint8Array(times));
    }),
    // Streams themselves come and go as well.
    ends: await growth(calls / 100, async (times) => {
      for (let i = 0; i < times; i++) await exports.sum(await exports.same(Uint8Array.of(1, 2)));
    }),
  }),
};
console.log(JSON.stringify({ ...report, inUse: inUse() }));
process.exit(0);
