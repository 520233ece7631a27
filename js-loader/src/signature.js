/**
 * Function types, made ready for calls: how parameters and results travel for one pointer width. Worked out once per
 * plan, so that a call only follows it.
 *
 * Spec: `flatten_functype`, `lift_flat_values`, `lower_flat_values`.
 */
import { Mismatch } from './errors.js';
import { layoutRecord } from './layout.js';
import { isScalar } from './scalars.js';

/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./codec.js').CoreValue} CoreValue */
/** @typedef {import('./memory.js').Context} Context */
/** @typedef {import('./plan-format.js').ScalarKind} ScalarKind */
/** @typedef {{ params: ScalarKind[], result: ScalarKind | undefined }} Scalars */

/** Kinds whose values may have a `tag`. */
const TAGGED = ['variant', 'result', 'option'];

const MAX_FLAT_PARAMS = 16;
const MAX_FLAT_RESULTS = 1;

export class Signature {
  /**
   * @param {import('./plan-format.js').Func} type
   * @param {import('./codec.js').Codecs} codecs
   */
  constructor(type, { all, pointer }) {
    this.names = type.params.map(({ name }) => name);
    this.params = type.params.map((param) => all[param.type]);
    this.result = type.result === null ? null : all[type.result];
    this.pointer = pointer;

    this.paramLayout = layoutRecord(this.params);
    this.areParamsSpilled = this.paramLayout.flatLength > MAX_FLAT_PARAMS;
    this.flatParams = this.areParamsSpilled ? 1 : this.paramLayout.flatLength;
    this.isResultSpilled = this.result !== null && (this.result.flat?.length ?? Infinity) > MAX_FLAT_RESULTS;

    const kinds = scalarKinds(this.params);
    const resultKinds = scalarKinds(this.result ? [this.result] : []);
    /** Where all values are single core values: their kinds. @type {Scalars | null} */
    this.scalars = kinds && resultKinds && { params: kinds, result: resultKinds[0] };
    /** Whether an error is thrown instead of returned. */
    this.isFallible = this.result?.kind === 'result';
    /** Whether a host may return `{ tag: 'ok' }` itself: not where ok values may have tags of their own. */
    this.mayReturnResult = !TAGGED.includes(this.result?.ok ?? '');
    this.borrows = this.params.flatMap((codec) => codec.borrows);
  }

  /**
   * For calls from the host.
   *
   * @param {Context} cx
   * @param {any[]} args
   * @returns {CoreValue[]}
   */
  lowerParams(cx, args) {
    const { params, names, paramLayout, areParamsSpilled } = this;
    const { offsets, positions, align, size } = paramLayout;
    const area = areParamsSpilled ? cx.allocate(align, size) : 0;
    /** @type {CoreValue[]} */
    const flat = [];
    for (let i = 0; i < params.length; i++) {
      try {
        if (areParamsSpilled) params[i].lower(cx, args[i], area + offsets[i], null);
        else params[i].lower(cx, args[i], positions[i], flat);
      } catch (error) {
        if (error instanceof Mismatch) error.at(`parameter \`${names[i]}\``);
        throw error;
      }
    }
    return areParamsSpilled ? [this.pointer.toCore(area)] : flat;
  }

  /**
   * For calls to the host.
   *
   * @param {Context} cx
   * @param {CoreValue[]} values of the call; a pointer for results may follow those of the parameters
   * @returns {any[]}
   */
  liftParams(cx, values) {
    const { params, paramLayout, areParamsSpilled } = this;
    const { offsets, positions, align, size } = paramLayout;
    if (!areParamsSpilled) return params.map((codec, i) => codec.lift(cx, positions[i], values));
    const area = cx.area(values[0], align, size);
    return params.map((codec, i) => codec.lift(cx, area + offsets[i], null));
  }

  /**
   * For calls from the host.
   *
   * @param {Context} cx
   * @param {CoreValue | undefined} value
   */
  liftResult(cx, value) {
    const { result } = this;
    if (!result || value === undefined) return undefined;
    return this.isResultSpilled ? result.lift(cx, cx.area(value, result.align, result.size), null) : result.lift(cx, 0, [value]);
  }

  /**
   * For calls to the host.
   *
   * @param {Context} cx
   * @param {any} value
   * @param {CoreValue[]} values of the call
   * @returns {CoreValue | undefined}
   */
  lowerResult(cx, value, values) {
    const { result } = this;
    /** @type {CoreValue[]} */
    const flat = [];
    if (this.isResultSpilled && result) result.lower(cx, value, cx.area(values[this.flatParams], result.align, result.size), null);
    else result?.lower(cx, value, 0, flat);
    return flat[0];
  }
}

/**
 * @param {Codec[]} codecs
 * @returns {ScalarKind[] | null} null if one is not a scalar
 */
function scalarKinds(codecs) {
  const kinds = codecs.flatMap(({ kind }) => (isScalar(kind) ? kind : []));
  return kinds.length === codecs.length ? kinds : null;
}
