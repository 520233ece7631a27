/**
 * From what `getModule` gives to compiled modules. A file that is not wasm at all is the commonest mistake in a
 * browser (a bundler did not copy it, and the server answers with a page), so that gets its own message.
 */
import { PlanError } from './errors.js';

/** @typedef {WebAssembly.Module | BufferSource | Response} ModuleSource what `getModule` may give */

/**
 * @param {ModuleSource} source
 * @param {string} file
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileModule(source, file) {
  if (source instanceof WebAssembly.Module) return source;
  if (!isResponse(source)) return WebAssembly.compile(checkBytes(source, file));
  const { ok, url, status, statusText, headers } = source;
  if (!ok) throw new PlanError(`${file}: ${url} answered ${status} ${statusText}`);
  const type = headers.get('content-type') ?? 'unknown';
  // Without the right type engines do not stream, yet the bytes may well be right.
  if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(source);
  return WebAssembly.compile(checkBytes(await source.arrayBuffer(), file, `; ${url} is of type ${type}`));
}

/**
 * @param {ModuleSource} source
 * @param {string} file
 * @returns {WebAssembly.Module}
 */
export function compileModuleSync(source, file) {
  if (source instanceof WebAssembly.Module) return source;
  const bytes = checkBytes(/** @type {BufferSource} */ (source), file);
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(file, error) : error;
  }
}

/**
 * @param {string} name of the module
 * @param {unknown} cause
 */
export function tooLarge(name, cause) {
  return new PlanError(`${name} is too large for the synchronous form on this thread: use the asynchronous one, or a worker`, { cause });
}

/**
 * @param {unknown} source
 * @returns {source is Response}
 */
function isResponse(source) {
  return typeof Response === 'function' && source instanceof Response;
}

/**
 * @param {BufferSource} source
 * @param {string} file
 * @param {string} [origin] for messages
 * @returns {Uint8Array<ArrayBuffer>}
 */
function checkBytes(source, file, origin = '') {
  const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  const start = new TextDecoder().decode(bytes.subarray(0, 16));
  if (start.startsWith('\0asm')) return bytes;
  throw new PlanError(`${file} is not WebAssembly: it begins with ${JSON.stringify(start)}${origin}. Is the file where the plan is?`);
}
