/**
 * Function types, made ready for calls: how parameters and results travel for one pointer width. Worked out once per
 * plan, so that a call only follows it.
 *
 * Spec: `flatten_functype`, `lift_flat_values`, `lower_flat_values`.
 */
import { Mismatch } from './errors.js';
import { Codecs } from './codec.js';
import { scalarToCore } from './scalars.js';
import { layoutRecord } from './layout.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').CoreValue} CoreValue */
/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./plan-format.js').ScalarKind} ScalarKind */

/** Kinds whose values may have a `tag`. */
const TAGGED = ['variant', 'result', 'option'];

const MAX_FLAT_PARAMS = 16;
const MAX_FLAT_RESULTS = 1;

export class Signature {
  /**
   * @param {import('./plan-format.js').Func} type
   * @param {Codecs} codecs
   */
  constructor({ params, result }, codecs) {
    this.names = params.map(({ name }) => name);
    this.params = params.map(({ type }) => codecs.get(type));
    this.result = result === null ? undefined : codecs.get(result);
    /** @param {number} address */
    this.toPointer = (address) => scalarToCore(codecs.pointer.kind, address);

    this.layout = layoutRecord(this.params);
    this.areParamsSpilled = this.layout.flatLength > MAX_FLAT_PARAMS;
    /** Of the parameters, in memory or among flat values. */
    this.places = this.areParamsSpilled ? this.layout.offsets : this.layout.positions;
    this.isResultSpilled = (this.result ? (this.result.flat?.length ?? Infinity) : 0) > MAX_FLAT_RESULTS;

    /** Kinds of the parameters and then of the result, where all are numbers or truth values. @type {ScalarKind[] | undefined} */
    this.scalars = scalarKinds(this.params.concat(this.result ?? []));
    const { kind, ok } = /** @type {any} */ (codecs.types[result ?? -1] ?? {});
    /** Whether an error is thrown instead of returned. */
    this.isFallible = kind === 'result';
    /** Whether a host may return `{ tag: 'ok' }` itself: not where ok values may have tags of their own. */
    this.mayReturnResult = !TAGGED.includes(codecs.types[ok ?? -1]?.kind);
  }

  /**
   * For calls from the host.
   *
   * @param {Context} cx
   * @param {any[]} args
   * @returns {CoreValue[]}
   */
  lowerParams(cx, args) {
    const area = this.areParamsSpilled ? cx.allocate(this.layout.align, this.layout.size) : 0;
    const flat = this.areParamsSpilled ? null : [];
    this.params.forEach((codec, i) => {
      try {
        codec.lower(cx, args[i], area + this.places[i], flat);
      } catch (error) {
        throw Mismatch.in(`parameter \`${this.names[i]}\``, error);
      }
    });
    return flat ?? [this.toPointer(area)];
  }

  /**
   * For calls to the host.
   *
   * @param {Context} cx
   * @param {CoreValue[]} values of the call; a pointer for results may follow those of the parameters
   * @returns {any[]}
   */
  liftParams(cx, values) {
    const area = this.areParamsSpilled ? cx.area(values[0], this.layout.align, this.layout.size) : 0;
    const flat = this.areParamsSpilled ? null : values;
    return this.params.map((codec, i) => codec.lift(cx, area + this.places[i], flat));
  }

  /**
   * For calls from the host.
   *
   * @param {Context} cx
   * @param {any} value
   */
  liftResult(cx, value) {
    const { result } = this;
    return this.isResultSpilled ? result?.lift(cx, cx.area(value, result.align, result.size), null) : result?.lift(cx, 0, [value]);
  }

  /**
   * For calls to the host.
   *
   * @param {Context} cx
   * @param {any} value
   * @param {CoreValue[]} values of the call, of which a pointer for the result is the last
   * @returns {CoreValue | undefined}
   */
  lowerResult(cx, value, values) {
    const { result } = this;
    const flat = this.isResultSpilled ? null : [];
    result?.lower(cx, value, flat ? 0 : cx.area(/** @type {CoreValue} */ (values.at(-1)), result.align, result.size), flat);
    return flat?.[0];
  }
}

/** The function types of a plan, as they are used. */
export class Signatures {
  /**
   * Makes all at once, so that what is not supported is refused before anything is fetched.
   *
   * @param {import('./plan-format.js').Plan} plan
   */
  constructor(plan) {
    this.plan = plan;
    this.codecs = { 32: new Codecs(plan, 32), 64: new Codecs(plan, 64) };
    /** By pointer width and function. @type {Record<string, Signature>} */
    this.made = {};
    for (const use of /** @type {any[]} */ ([...plan.exports, ...plan.trampolines])) {
      if ('function' in use) this.get(use.function, plan.options[use.options].pointer);
    }
  }

  /**
   * @param {number} index of a function type
   * @param {32 | 64} pointer
   * @returns {Signature}
   */
  get(index, pointer) {
    return (this.made[`${pointer} ${index}`] ??= new Signature(this.plan.functions[index], this.codecs[pointer]));
  }
}

/**
 * @param {Codec[]} codecs
 * @returns {ScalarKind[] | undefined} undefined if one is not a scalar, or a character: of those it is said which does not fit
 */
function scalarKinds(codecs) {
  const kinds = codecs.map(({ scalar }) => scalar);
  return kinds.some((kind) => !kind || kind === 'char') ? undefined : /** @type {ScalarKind[]} */ (kinds);
}
