/**
 * Function types, made ready for calls: how parameters and results travel for one pointer width. Worked out once per
 * plan, so that a call only follows it.
 *
 * Spec: `flatten_functype`, `lift_flat_values`, `lower_flat_values`.
 */
import { Mismatch } from './errors.js';
import { FlatValues } from './flat.js';
import { layoutRecord } from './layout.js';
import { isScalar } from './scalars.js';

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
   * @param {import('./codec.js').Codecs} codecs
   */
  constructor(type, { all, pointer }) {
    this.names = type.params.map(({ name }) => name);
    this.params = type.params.map((param) => all[param.type]);
    this.result = type.result === null ? null : all[type.result];
    this.pointer = pointer;

    const flat = this.params.reduce((count, { flat: own }) => count + (own?.length ?? Infinity), 0);
    this.areParamsSpilled = flat > MAX_FLAT_PARAMS;
    this.flatParams = this.areParamsSpilled ? 1 : flat;
    this.paramArea = layoutRecord(this.params);
    this.isResultSpilled = this.result !== null && (this.result.flat?.length ?? Infinity) > MAX_FLAT_RESULTS;

    /** Where all values are single core values: their kinds. */
    this.scalars = scalarKinds(this.params);
    const [resultScalar] = scalarKinds(this.result ? [this.result] : []) ?? [null];
    /** Kind of the result where it is a single core value, empty where there is none, null otherwise. */
    this.resultScalar = this.result ? resultScalar : /** @type {const} */ ('');
    /** Whether an error is thrown instead of returned. */
    this.isFallible = this.result?.kind === 'result';
    /** Whether a host may return `{ tag: 'ok' }` itself: not where ok values may have tags of their own. */
    this.mayReturnResult = !TAGGED.includes(this.result?.ok?.kind ?? '');
    const values = this.result ? [...this.params, this.result] : this.params;
    this.hasHandles = values.some((codec) => codec.hasOwn || codec.borrows.length > 0);
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
    const { params, names, paramArea } = this;
    /** @type {CoreValue[]} */
    const out = [];
    const area = this.areParamsSpilled ? cx.allocate(paramArea.align, paramArea.size) : 0;
    for (let i = 0; i < params.length; i++) {
      try {
        if (this.areParamsSpilled) params[i].store(cx, args[i], area + paramArea.offsets[i]);
        else params[i].lower(cx, args[i], out);
      } catch (error) {
        if (error instanceof Mismatch) error.at(`parameter \`${names[i]}\``);
        throw error;
      }
    }
    if (this.areParamsSpilled) out.push(this.pointer.toFlat(area));
    return out;
  }

  /**
   * For calls to the host.
   *
   * @param {Context} cx
   * @param {CoreValue[]} values of the call; a pointer for results may follow those of the parameters
   * @returns {any[]}
   */
  liftParams(cx, values) {
    const { params, paramArea } = this;
    if (this.areParamsSpilled) {
      const area = cx.area(values[0], paramArea.align, paramArea.size);
      return params.map((codec, i) => codec.load(cx, area + paramArea.offsets[i]));
    }
    const flat = new FlatValues(values);
    return params.map((codec) => codec.lift(cx, flat));
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
    if (!this.isResultSpilled) return result.lift(cx, new FlatValues([value]));
    return result.load(cx, cx.area(value, result.align, result.size));
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
    if (!result) return undefined;
    if (this.isResultSpilled) {
      result.store(cx, value, cx.area(values[this.flatParams], result.align, result.size));
      return undefined;
    }
    /** @type {CoreValue[]} */
    const out = [];
    result.lower(cx, value, out);
    return out[0];
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
