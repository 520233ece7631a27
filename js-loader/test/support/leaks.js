/**
 * Run by `leaks.test.js` with `--expose-gc`: makes and drops resources and instances, and prints what is left of them as
 * JSON. Arguments: the folder of the bundle, `generic` or `bindings`, how many resources, how many instances.
 */
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { compile } from '../../src/node.js';

const [folder, path, resources, instances] = process.argv.slice(2);

class Thing {
  static count = 0;
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    Thing.count++;
  }
  size() {
    return this.name.length;
  }
  [Symbol.dispose]() {
    Thing.count--;
  }
}
const imports = { 'test:host/things': { Thing } };

const compiled =
  path === 'generic'
    ? await compile(join(folder, 'cycles.plan.json'))
    : await (await import(pathToFileURL(join(folder, 'cycles.js')).href)).compile();

/** Bytes in use when all that can be collected was. */
async function used() {
  // Finalisers run in tasks of their own, and what they let go is for the next collection.
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
 * @param {(times: number) => Promise<void> | void} act
 */
async function growth(times, act) {
  await act(times / 10);
  const before = await used();
  await act(times);
  return (await used()) - before;
}

const { exports } = await compiled.instantiate(imports);
const report = {
  guest: await growth(Number(resources), (times) => {
    for (let i = 0; i < times; i++) new exports.Box(i)[Symbol.dispose]();
  }),
  // Nobody drops these: that is left to the collector, which is helped to keep few at a time, as tables do not shrink.
  collected: await growth(Number(resources) / 10, async (times) => {
    for (let i = 0; i < times; i++) {
      new exports.Box(i).content();
      if (i % 1000 === 999) {
        /** @type {any} */ (globalThis).gc();
        await sleep(0);
      }
    }
  }),
  host: await growth(Number(resources), (times) => void exports.cycle(times)),
  things: Thing.count,
  // Wrong arguments after a borrow: the borrow is taken back.
  refused: await growth(Number(resources) / 10, (times) => {
    const thing = new Thing('lent');
    for (let i = 0; i < times; i++) {
      try {
        exports.handleOf(thing, 5);
      } catch {}
    }
  }),
  handle: exports.handleOf(new Thing('lent'), ''),
  instances: await growth(Number(instances), async (times) => {
    for (let i = 0; i < times; i++) {
      const instance = await compiled.instantiate(imports);
      new instance.exports.Box(i).content();
      instance.exports.cycle(2);
    }
  }),
};
console.log(JSON.stringify(report));
