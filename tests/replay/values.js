// Values of test scripts, between the script's notation and what JavaScript sees.
//
// A script writes a value as a tagged array that mirrors the `.wast` syntax: ["u8", 5], ["u64", "5"],
// ["f32", bits], ["record", [["name", value], ...]], ["some", value], ... Both directions are driven by the
// type that the plan gives, not by the value alone: only the type tells a `list<u8>` (a Uint8Array) from a list
// of other things, or how an option inside an option is written. A result must match in JavaScript type as well
// as in value, since that is what users of the loader rely on.

/**
 * The type of an exported function, or of an imported one that is exported again.
 * @param {any} plan
 * @param {string[]} path
 */
export function functionType(plan, path) {
  let forest = plan.exports;
  let parent = null;
  for (const name of path) {
    const at = forest.findIndex((item) => item.parent === parent && item.name === name);
    if (at < 0) throw new Error(`the plan has no export ${path.join('#')}`);
    const item = forest[at];
    parent = at;
    if (item.kind === 'import') {
      forest = plan.imports;
      parent = item.import;
    }
  }
  const item = forest[/** @type {any} */ (parent)];
  if (item.kind !== 'func') throw new Error(`${path.join('#')} is no function but of kind ${item.kind}`);
  return plan.functions[item.function];
}

/** Typed arrays that lists of numbers become. */
const NUMERIC_LISTS = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
};

const INTEGERS = new Set(['u8', 's8', 'u16', 's16', 'u32', 's32']);
const LONGS = new Set(['u64', 's64']);

/**
 * `some-name` as JavaScript writes it: `someName`.
 * @param {string} name
 */
export function camelCase(name) {
  const [first, ...rest] = name.split('-').map((word) => word.toLowerCase());
  return [first, ...rest.map((word) => word[0].toUpperCase() + word.slice(1))].join('');
}

const view = new DataView(new ArrayBuffer(8));

/** The number whose bits are `bits` (a decimal string). */
function floatFromBits(kind, bits) {
  view.setBigUint64(0, BigInt(bits), true);
  return kind === 'f32' ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** Bits of `number`, with one pattern for all NaNs: JavaScript cannot tell them apart. */
function floatBits(kind, number) {
  if (Number.isNaN(number)) return 'nan';
  view.setBigUint64(0, 0n, true);
  if (kind === 'f32') view.setFloat32(0, number, true);
  else view.setFloat64(0, number, true);
  return view.getBigUint64(0, true).toString(16);
}

/** Whether a value of this type shows `undefined` as one of its own values, so that an option of it is tagged. */
function isNullable(type, types) {
  return types[type].kind === 'option';
}

/**
 * What JavaScript passes for a script's value.
 * @param {any[]} value
 * @param {number} type index into `types`
 * @param {any[]} types the plan's types
 */
export function toJs(value, type, types) {
  const shape = types[type];
  const [kind, ...rest] = value;
  const mismatch = () => new Error(`the script has ${JSON.stringify(value)} where the type is ${shape.kind}`);
  const is = (expected) => {
    if (kind !== expected) throw mismatch();
  };
  switch (shape.kind) {
    case 'list':
    case 'fixedList': {
      is('list');
      const items = rest[0].map((item) => toJs(item, shape.element, types));
      const Numeric = shape.kind === 'list' && NUMERIC_LISTS[types[shape.element].kind];
      return Numeric ? Numeric.from(items) : items;
    }
    case 'map':
      is('map');
      return new Map(rest[0].map(([key, item]) => [toJs(key, shape.key, types), toJs(item, shape.value, types)]));
    case 'record':
      is('record');
      return Object.fromEntries(
        shape.fields.map((field) => {
          const found = rest[0].find(([name]) => name === field.name);
          if (!found) throw mismatch();
          return [camelCase(field.name), toJs(found[1], field.type, types)];
        }),
      );
    case 'tuple':
      is('tuple');
      return shape.types.map((item, index) => toJs(rest[0][index], item, types));
    case 'variant': {
      is('variant');
      const [name, payload] = rest;
      const found = shape.cases.find((one) => one.name === name);
      if (!found) throw mismatch();
      return found.type == null ? { tag: name } : { tag: name, val: toJs(payload, found.type, types) };
    }
    case 'option': {
      if (kind !== 'some' && kind !== 'none') throw mismatch();
      if (!isNullable(shape.some, types)) return kind === 'none' ? undefined : toJs(rest[0], shape.some, types);
      return kind === 'none' ? { tag: 'none' } : { tag: 'some', val: toJs(rest[0], shape.some, types) };
    }
    case 'result': {
      if (kind !== 'ok' && kind !== 'err') throw mismatch();
      const payload = kind === 'ok' ? shape.ok : shape.err;
      return payload == null ? { tag: kind } : { tag: kind, val: toJs(rest[0], payload, types) };
    }
    case 'flags':
      is('flags');
      return Object.fromEntries(rest[0].map((name) => [camelCase(name), true]));
    case 'own':
    case 'borrow':
      // Only tests written in JavaScript have these: the object itself.
      is('handle');
      return rest[0];
    case 'f32':
    case 'f64':
      is(shape.kind);
      return floatFromBits(shape.kind, rest[0]);
    case 'u64':
    case 's64':
      is(shape.kind);
      return BigInt(rest[0]);
    default:
      is(shape.kind);
      return rest[0];
  }
}

/** @param {any} value */
export function show(value) {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Map) return `Map${show([...value])}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}${show([.../** @type {Uint8Array} */ (value)])}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${show(item)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

const isObject = (value) => value !== null && typeof value === 'object';

/**
 * Says how what JavaScript got differs from the value in the script, or null where it does not.
 * @param {any} actual
 * @param {any[]} expected
 * @param {number} type index into `types`
 * @param {any[]} types the plan's types
 * @returns {string | null}
 */
export function difference(actual, expected, type, types) {
  const shape = types[type];
  const [kind, ...rest] = expected;
  const differs = () => `expected ${shape.kind} ${JSON.stringify(expected)}, got ${show(actual)}`;
  const all = (pairs) => {
    for (const [item, value, itemType] of pairs) {
      const found = difference(item, value, itemType, types);
      if (found) return found;
    }
    return null;
  };
  if (INTEGERS.has(shape.kind)) {
    return kind === shape.kind && Object.is(actual, rest[0]) ? null : differs();
  }
  if (LONGS.has(shape.kind)) {
    return kind === shape.kind && typeof actual === 'bigint' && actual === BigInt(rest[0]) ? null : differs();
  }
  switch (shape.kind) {
    case 'bool':
    case 'char':
    case 'string':
      return kind === shape.kind && actual === rest[0] ? null : differs();
    case 'f32':
    case 'f64': {
      const want = floatBits(shape.kind, floatFromBits(shape.kind, rest[0]));
      const exact = typeof actual === 'number' && (shape.kind === 'f64' || Object.is(actual, Math.fround(actual)));
      return kind === shape.kind && exact && floatBits(shape.kind, actual) === want ? null : differs();
    }
    case 'list':
    case 'fixedList': {
      const Numeric = shape.kind === 'list' && NUMERIC_LISTS[types[shape.element].kind];
      const rightClass = Numeric ? actual instanceof Numeric : Array.isArray(actual);
      if (kind !== 'list' || !rightClass || actual.length !== rest[0].length) return differs();
      return all(rest[0].map((item, index) => [actual[index], item, shape.element]));
    }
    case 'map': {
      if (kind !== 'map' || !(actual instanceof Map) || actual.size !== rest[0].length) return differs();
      const entries = [...actual];
      return all(
        rest[0].flatMap(([key, item], index) => [
          [entries[index][0], key, shape.key],
          [entries[index][1], item, shape.value],
        ]),
      );
    }
    case 'record': {
      if (kind !== 'record' || !isObject(actual)) return differs();
      const names = new Set(shape.fields.map((field) => camelCase(field.name)));
      if (Object.keys(actual).some((key) => !names.has(key)) || rest[0].length !== names.size) return differs();
      return all(
        shape.fields.map((field) => {
          const value = rest[0].find(([name]) => name === field.name)?.[1] ?? ['missing'];
          return [actual[camelCase(field.name)], value, field.type];
        }),
      );
    }
    case 'tuple':
      if (kind !== 'tuple' || !Array.isArray(actual) || actual.length !== rest[0].length) return differs();
      return all(shape.types.map((item, index) => [actual[index], rest[0][index], item]));
    case 'variant': {
      const found = shape.cases.find((one) => one.name === rest[0]);
      if (kind !== 'variant' || !found || !isObject(actual) || actual.tag !== rest[0]) return differs();
      if (found.type == null) return 'val' in actual && actual.val !== undefined ? differs() : null;
      return difference(actual.val, rest[1], found.type, types);
    }
    case 'enum':
      return kind === 'enum' && actual === rest[0] ? null : differs();
    case 'option': {
      if (kind !== 'some' && kind !== 'none') return differs();
      if (!isNullable(shape.some, types)) {
        if (kind === 'none') return actual === undefined ? null : differs();
        return actual === undefined ? differs() : difference(actual, rest[0], shape.some, types);
      }
      if (!isObject(actual) || actual.tag !== kind) return differs();
      return kind === 'none' ? null : difference(actual.val, rest[0], shape.some, types);
    }
    case 'result': {
      if ((kind !== 'ok' && kind !== 'err') || !isObject(actual) || actual.tag !== kind) return differs();
      const payload = kind === 'ok' ? shape.ok : shape.err;
      return payload == null ? null : difference(actual.val, rest[0], payload, types);
    }
    case 'flags': {
      if (kind !== 'flags' || !isObject(actual)) return differs();
      const set = new Set(rest[0]);
      const right = shape.names.every((name) => actual[camelCase(name)] === set.has(name));
      return right && Object.keys(actual).length === shape.names.length ? null : differs();
    }
    default:
      return `scripts cannot compare values of type ${shape.kind}`;
  }
}
