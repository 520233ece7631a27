/**
 * Checks a plan before anything of it is used: that its version is one this loader reads, and that it asks for
 * nothing this loader does not know or the engine cannot do. Whatever is unknown is refused by name instead of being half executed.
 *
 * Plans are written by a tool that checks indices and names; a damaged one fails in whatever way JavaScript fails.
 * `plan-check.js` is the whole check, for plans of others.
 */
import { unsupported } from './errors.js';
import { checkFeatures } from './features.js';

/** @typedef {import('./plan-format.js').Plan} Plan */

/** The format's major version that this loader reads. Minor versions only add fields that may be ignored. */
const MAJOR = 1;

/** What entries of tables may be: the table, the field that says, and its values. Types are refused where they are used. */
export const KINDS = [
  'resources kind imported defined',
  'options encoding utf8 utf16 latin1+utf16',
  'options async false',
  'functions async false',
  'trampolines op lowerImport dropHostResource',
  'initializers op instantiate instantiateImported resource memory realloc postReturn',
  'imports kind instance func module resource type',
  'exports kind instance func import module resource type',
];

/** The canonical options. Unlike other fields, an unknown one would change what the rest means. */
export const OPTIONS = ['instance', 'encoding', 'memory', 'pointer', 'realloc', 'postReturn', 'async'];

/**
 * @param {unknown} value
 * @returns {Plan}
 * @throws {import('./errors.js').PlanError}
 */
export function checkPlan(value) {
  const plan = /** @type {any} */ (value);
  const version = plan?.version;
  if (version?.[0] !== MAJOR) throw unsupported(`plan version ${version}`);
  for (const line of KINDS) {
    const [table, field, ...known] = line.split(' ');
    plan[table].forEach((/** @type {any} */ entry, /** @type {number} */ i) => {
      if (!known.includes(String(entry[field]))) throw unsupported(`${table}[${i}]: ${field} ${entry[field]}`);
    });
  }
  for (const options of plan.options) {
    const other = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (other) throw unsupported(`option ${other}`);
  }
  checkFeatures(plan.requires);
  return plan;
}
