/**
 * From what `getModule` gives to compiled modules. A file that is not wasm at all is the commonest mistake in a
 * browser (a bundler did not copy it, and the server answers with a page), so that gets its own message.
 */
import { PlanError } from './errors.js';

/** @typedef {WebAssembly.Module | BufferSource | Response} ModuleSource what `getModule` may give */

/**
 * @param {ModuleSource} source
 * @param {import('./plan-format.js').Module} module
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileModule(source, module) {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof Response !== 'undefined' && source instanceof Response) return compileResponse(source, module);
  return WebAssembly.compile(checkBytes(source, module));
}

/**
 * @param {ModuleSource} source
 * @param {import('./plan-format.js').Module} module
 * @returns {WebAssembly.Module}
 */
export function compileModuleSync(source, module) {
  if (source instanceof WebAssembly.Module) return source;
  const bytes = checkBytes(/** @type {BufferSource} */ (source), module);
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooLarge(module, error);
  }
}

/**
 * @param {import('./plan-format.js').Module} module
 * @param {unknown} cause
 */
export function tooLarge(module, cause) {
  const advice = 'engines refuse to do this synchronously on the main thread for large modules; use the asynchronous form or a worker';
  return new PlanError(`${module.file} has ${module.size} bytes: ${advice}`, { cause });
}

/**
 * @param {Response} response
 * @param {import('./plan-format.js').Module} module
 */
async function compileResponse(response, module) {
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) throw new PlanError(`${module.file}: ${response.url} answered ${response.status} ${response.statusText}`);
  if (type.startsWith('application/wasm') && 'compileStreaming' in WebAssembly) return WebAssembly.compileStreaming(response);
  // Without the right type engines do not stream, yet the bytes may well be right.
  return WebAssembly.compile(checkBytes(await response.arrayBuffer(), module, ` (${response.url} answered with ${type || 'no content type'})`));
}

/**
 * @param {unknown} source
 * @param {import('./plan-format.js').Module} module
 * @param {string} [origin] for messages
 * @returns {BufferSource}
 */
function checkBytes(source, module, origin = '') {
  const bytes = asBytes(source);
  if (!bytes) {
    throw new PlanError(`${module.file}: getModule gave neither a WebAssembly.Module nor bytes nor a Response`);
  }
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d) {
    const start = new TextDecoder().decode(bytes.subarray(0, 16));
    throw new PlanError(`${module.file} is not a WebAssembly module${origin}: it begins with ${JSON.stringify(start)}. Is the file where the plan is?`);
  }
  if (bytes.length !== module.size) {
    throw new PlanError(`${module.file}${origin} has ${bytes.length} bytes, but the plan was made for a file of ${module.size}: build again`);
  }
  return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
}

/**
 * @param {unknown} source
 * @returns {Uint8Array | undefined}
 */
function asBytes(source) {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (Object.prototype.toString.call(source) === '[object ArrayBuffer]') return new Uint8Array(/** @type {ArrayBuffer} */ (source));
  return undefined;
}
