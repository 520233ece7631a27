// Start-up: from bytes in memory to the first result, for components with 1, 10 and 100 adapters.

import { compileAnew } from './columns.js';
import { measureOnce } from './measure.js';

export const COUNTS = [1, 10, 100];

let imported = 0;

/**
 * @typedef {object} Startup
 * @property {number} count of adapters
 * @property {number} bare milliseconds from bytes to the first result for the same modules, linked without a loader
 * @property {number} corefuse milliseconds from bytes to the first result
 * @property {number} bindings milliseconds from the import of the generated bindings, bundled with the loader, to the
 *   first result
 * @property {number} again milliseconds from a compiled plan to the first result of another instance
 * @property {number} jco milliseconds from the import of its JS to the first result
 */

/**
 * @param {import('./columns.js').Files} files
 * @param {number} rounds
 * @returns {Promise<Startup[]>}
 */
export async function measureStartup(files, rounds) {
  const loader = await files.loader();
  const results = [];
  for (const count of COUNTS) {
    const folder = `startup/${count}`;
    const planText = await files.read(`${folder}/corefuse/app.plan.json`);
    const parse = () => JSON.parse(new TextDecoder().decode(planText));
    const names = parse().modules.map((module) => module.file);
    const ours = await readAll(files, names.map((name) => `${folder}/corefuse/${name}`), names);
    const theirNames = await moduleNames(files, `${folder}/jco`);
    const theirs = await readAll(files, theirNames.map((name) => `${folder}/jco/${name}`), theirNames);
    const compiled = await loader.compile(parse(), { getModule: (file) => ours.get(file) });

    const [bare, corefuse, bindings, again, jco] = await measureOnce(
      [
        async () => (await linkBare(parse(), ours)).run(1),
        async () => {
          const instance = await loader.instantiate(parse(), {
            getModule: (file) => compileAnew(ours.get(file)),
            imports: {},
          });
          return instance.exports.run(1);
        },
        async () => {
          const { instantiate } = await files.load(`${folder}/corefuse/app.${files.platform}.js?${imported++}`);
          return (await instantiate((file) => compileAnew(ours.get(file)), {})).run(1);
        },
        async () => (await compiled.instantiate({})).exports.run(1),
        async () => {
          const { instantiate } = await files.load(`${folder}/jco/app.js?${imported++}`);
          return (await instantiate((file) => compileAnew(theirs.get(file)), {})).run(1);
        },
      ],
      rounds,
    );
    results.push({ count, bare, corefuse, bindings, again, jco });
  }
  return results;
}

/** What a loader cannot do without: compiles all modules at once and instantiates them in the plan's order. */
async function linkBare({ modules, initializers }, bytes) {
  const compiled = await Promise.all(modules.map(({ file }) => compileAnew(bytes.get(file))));
  const instances = [];
  for (const step of initializers) {
    if (step.op !== 'instantiate') continue;
    const imports = {};
    modules[step.module].imports.forEach(([module, name], i) => {
      imports[module] ??= {};
      imports[module][name] = instances[step.args[i].instance][step.args[i].export];
    });
    instances.push((await WebAssembly.instantiate(compiled[step.module], imports)).exports);
  }
  return instances.at(-1);
}

async function readAll(files, paths, names) {
  const bytes = await Promise.all(paths.map((path) => files.read(path)));
  return new Map(names.map((name, i) => [name, bytes[i]]));
}

async function moduleNames(files, folder) {
  const text = new TextDecoder().decode(await files.read(`${folder}/app.js`));
  return [...new Set(text.match(/app\.core\d*\.wasm/g))];
}
