/**
 * Checks a plan before anything of it is used: that its version is one this loader reads, and that it asks for
 * nothing this loader does not know. Whatever is unknown is refused by name instead of being half executed.
 *
 * Plans are written by a tool that checks indices and names; a damaged one fails in whatever way JavaScript fails.
 */
import { PlanError } from './errors.js';
import { childTypes } from './types.js';
import { hasCodec } from './codec.js';

/** @typedef {import('./plan-format.js').Plan} Plan */

/** The format's major version that this loader reads. Minor versions only add fields that may be ignored. */
const MAJOR = 1;

/** What entries of tables may be: the table, the field that says, and its values. Types are another matter, below. */
const KINDS = [
  'resources kind imported defined',
  'options encoding utf8 utf16 latin1+utf16',
  'trampolines op lowerImport dropHostResource',
  'initializers op instantiate instantiateImported resource memory realloc postReturn',
  'imports kind instance func module resource type',
  'exports kind instance func import module resource type',
];

/** The canonical options. Unlike other fields, an unknown one would change what the rest means. */
const OPTIONS = ['instance', 'encoding', 'memory', 'pointer', 'realloc', 'postReturn'];

/**
 * @param {unknown} value
 * @returns {Plan}
 * @throws {PlanError}
 */
export function checkPlan(value) {
  const plan = /** @type {any} */ (value);
  const version = plan?.version;
  if (version?.[0] !== MAJOR) {
    throw new PlanError(version ? `the plan has version ${version.join('.')}, this loader reads ${MAJOR}.x` : 'this is not a plan: it has no version');
  }
  for (const line of KINDS) {
    const [table, field, ...known] = line.split(' ');
    plan[table].forEach((/** @type {any} */ entry, /** @type {number} */ i) => {
      if (!known.includes(entry[field])) throw unsupported(table, i, `${field} ${entry[field]}`);
    });
  }
  plan.options.forEach((/** @type {object} */ options, /** @type {number} */ i) => {
    // `async` is known, but only where it is off.
    const other = Object.entries(options).find(([name, setting]) => !OPTIONS.includes(name) && (name !== 'async' || setting));
    if (other) throw unsupported('options', i, `option ${other[0]}`);
  });
  checkTypes(plan);
  return plan;
}

/**
 * Refuses functions that use types this loader cannot lift or lower. A component may name such types otherwise.
 *
 * @param {Plan} plan
 */
function checkTypes({ types, functions, exports, trampolines }) {
  /** For each type, the kind in it that is unsupported. @type {string[]} */
  const refused = [];
  /** @param {number[]} children */
  const refusedIn = (children) => children.map((child) => refused[child]).find(Boolean) ?? '';
  for (const type of types) refused.push(hasCodec(type.kind) ? refusedIn(childTypes(type)) : type.kind);
  for (const [table, uses] of Object.entries({ exports, trampolines })) {
    uses.forEach((use, i) => {
      if (!('function' in use)) return;
      const { params, result, async: isAsync } = functions[use.function];
      const why = isAsync ? 'async' : refusedIn([...params.map(({ type }) => type), ...(result === null ? [] : [result])]);
      if (why) throw unsupported(table, i, `type ${why}`);
    });
  }
}

/**
 * @param {string} table
 * @param {number} index
 * @param {string} what
 */
function unsupported(table, index, what) {
  return new PlanError(`plan.${table}[${index}] has the ${what}, which this loader does not support`);
}
