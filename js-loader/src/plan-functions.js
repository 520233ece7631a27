/** What functions need of canonical options: a memory for what is not on the stack, a realloc for what is lowered. */
import { ensure } from './plan-form.js';

/**
 * @typedef {import('./plan-format.js').Plan} Plan
 * @typedef {import('./plan-types.js').Known} Known
 */

const MAX_FLAT_PARAMS = 16;
const MAX_FLAT_ASYNC_PARAMS = 4;
const MAX_FLAT_RESULTS = 1;

/**
 * @param {Known[]} values
 * @param {0 | 1} width
 * @param {number} max
 */
function spill(values, width, max) {
  return values.some(({ places }) => !places[width].flat) || values.reduce((sum, { places }) => sum + (places[width].flat?.length ?? 0), 0) > max;
}

/** @param {Known[]} values */
const holdPointer = (values) => values.some(({ pointer }) => pointer);

export class Functions {
  /**
   * @param {Plan} plan
   * @param {Known[]} types
   */
  constructor(plan, types) {
    this.plan = plan;
    this.types = types;
    this.all = plan.functions.map(({ params, result }, i) => {
      const names = params.map(({ name }) => name);
      ensure(new Set(names).size === names.length, `functions[${i}]`, 'a parameter appears twice');
      const results = result === null ? [] : [types[result]];
      ensure(!results.some(({ borrow }) => borrow), `functions[${i}]`, 'its result contains a borrow');
      return { params: params.map(({ type }) => types[type]), results };
    });
  }

  /**
   * Checks the options of an import: what it takes is lifted from the guest, what it gives is lowered.
   *
   * @param {string} at
   * @param {number} index of the function
   * @param {number} number of the options
   */
  checkLower(at, index, number) {
    const { params, results, width, isAsync } = this.find(at, index, number);
    const large = spill(params, width, isAsync ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS);
    const byPointer = isAsync ? results.length > 0 : spill(results, width, MAX_FLAT_RESULTS);
    this.checkHas(at, number, large || holdPointer(params) || byPointer || holdPointer(results), holdPointer(results));
  }

  /**
   * Checks the options of an export: what it takes is lowered into the guest, what it gives is lifted.
   *
   * @param {string} at
   * @param {number} index of the function
   * @param {number} number of the options
   */
  checkLift(at, index, number) {
    const { params, results, width, isAsync } = this.find(at, index, number);
    const lowered = spill(params, width, MAX_FLAT_PARAMS) || holdPointer(params);
    const lifted = spill(results, width, isAsync ? MAX_FLAT_PARAMS : MAX_FLAT_RESULTS) || holdPointer(results);
    this.checkHas(at, number, lowered || lifted, lowered);
  }

  /**
   * Checks the options of a `task.return`.
   *
   * @param {string} at
   * @param {number | undefined} type of the result
   * @param {number} number of the options
   */
  checkResult(at, type, number) {
    const values = type === undefined ? [] : [this.types[type]];
    const width = this.plan.options[number].pointer === 64 ? 1 : 0;
    this.checkHas(at, number, spill(values, width, MAX_FLAT_PARAMS) || holdPointer(values), false);
  }

  /**
   * @param {string} at
   * @param {number | undefined} number of the options, if there are any
   * @param {boolean} memory whether one is needed
   * @param {boolean} realloc whether one is needed
   */
  checkHas(at, number, memory, realloc) {
    const options = number === undefined ? undefined : this.plan.options[number];
    ensure(!memory || typeof options?.memory === 'number', at, 'the function needs a memory, its options name none');
    ensure(!realloc || typeof options?.realloc === 'number', at, 'the function needs a realloc, its options name none');
  }

  /**
   * @param {string} at
   * @param {number} index
   * @param {number} number of the options
   */
  find(at, index, number) {
    const { async: isAsync, pointer } = this.plan.options[number];
    ensure(!isAsync || this.plan.functions[index].async, at, 'the options are async, the function is not');
    return { ...this.all[index], isAsync, width: /** @type {0 | 1} */ (pointer === 64 ? 1 : 0) };
  }
}
