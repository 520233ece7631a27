/**
 * From what `getModule` gives to compiled modules. A file that is not wasm at all is the commonest mistake in a
 * browser (a bundler did not copy it, and the server answers with a page), so that gets its own message.
 */
import { inFile } from './errors.js';

/** @typedef {WebAssembly.Module | BufferSource | Response} ModuleSource what `getModule` may give */

/**
 * @param {ModuleSource} source
 * @param {string} file
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileModule(source, file) {
  try {
    if (!(source instanceof Response)) return await (source instanceof WebAssembly.Module ? source : WebAssembly.compile(source));
    const type = source.headers.get('content-type') ?? '';
    if (type.startsWith('text/html')) throw new TypeError(`${source.url} is a page, not a module`);
    // Without the right type engines do not stream, yet the bytes may well be right.
    return await (type.startsWith('application/wasm') ? WebAssembly.compileStreaming(source) : WebAssembly.compile(await source.arrayBuffer()));
  } catch (error) {
    throw inFile(file, error);
  }
}

/**
 * @param {ModuleSource} source
 * @param {string} file
 * @returns {WebAssembly.Module}
 */
export function compileModuleSync(source, file) {
  try {
    return source instanceof WebAssembly.Module ? source : new WebAssembly.Module(/** @type {BufferSource} */ (source));
  } catch (error) {
    throw inFile(file, error);
  }
}
