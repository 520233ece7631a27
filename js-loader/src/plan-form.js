/**
 * The form of a plan: which fields there are and what each may hold, as the JSON Schema has it, and that every index is
 * one of its table. What fields must be to each other is `plan-check.js`.
 */
import { PlanError } from './errors.js';

/**
 * @typedef {import('./plan-format.js').Plan} Plan
 *
 * Looks at the value at a place of a plan, and throws if it has not the form.
 * @typedef {(value: any, at: string, plan: Plan) => void} Form
 */

/** The newest minor version of the format that this reads; what newer ones bring may be ignored. */
const NEWEST = 1;

/**
 * @param {unknown} holds
 * @param {string} at place in the plan
 * @param {string | (() => string)} problem
 * @returns {asserts holds}
 */
export function ensure(holds, at, problem) {
  if (!holds) throw new PlanError(`plan: ${at}: ${typeof problem === 'function' ? problem() : problem}`);
}

/** @type {Form} */
const text = (value, at) => ensure(typeof value === 'string', at, 'expected a string');

/** @type {Form} */
const boolean = (value, at) => ensure(typeof value === 'boolean', at, 'expected true or false');

/** @param {number} max @returns {Form} */
const count = (max) => (value, at) => ensure(Number.isSafeInteger(value) && value >= 0 && value <= max, at, 'expected a count');

/** @param {RegExp} pattern @param {string} what @returns {Form} */
const like = (pattern, what) => (value, at) => ensure(typeof value === 'string' && pattern.test(value), at, `expected ${what}`);

/** @param {unknown[]} allowed @returns {Form} */
const oneOf = (...allowed) => (value, at) => ensure(allowed.includes(value), at, `expected one of ${allowed.join(', ')}`);

/** @param {Form} form @returns {Form} */
const nullable = (form) => (value, at, plan) => value === null || form(value, at, plan);

/** @param {Form} form @returns {Form} */
const list = (form) => (value, at, plan) => {
  ensure(Array.isArray(value), at, 'expected an array');
  for (let i = 0; i < value.length; i++) form(value[i], `${at}[${i}]`, plan);
};

/** @param {Form[]} forms @returns {Form} */
const tuple = (...forms) => (value, at, plan) => {
  ensure(Array.isArray(value) && value.length === forms.length, at, `expected an array of ${forms.length}`);
  forms.forEach((form, i) => form(value[i], `${at}[${i}]`, plan));
};

/**
 * An object with these fields. Others are refused, unless a newer minor version may have brought them.
 *
 * @param {Record<string, Form>} fields
 * @param {Record<string, Form>} [optional]
 * @returns {Form}
 */
const object = (fields, optional = {}) => (value, at, plan) => {
  ensure(typeof value === 'object' && value !== null && !Array.isArray(value), at, 'expected an object');
  const inside = (/** @type {string} */ name) => (at ? `${at}.${name}` : name);
  for (const name of Object.keys(fields)) {
    ensure(Object.hasOwn(value, name), inside(name), 'the field is missing');
    fields[name](value[name], inside(name), plan);
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(fields, name)) continue;
    if (Object.hasOwn(optional, name)) optional[name](value[name], inside(name), plan);
    else ensure(plan.version[1] > NEWEST, inside(name), 'the field is not known');
  }
};

/**
 * An object whose other fields depend on one.
 *
 * @param {string} tag that field
 * @param {Record<string, Record<string, Form>>} variants
 * @param {Record<string, Form>} [shared] fields of all
 * @param {(name: string) => Record<string, Form>} [optional] fields that a variant may have
 * @returns {Form}
 */
const tagged = (tag, variants, shared = {}, optional = () => ({})) => {
  const names = Object.keys(variants);
  const forms = new Map(names.map((name) => [name, object({ [tag]: text, ...shared, ...variants[name] }, optional(name))]));
  return (value, at, plan) => {
    const form = forms.get(value?.[tag]);
    ensure(form, at, () => `\`${tag}\`: expected one of ${names.join(', ')}`);
    form(value, at, plan);
  };
};

/** @param {'modules' | 'instances' | 'types' | 'functions' | 'resources' | 'options' | 'trampolines' | 'imports' | 'adapters'} table @returns {Form} */
const index = (table) => (value, at, plan) => {
  const { length } = plan[table];
  ensure(Number.isInteger(value) && value >= 0 && value < length, at, `there are ${length} ${table}, ${JSON.stringify(value)} is none`);
};

/** Numbers of things that initializers make; their range is checked with the order of initializers. */
const made = count(0xffff_ffff);
const u32 = count(0xffff_ffff);
const type = index('types');
const file = like(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/, 'a file name without folders');
const sha256 = like(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');
const fields = list(object({ name: text, type }));
const coreKind = oneOf('func', 'table', 'memory', 'global', 'tag');

/** @type {Form} */
const coreItem = (value, at, plan) => (value && Object.hasOwn(value, 'trampoline') ? trampoline : exported)(value, at, plan);
const trampoline = object({ trampoline: index('trampolines') });
const exported = object({ instance: made, export: text });

const SCALARS = ['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string', 'errorContext'];
const flat = nullable(list(oneOf('i32', 'i64', 'f32', 'f64')));
const layout = { size: tuple(u32, u32), align: tuple(u32, u32), flat: tuple(flat, flat) };
const node = (/** @type {'imports' | 'exports'} */ table) => ({
  name: text,
  // Whether it comes before and is an instance is checked with the forest.
  parent: nullable((value, at, plan) => ensure(Number.isInteger(value) && value >= 0 && value < plan[table].length, at, 'there is no such parent')),
});
/** @param {string} kind @returns {Record<string, Form>} */
const nodeOptions = (kind) => ({ implements: text, externalId: text, ...(kind === 'type' && { type }) });
const handles = Object.fromEntries(['newOwn', 'newBorrow', 'takeOwn', 'lend', 'borrowRep', 'dropBorrow', 'enterScope', 'leaveScope', 'count', 'dtors'].map((name) => [name, text]));

const asyncHandles = { newAsync: text, async: text, removeAsync: text };
const coreResult = nullable(oneOf('i32', 'i64', 'f32', 'f64'));

/** Fields that only some built-ins have. @type {Record<string, Form>} */
const BUILT_IN_OPTIONS = { type, options: index('options'), async: boolean, table: made, start: oneOf('i32', 'i64') };

/** What a host's scheduler does. @type {Record<string, Record<string, Form>>} */
const TASKS = {
  builtIn: { name: text, instance: index('instances') },
  wait: {},
  resumed: { result: coreResult },
  startCall: {
    adapter: index('adapters'),
    function: index('functions'),
    lift: index('options'),
    options: index('options'),
    scoped: boolean,
    mayBlock: boolean,
  },
  taskCode: {},
  taskExit: {},
  taskCheck: {},
  taskReturned: { result: coreResult },
  enterSync: { instance: index('instances'), adapter: nullable(index('adapters')) },
  exitSync: {},
  transfer: { kind: oneOf('stream', 'future', 'errorContext'), type: nullable(type), from: index('instances'), to: index('instances') },
};

/** The tables. */
const TABLES = {
  requires: object({ feature: text, reason: text }, { optional: boolean }),
  modules: object({
    kind: oneOf('guest', 'adapter', 'runtime'),
    file,
    size: count(Number.MAX_SAFE_INTEGER),
    sha256,
    imports: list(tuple(text, text)),
    features: list(text),
  }),
  instances: object({
    parent: nullable(index('instances')),
    path: text,
    mayLeave: nullable(text),
    context: nullable(tuple(text, text)),
    table: nullable(u32),
  }),
  types: tagged(
    'kind',
    {
      ...Object.fromEntries(SCALARS.map((kind) => [kind, {}])),
      list: { element: type },
      fixedList: { element: type, length: u32 },
      map: { key: type, value: type },
      record: { fields },
      tuple: { types: list(type) },
      variant: { cases: list(object({ name: text, type: nullable(type) })) },
      enum: { names: list(text) },
      flags: { names: list(text) },
      option: { some: type },
      result: { ok: nullable(type), err: nullable(type) },
      own: { resource: index('resources') },
      borrow: { resource: index('resources') },
      stream: { element: nullable(type) },
      future: { element: nullable(type) },
    },
    layout,
  ),
  functions: object({ params: fields, result: nullable(type), async: boolean }),
  resources: tagged('kind', {
    imported: { import: index('imports') },
    defined: { instance: index('instances'), rep: oneOf('i32', 'i64'), dtor: nullable(coreItem) },
  }),
  options: object(
    {
      instance: index('instances'),
      encoding: oneOf('utf8', 'utf16', 'latin1+utf16'),
      memory: nullable(made),
      pointer: oneOf(32, 64),
      realloc: nullable(made),
      postReturn: nullable(made),
      async: boolean,
    },
    { callback: made },
  ),
  trampolines: tagged(
    'op',
    {
      lowerImport: { import: index('imports'), function: index('functions'), options: index('options') },
      dropHostResource: { resource: index('resources') },
      ...TASKS,
    },
    {},
    (op) => (op === 'builtIn' ? BUILT_IN_OPTIONS : {}),
  ),
  initializers: tagged('op', {
    instantiate: { module: index('modules'), instance: nullable(index('instances')), args: list(coreItem) },
    instantiateImported: {
      import: index('imports'),
      instance: index('instances'),
      args: list(object({ module: text, name: text, def: coreItem })),
    },
    resource: { resource: index('resources') },
    memory: { from: coreItem },
    realloc: { from: coreItem },
    postReturn: { from: coreItem },
    callback: { from: coreItem },
    table: { from: coreItem },
  }),
  imports: tagged(
    'kind',
    {
      instance: {},
      func: { function: index('functions') },
      module: { imports: list(tuple(text, text, coreKind)), exports: list(tuple(text, coreKind)) },
      resource: { resource: index('resources') },
      type: {},
    },
    node('imports'),
    nodeOptions,
  ),
  exports: tagged(
    'kind',
    {
      instance: {},
      func: { function: index('functions'), callee: coreItem, options: index('options') },
      import: { import: index('imports') },
      module: { module: index('modules') },
      resource: { resource: index('resources') },
      type: {},
    },
    node('exports'),
    (kind) => ({ ...nodeOptions(kind), ...(kind === 'func' && { mayBlock: boolean }) }),
  ),
  adapters: object({ name: text, caller: index('instances'), callee: index('instances') }),
  traps: text,
};

const tables = Object.fromEntries(Object.entries(TABLES).map(([name, form]) => [name, list(form)]));

const plan = object(
  {
    version: tuple(oneOf(1), u32),
    tool: text,
    cm: text,
    name: like(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/, 'the name of a bundle'),
    limits: object({ stringBytes: count(0x7fff_ffff), listBytes: count(0x7fff_ffff) }),
    runtime: nullable(object({ trapCode: text, trapArg: text, trapSite: text, handles: nullable(object(handles, asyncHandles)) }, { blocked: text })),
    ...tables,
  },
  { bindings: list(object({ file, sha256 })), copiers: list(object({ type, from: index('options'), to: index('options'), func: coreItem })) },
);

/**
 * @param {any} value
 * @returns {asserts value is Plan}
 * @throws {PlanError}
 */
export function checkForm(value) {
  ensure(Array.isArray(value?.version), 'version', 'this is no plan');
  // Indices are compared with the lengths of tables, so these must be tables first.
  for (const name of Object.keys(TABLES)) ensure(Array.isArray(value[name]), name, 'expected an array');
  plan(value, '', value);
}
