// Builds every column of the tables into build/: what `columns.js` loads, in Node or in a page.

import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { assemble, assembleText, buildCorefuse, corefuse, coreModules, HERE, merge } from './assemble.js';
import { manyAdapters } from './many.js';
import { PRODUCTS } from './products.js';
import { COUNTS } from './startup.js';

export const BUILD = join(HERE, 'build');

/** Builds what the tables compare, one component at a time. */
export class Builder {
  #binary;
  #progress;

  /** @param {(what: string) => void} progress */
  static async start(progress) {
    const builder = new Builder();
    builder.#progress = progress;
    progress('building corefuse');
    builder.#binary = await buildCorefuse();
    return builder;
  }

  /**
   * The components of some guest-to-guest cases.
   *
   * @param {import('./cases.js').Case[]} cases
   * @returns {Promise<Record<string, Record<string, string>>>} by id of the component: columns that could not be
   *   built, with the reason
   */
  async calls(cases) {
    await rm(join(BUILD, 'calls'), { recursive: true, force: true });
    const missing = {};
    for (const item of cases) missing[item.id] ??= await this.#call(item);
    return missing;
  }

  async #call({ id, guest, encodings }) {
    const folder = `calls/${id}`;
    const component = await assemble(`guests/${guest.file}.wat`, encodings);
    const missing = await this.#component(folder, component, { jco: {}, jcoMultiMemory: { multiMemory: true } });
    const paths = {};
    const place = async (name, bytes) => {
      paths[name] = join(BUILD, folder, `${name}.wasm`);
      await writeFile(paths[name], bytes);
    };
    const cores = coreModules(component);
    for (const [i, name] of guest.modules.entries()) await place(name, cores[i]);
    for (const item of guest.link) {
      if (typeof item !== 'string') await place(item.as, await assemble(`hand/${item.hand}.wat`, encodings));
    }
    const linked = guest.link.map((item) => (typeof item === 'string' ? item : item.as));
    await merge(
      linked.toReversed().map((name) => ({ name, path: paths[name] })),
      join(BUILD, folder, 'merged.wasm'),
    );
    return missing;
  }

  /**
   * The component of the host boundary table.
   *
   * @returns {Promise<Record<string, string>>} columns that could not be built, with the reason
   */
  async host() {
    const component = await assemble('guests/host.wat');
    const missing = await this.#component('host', component, { jco: {} });
    const [libc, main] = coreModules(component);
    await writeFile(join(BUILD, 'host/libc.wasm'), libc);
    await writeFile(join(BUILD, 'host/main.wasm'), main);
    for (const platform of ['node', 'browser']) {
      await attempt(missing, 'bindings', () => bundleBindings(join(BUILD, 'host/corefuse'), platform));
    }
    return missing;
  }

  /**
   * The components of the asynchronous table.
   *
   * @returns {Promise<Record<string, Record<string, string>>>} by guest: columns that could not be built, with the reason
   */
  async async() {
    const missing = {};
    for (const guest of ['async', 'threads']) {
      missing[guest] = await this.#component(`async/${guest}`, await assemble(`guests/${guest}.wat`), { jco: {} });
    }
    return missing;
  }

  /** The components of the start-up table. */
  async startup() {
    for (const count of COUNTS) {
      const name = `startup/${count}`;
      const missing = await this.#component(name, await assembleText(manyAdapters(count), name), { jco: {} });
      for (const [column, reason] of Object.entries(missing)) throw new Error(`${name}: ${column}: ${reason}`);
      for (const platform of ['node', 'browser']) await bundleBindings(join(BUILD, name, 'corefuse'), platform);
    }
  }

  /**
   * The components of the table of what users load.
   *
   * @returns {Promise<Record<string, Record<string, string>>>} by component and column: why it was not built
   */
  async products() {
    const missing = {};
    for (const { id, source } of PRODUCTS) {
      const path = join(HERE, source);
      const component = path.endsWith('.wat') ? await assembleText(await readFile(path, 'utf8'), id) : await readFile(path);
      missing[id] = await this.#component(`products/${id}`, component, { jco: {} });
    }
    return missing;
  }

  /** Bundles a component with corefuse, and with jco for each set of options. */
  async #component(folder, component, jco) {
    this.#progress(`building ${folder}`);
    const path = join(BUILD, folder);
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'component.wasm'), component);
    const missing = {};
    await attempt(missing, 'corefuse', () =>
      corefuse(this.#binary, join(path, 'component.wasm'), join(path, 'corefuse')),
    );
    for (const [column, options] of Object.entries(jco)) {
      await attempt(missing, column, () => this.#jco(component, join(path, column), options));
    }
    return missing;
  }

  #transpiler;

  /** Transpiles a component with jco into a folder, as `app.js` and its modules. */
  async #jco(component, folder, options) {
    // What it prints of a panic is not for us to show: the reason is kept.
    this.#transpiler ??= new Worker(new URL('transpile-worker.js', import.meta.url), { stderr: true });
    this.#transpiler.postMessage({
      component,
      options: { name: 'app', instantiation: 'async', noTypescript: true, ...options },
    });
    const [{ files, reason }] = await once(this.#transpiler, 'message');
    if (reason) {
      const printed = String(this.#transpiler.stderr.read() ?? '');
      await this.stop();
      throw new Error(/panicked at .*\n(.*)/.exec(printed)?.[1] ?? reason);
    }
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) {
      if (!name.endsWith('.d.ts')) await writeFile(join(folder, name), bytes);
    }
  }

  /** Lets the process end. */
  async stop() {
    await this.#transpiler?.terminate();
    this.#transpiler = undefined;
  }
}

/**
 * Bundles generated bindings with the loader, as an application does, into `app.<platform>.js` beside them. The async
 * part stays outside, as none of these components needs it.
 */
async function bundleBindings(folder, platform) {
  await build({
    entryPoints: [join(folder, 'app.js')],
    outfile: join(folder, `app.${platform}.js`),
    bundle: true,
    format: 'esm',
    target: 'esnext',
    platform,
    external: ['./async/index.js'],
    alias: {
      'corefuse/bindings': join(HERE, '../src/bindings.js'),
      corefuse: join(HERE, `../src/${platform}.js`),
    },
    logLevel: 'silent',
  });
}

/** Does a step that a tool may fail at; the first line of the reason is kept, by column. */
async function attempt(missing, column, step) {
  try {
    await step();
  } catch (error) {
    const reason = String(error.stderr || error.payload || error.message || error).trim();
    missing[column] = reason.split('\n')[0].slice(0, 200);
  }
}
