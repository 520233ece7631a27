/** From what `getModule` gives, or the network, to compiled modules. */
import { inFile } from './errors.js';
import { refusePage } from './fetching.js';

/** @typedef {WebAssembly.Module | BufferSource | Response} ModuleSource what `getModule` may give */

/**
 * @param {ModuleSource} source
 * @param {string} file
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileModule(source, file) {
  try {
    if (!(source instanceof Response)) return await (source instanceof WebAssembly.Module ? source : WebAssembly.compile(source));
    refusePage(source);
    // Without the right type engines do not stream, yet the bytes may well be right.
    return await (source.headers.get('content-type')?.startsWith('application/wasm') ? WebAssembly.compileStreaming(source) : WebAssembly.compile(await source.arrayBuffer()));
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
