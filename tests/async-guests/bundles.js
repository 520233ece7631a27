// Converts guests, and loads them in Node: by their plans, through the bindings generated for them, or from one file.

import { mkdtemp, rm } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../../js-loader/src/node.js';
import { REPOSITORY, convertTo } from '../browser/convert.js';

/** Ways of instantiating a component. */
export const WAYS = ['by its plan', 'through bindings', 'from one file'];

// Bundles are in a folder of their own, from which the package's name leads nowhere.
const loader = pathToFileURL(`${REPOSITORY}js-loader/src/`);
const packages = { corefuse: new URL('node.js', loader).href, 'corefuse/bindings': new URL('bindings.js', loader).href };
registerHooks({ resolve: (name, context, next) => next(packages[name] ?? name, context) });

/**
 * A folder in which every component that is asked for is converted once.
 * @param {string} from folder of the components
 */
export async function openBundles(from) {
  const folder = await mkdtemp(join(tmpdir(), 'corefuse-guests-'));
  const converted = new Map();
  const compiled = new Map();

  /** Address of a component's bundle, without what the names of its files end in. */
  const bundle = async (name, ...flags) => {
    const place = join(folder, `${name}${flags}`);
    if (!converted.has(place)) converted.set(place, convertTo(place, join(from, `${name}.wasm`), 'guest', flags));
    await converted.get(place);
    return pathToFileURL(join(place, 'guest')).href;
  };

  const ways = {
    'by its plan': async (name, imports) => {
      const base = await bundle(name);
      if (!compiled.has(name)) compiled.set(name, compile(new URL(`${base}.plan.json`)));
      return (await compiled.get(name)).instantiate(imports);
    },
    'through bindings': async (name, imports) => {
      const { instantiate } = await import(`${await bundle(name)}.js`);
      return instantiate(imports);
    },
    'from one file': async (name, imports) => {
      const { instantiate } = await import(`${await bundle(name, '--inline')}.js`);
      return instantiate(imports);
    },
  };

  return {
    folder,
    bundle,
    /** @param {string} way */
    loadBy: (way) => async (name, imports) => (await ways[way](name, imports)).exports,
    close: () => rm(folder, { recursive: true }),
  };
}
