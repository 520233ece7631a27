// Runs the corpus's suites of calls on an instance and says what differs. The notation is described by the corpus
// itself, in `expect.json` under `about`; it leaves types out, so that values are read by the plan's types.

import { difference, functionType, show, toJs } from '../replay/values.js';

const bits = new DataView(new ArrayBuffer(8));

/** A value of the corpus in the tagged notation of `values.js`. */
function tagged(value, type, types, kept) {
  const shape = types[type];
  const item = (inner, innerType) => tagged(inner, innerType, types, kept);
  // A case is `name`, or `{name: payload}`.
  const oneCase = () => (typeof value === 'string' ? [value, null] : Object.entries(value)[0]);
  switch (shape.kind) {
    case 'list':
    case 'fixedList':
      return ['list', value.map((inner) => item(inner, shape.element))];
    case 'tuple':
      return ['tuple', shape.types.map((inner, index) => item(value[index], inner))];
    case 'record':
      return ['record', shape.fields.map(({ name, type: inner }) => [name, item(value[name], inner)])];
    case 'variant': {
      const [name, payload] = oneCase();
      const inner = shape.cases.find((one) => one.name === name)?.type;
      return ['variant', name, inner == null ? null : item(payload, inner)];
    }
    case 'result': {
      const [name, payload] = oneCase();
      return [name, shape[name] == null ? null : item(payload, shape[name])];
    }
    case 'option':
      return value === null ? ['none'] : ['some', item(value, shape.some)];
    case 'f32':
      bits.setBigUint64(0, 0n, true);
      bits.setFloat32(0, value, true);
      return ['f32', bits.getBigUint64(0, true).toString()];
    case 'f64':
      bits.setFloat64(0, value, true);
      return ['f64', bits.getBigUint64(0, true).toString()];
    case 'own':
    case 'borrow':
      return ['handle', kept.get(value.$)];
    default:
      return [shape.kind, value];
  }
}

/** Compares a result; null where it is right. */
function judge(actual, expected, type, types, kept) {
  if (expected && typeof expected === 'object' && '$length' in expected) {
    return [...actual].length === expected.$length ? null : `expected length ${expected.$length}, got ${actual.length}`;
  }
  if (expected && typeof expected === 'object' && '$min' in expected) {
    return actual >= expected.$min ? null : `expected at least ${expected.$min}, got ${show(actual)}`;
  }
  return difference(actual, tagged(expected, type, types, kept), type, types);
}

/**
 * An instance of the component whose plan is at `url`, by way of the bindings beside the plan or of the generic path.
 * @param {any} loader the module `corefuse`
 * @param {URL} url
 * @param {object} imports
 * @param {boolean} bindings
 */
export async function instantiatePlan(loader, url, imports, bindings) {
  if (!bindings) return loader.instantiate(url, { imports });
  const { instantiate } = await import(url.href.replace('.plan.json', '.js'));
  return instantiate(imports);
}

/**
 * Runs suites in order on one instance.
 * @param {{plan: any, instance: any}} subject
 * @param {any[][]} suites
 * @param {any} loader the module `corefuse`
 * @returns {string[]} what differs
 */
export function runSuites({ plan, instance }, suites, loader) {
  const { types } = plan;
  const kept = new Map();
  const failures = [];
  for (const step of suites.flat()) {
    if (step.drop) {
      kept.get(step.drop)[Symbol.dispose]();
      kept.delete(step.drop);
      continue;
    }
    const path = step.call.split('#');
    const signature = functionType(plan, path);
    const args = step.args.map((value, index) => {
      const { type } = signature.params[index];
      return toJs(tagged(value, type, types, kept), type, types);
    });
    const fail = (why) => failures.push(`${step.call}(${JSON.stringify(step.args)}): ${why}`);
    let result;
    try {
      result = instance.getFunc(...path)(...args);
      if (types[signature.result]?.kind === 'result') result = { tag: 'ok', val: result };
    } catch (error) {
      if (!(error instanceof loader.ComponentError)) {
        fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        continue;
      }
      result = { tag: 'err', val: error.payload };
    }
    if (typeof step.keep === 'string') kept.set(step.keep, result);
    else if (step.keep) step.keep.forEach((name, index) => kept.set(name, result[index]));
    else if (step.result === undefined) continue;
    else {
      const found = judge(result, step.result, signature.result, types, kept);
      if (found) fail(found);
    }
  }
  return failures;
}
