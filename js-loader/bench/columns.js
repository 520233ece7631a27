// Loads one column of a case: the guests, linked in one of the ways that the table compares. Runs in Node and in a page.

/**
 * How this host gets at built files.
 *
 * @typedef {object} Files
 * @property {(path: string) => Promise<Uint8Array>} read path relative to build/
 * @property {(path: string) => Promise<any>} load a JavaScript module, path relative to build/
 * @property {() => Promise<any>} loader the corefuse loader
 * @property {'node' | 'browser'} platform
 */

/**
 * @param {Files} files
 * @param {import('./cases.js').Case} item
 * @param {string} column
 * @returns {Promise<Record<string, Function>>} the exports: `run` and what sets it up
 */
export async function loadCall(files, item, column) {
  const folder = `calls/${item.id}`;
  switch (column) {
    case 'hand':
      return linkByName(files, folder, item.guest);
    case 'merged':
      return (await instantiate(files, `${folder}/merged.wasm`, {})).exports;
    case 'corefuse':
      return loadCorefuse(files, `${folder}/corefuse`, {});
    case 'jco':
    case 'jcoMultiMemory':
      return loadJco(files, `${folder}/${column}`, {});
    default:
      throw new Error(`no such column: ${column}`);
  }
}

/** Core modules linked by hand, as a host without components would. */
async function linkByName(files, folder, guest) {
  const instances = {};
  let last;
  for (const item of guest.link) {
    const name = typeof item === 'string' ? item : item.as;
    last = await instantiate(files, `${folder}/${name}.wasm`, instances);
    instances[name] = last.exports;
  }
  return last.exports;
}

async function instantiate(files, path, imports) {
  return WebAssembly.instantiate(await compileAnew(await files.read(path)), imports);
}

let serial = 0;

/**
 * Compiles bytes as if for the first time: engines know modules again by their content, so a custom section is added.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<WebAssembly.Module>}
 */
export function compileAnew(bytes) {
  const unique = new Uint8Array(bytes.length + 8);
  unique.set(bytes);
  unique.set([0, 6, 1, 0x75], bytes.length);
  new DataView(unique.buffer).setUint32(bytes.length + 4, serial++);
  return WebAssembly.compile(unique);
}

/** @returns the exports of a component as corefuse's loader gives them */
export async function loadCorefuse(files, folder, imports) {
  const { instantiate: replay } = await files.loader();
  const plan = JSON.parse(new TextDecoder().decode(await files.read(`${folder}/app.plan.json`)));
  const getModule = async (file) => compileAnew(await files.read(`${folder}/${file}`));
  const instance = await replay(plan, { getModule, imports });
  return instance.exports;
}

/** @returns the exports of a component as its generated bindings give them */
export async function loadBindings(files, folder, imports) {
  const { instantiate: start } = await files.load(`${folder}/app.${files.platform}.js?${serial++}`);
  return start(async (file) => compileAnew(await files.read(`${folder}/${file}`)), imports);
}

/** @returns the exports of a component as jco's output gives them */
export async function loadJco(files, folder, imports) {
  const { instantiate: start } = await files.load(`${folder}/app.js?${serial++}`);
  return start(async (file) => compileAnew(await files.read(`${folder}/${file}`)), imports);
}
