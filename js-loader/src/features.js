/**
 * What the engine must be able to do. Each feature has a tiny module that only an engine with that feature accepts;
 * asking the engine beats any table of versions, since features are switched on and off by patch releases.
 */
import { PlanError } from './errors.js';

/** Bodies (without the header) of modules that are valid exactly where the feature is. */
/** @type {Record<string, string>} */
const PROBES = {
  // (memory 0) (memory 0)
  'multi-memory': '05050200000000',
  // (memory i64 0)
  memory64: '0503010400',
  // (func try_table end)
  exceptions: '01040160000003020100' + '0a080106001f40000b0b',
  // (func try end)
  'legacy-exceptions': '01040160000003020100' + '0a0701050006400b0b',
  // (type (struct))
  gc: '0103015f00',
  // (type (func)) (func (local (ref null 0)))
  'function-references': '01040160000003020100' + '0a070105010163000b',
  // (func return_call 0)
  'tail-call': '01040160000003020100' + '0a0601040012000b',
  // (func (drop (i8x16.relaxed_swizzle (i8x16.splat (i32.const 0)) (i8x16.splat (i32.const 0)))))
  'relaxed-simd': '01040160000003020100' + '0a10010e004100fd0f4100fd0ffd80021a0b',
  // (memory 1 1 shared)
  threads: '050401030101',
  // (global i32 (i32.add (i32.const 0) (i32.const 0)))
  'extended-const': '0609017f00410041006a0b',
};

/**
 * Refuses a plan whose needs the engine does not meet, with the whole list. Features without a probe are left to
 * the engine's own judgement when it compiles the modules.
 *
 * @param {import('./plan-format.js').Requirement[]} requires
 * @throws {PlanError}
 */
export function checkFeatures(requires) {
  const missing = requires.filter(({ feature }) => !hasFeature(feature));
  if (missing.length === 0) return;
  const list = missing.map(({ feature, reason }) => `\n  ${feature}: ${reason}`).join('');
  throw new PlanError(`this engine lacks WebAssembly features that the component needs:${list}`);
}

/**
 * @param {string} feature
 */
export function hasFeature(feature) {
  if (!Object.hasOwn(PROBES, feature)) return true;
  return WebAssembly.validate(wasm(PROBES[feature]));
}

/**
 * The bytes of a module.
 *
 * @param {string} body its sections, in hexadecimal
 */
export function wasm(body) {
  const hex = `0061736d01000000${body}`;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
