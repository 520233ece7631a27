/**
 * What the engine must be able to do. Each feature has a tiny module that only an engine with that feature accepts;
 * asking the engine beats any table of versions, since features are switched on and off by patch releases.
 */
import { PlanError } from './errors.js';

/** Sections of modules that are valid exactly where the feature is. What all engines in use have is left out, and what came together with another. */
/** @type {Record<string, string>} */
const PROBES = {
  // (memory 0) (memory 0)
  'multi-memory': '05050200000000',
  // (memory i64 0)
  memory64: '0503010400',
  // (func try_table end)
  exceptions: '01040160000003020100' + '0a080106001f40000b0b',
  // (type (struct))
  gc: '0103015f00',
  // (func unreachable i8x16.relaxed_swizzle drop)
  'relaxed-simd': '01040160000003020100' + '0a0901070000fd80021a0b',
  // (table i64 0 funcref)
  table64: '040401700400',
};

/**
 * Refuses a plan whose needs the engine does not meet, with the whole list. Features without a probe are left to
 * the engine's own judgement when it compiles the modules.
 *
 * @param {import('./plan-format.js').Requirement[]} requires
 * @throws {PlanError}
 */
export function checkFeatures(requires) {
  const missing = requires.filter(({ feature }) => Object.hasOwn(PROBES, feature) && !WebAssembly.validate(wasm(PROBES[feature])));
  const list = missing.map(({ feature, reason }) => `\n  ${feature}: ${reason}`).join('');
  if (list) throw new PlanError(`this engine lacks what the component needs:${list}`);
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
