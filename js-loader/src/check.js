/**
 * Checks a plan before anything of it is used: version, form, every index. What passes needs no further checks
 * at replay, and what this loader does not know is refused by name instead of being half executed.
 *
 * The form is a table (`SHAPES`) because the plan is one: a language of five marks says what a field must be.
 *
 * - `string`, `number`, `boolean`: of that type; `number` means a non-negative integer
 * - `#types`: an index into the plan's table `types`
 * - `@field`: an object of the shape `field`
 * - `'a|b'`: one of these strings
 * - `[x]`: an array of `x`;  `?x`: `x` or null or absent
 */
import { PlanError } from './errors.js';
import { childTypes } from './types.js';

/** The format's version that this loader reads. A larger minor version only adds fields that may be ignored. */
const VERSION = [1, 0];

/** @type {Record<string, Record<string, string>>} */
const SHAPES = {
  plan: {
    version: '[number]',
    tool: 'string',
    cm: 'string',
    name: 'string',
    requires: '[@requirement]',
    limits: '@limits',
    modules: '[@module]',
    runtime: '?@runtime',
    instances: '[@instance]',
    types: '[@type]',
    functions: '[@func]',
    resources: '[@resource]',
    options: '[@options]',
    trampolines: '[@trampoline]',
    initializers: '[@initializer]',
    imports: '[@import]',
    exports: '[@export]',
    adapters: '[@adapter]',
    traps: '[string]',
    bindings: '?[@bindingsFile]',
  },
  bindingsFile: { file: 'string', sha256: 'string' },
  requirement: { feature: 'string', reason: 'string' },
  limits: { stringBytes: 'number', listBytes: 'number' },
  module: {
    kind: "'guest|adapter|runtime'",
    file: 'string',
    size: 'number',
    sha256: 'string',
    imports: '[[string]]',
    features: '[string]',
  },
  instance: { parent: '?#instances', path: 'string', mayLeave: '?string', context: '?[string]', table: '?number' },
  runtime: { trapCode: 'string', trapArg: 'string', trapSite: 'string', handles: '?@handles' },
  handles: {
    newOwn: 'string',
    newBorrow: 'string',
    takeOwn: 'string',
    lend: 'string',
    enterScope: 'string',
    leaveScope: 'string',
    count: 'string',
    dtors: 'string',
  },
  field: { name: 'string', type: '#types' },
  case: { name: 'string', type: '?#types' },
  func: { params: '[@field]', result: '?#types', async: 'boolean' },
  options: {
    instance: '#instances',
    encoding: "'utf8|utf16|latin1+utf16'",
    memory: '?number',
    pointer: 'number',
    realloc: '?number',
    postReturn: '?number',
    async: 'boolean',
  },
  namedArg: { module: 'string', name: 'string', def: '@coreDef' },
  adapter: { name: 'string', caller: '#instances', callee: '#instances' },
};

/** Fields of each alternative of the shapes that have alternatives, by the value of the field named first. */
/** @type {Record<string, [tag: string, alternatives: Record<string, Record<string, string>>, shared: Record<string, string>]>} */
const UNIONS = {
  type: [
    'kind',
    {
      bool: {},
      s8: {},
      u8: {},
      s16: {},
      u16: {},
      s32: {},
      u32: {},
      s64: {},
      u64: {},
      f32: {},
      f64: {},
      char: {},
      string: {},
      list: { element: '#types' },
      fixedList: { element: '#types', length: 'number' },
      map: { key: '#types', value: '#types' },
      record: { fields: '[@field]' },
      tuple: { types: '[#types]' },
      variant: { cases: '[@case]' },
      enum: { names: '[string]' },
      option: { some: '#types' },
      result: { ok: '?#types', err: '?#types' },
      flags: { names: '[string]' },
      own: { resource: '#resources' },
      borrow: { resource: '#resources' },
    },
    { size: '[number]', align: '[number]', flat: '[?[string]]' },
  ],
  resource: [
    'kind',
    {
      imported: { import: '#imports' },
      defined: { instance: '#instances', rep: "'i32|i64'", dtor: '?@coreDef' },
    },
    {},
  ],
  trampoline: [
    'op',
    {
      lowerImport: { import: '#imports', function: '#functions', options: '#options' },
      dropHostResource: { resource: '#resources' },
    },
    {},
  ],
  initializer: [
    'op',
    {
      instantiate: { module: '#modules', instance: '?#instances', args: '[@coreDef]' },
      instantiateImported: { import: '#imports', instance: '#instances', args: '[@namedArg]' },
      resource: { resource: '#resources' },
      memory: { from: '@coreDef' },
      realloc: { from: '@coreDef' },
      postReturn: { from: '@coreDef' },
    },
    {},
  ],
  import: [
    'kind',
    {
      instance: {},
      func: { function: '#functions' },
      module: { imports: '[[string]]', exports: '[[string]]' },
      resource: { resource: '#resources' },
      type: { type: '?#types' },
    },
    { parent: '?#imports', name: 'string', implements: '?string' },
  ],
  export: [
    'kind',
    {
      instance: {},
      func: { function: '#functions', callee: '@coreDef', options: '#options' },
      import: { import: '#imports' },
      module: { module: '#modules' },
      resource: { resource: '#resources' },
      type: { type: '?#types' },
    },
    { parent: '?#exports', name: 'string', implements: '?string' },
  ],
};

/**
 * @param {unknown} plan
 * @returns {import('./plan-format.js').Plan}
 * @throws {PlanError}
 */
export function checkPlan(plan) {
  const version = /** @type {any} */ (plan)?.version;
  if (!Array.isArray(version)) throw new PlanError('this is not a plan: it has no `version`');
  if (version[0] !== VERSION[0]) {
    const advice = version[0] > VERSION[0] ? 'use a newer loader' : 'build the component again';
    throw new PlanError(`the plan has version ${version.join('.')}, this loader reads ${VERSION[0]}.x: ${advice}`);
  }
  const checker = new Checker(/** @type {any} */ (plan), version[1] > VERSION[1]);
  checker.shape(plan, 'plan', 'plan');
  checker.order();
  return /** @type {import('./plan-format.js').Plan} */ (plan);
}

class Checker {
  /**
   * @param {import('./plan-format.js').Plan} plan
   * @param {boolean} isNewer whether unknown fields may be ignored
   */
  constructor(plan, isNewer) {
    this.plan = plan;
    this.isNewer = isNewer;
  }

  /**
   * @param {any} value
   * @param {string} form see the top of this file
   * @param {string} at where in the plan, for messages
   */
  value(value, form, at) {
    const rest = form.slice(1);
    switch (form[0]) {
      case '?':
        if (value !== null && value !== undefined) this.value(value, rest, at);
        return;
      case '[':
        if (!Array.isArray(value)) throw new PlanError(`${at} is not an array`);
        for (let i = 0; i < value.length; i++) this.value(value[i], rest.slice(0, -1), `${at}[${i}]`);
        return;
      case '@':
        return this.shape(value, rest, at);
      case '#': {
        const table = /** @type {any} */ (this.plan)[rest];
        if (!isIndex(value, Array.isArray(table) ? table.length : 0)) {
          throw new PlanError(`${at} is not an index into \`${rest}\`: ${value}`);
        }
        return;
      }
      case "'":
        if (typeof value !== 'string' || !rest.slice(0, -1).split('|').includes(value)) {
          throw new PlanError(`${at} is ${JSON.stringify(value)}, which this loader does not know`);
        }
        return;
      default:
        if (form === 'number' ? !isIndex(value, Infinity) : typeof value !== form) {
          throw new PlanError(`${at} is not a ${form}`);
        }
    }
  }

  /**
   * @param {any} value
   * @param {string} name of the shape
   * @param {string} at
   */
  shape(value, name, at) {
    if (typeof value !== 'object' || value === null) throw new PlanError(`${at} is not an object`);
    if (name === 'coreDef') {
      return this.fields(value, 'trampoline' in value ? { trampoline: '#trampolines' } : { instance: 'number', export: 'string' }, at);
    }
    const union = UNIONS[name];
    if (!union) return this.fields(value, SHAPES[name], at);
    const [tag, alternatives, shared] = union;
    const kind = value[tag];
    if (typeof kind !== 'string' || !Object.hasOwn(alternatives, kind)) {
      throw new PlanError(`${at} has the ${tag} ${JSON.stringify(kind)}, which this loader does not support`);
    }
    this.fields(value, { ...shared, ...alternatives[kind], [tag]: 'string' }, at);
  }

  /**
   * @param {Record<string, unknown>} value
   * @param {Record<string, string>} fields
   * @param {string} at
   */
  fields(value, fields, at) {
    for (const [name, form] of Object.entries(fields)) this.value(value[name], form, `${at}.${name}`);
    if (this.isNewer) return;
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) throw new PlanError(`${at} has the field \`${name}\`, which this loader does not know`);
    }
  }

  /** What the table of shapes cannot say: that things come before what uses them, and what is not supported. */
  order() {
    const { plan } = this;
    for (const table of /** @type {const} */ (['instances', 'imports', 'exports'])) {
      plan[table].forEach(({ parent }, i) => {
        if (parent !== null && parent !== undefined && parent >= i) {
          throw new PlanError(`plan.${table}[${i}] comes before its parent`);
        }
      });
    }
    plan.types.forEach((type, i) => {
      if (childTypes(type).some((child) => child >= i)) throw new PlanError(`plan.types[${i}] comes before a type it has`);
      if (type.flat.length !== 2 || type.size.length !== 2 || type.align.length !== 2) {
        throw new PlanError(`plan.types[${i}] lacks a layout for 32- or for 64-bit memories`);
      }
    });
    plan.functions.forEach((func, i) => {
      if (func.async) throw new PlanError(`plan.functions[${i}] is async, which this loader does not support`);
    });
    const produced = this.initializers();
    plan.options.forEach((options, i) => {
      const at = `plan.options[${i}]`;
      if (options.async) throw new PlanError(`${at} is async, which this loader does not support`);
      if (options.pointer !== 32 && options.pointer !== 64) throw new PlanError(`${at}.pointer is neither 32 nor 64`);
      for (const field of /** @type {const} */ (['memory', 'realloc', 'postReturn'])) {
        const number = options[field] ?? -1;
        if (number >= produced[field]) throw new PlanError(`${at}.${field} is ${number}, but no initializer gives it`);
      }
    });
    plan.exports.forEach((item, i) => {
      if (item.kind === 'func') checkCoreDef(item.callee, produced.instantiate, `plan.exports[${i}].callee`);
    });
    plan.trampolines.forEach((trampoline, i) => {
      if (trampoline.op !== 'lowerImport') return;
      const { kind } = plan.imports[trampoline.import];
      if (kind !== 'func') throw new PlanError(`plan.trampolines[${i}] lowers an import that is no function but of kind ${kind}`);
    });
  }

  /** Checks the initializers in order; gives how many of each kind there are. */
  initializers() {
    const { plan } = this;
    const produced = { instantiate: 0, memory: 0, realloc: 0, postReturn: 0 };
    plan.initializers.forEach((step, i) => {
      const at = `plan.initializers[${i}]`;
      switch (step.op) {
        case 'instantiate': {
          const wanted = plan.modules[step.module].imports.length;
          if (step.args.length !== wanted) {
            throw new PlanError(`${at} has ${step.args.length} arguments for a module with ${wanted} imports`);
          }
          for (const def of step.args) checkCoreDef(def, produced.instantiate, at);
          produced.instantiate++;
          return;
        }
        case 'instantiateImported':
          if (plan.imports[step.import].kind !== 'module') throw new PlanError(`${at} instantiates an import that is no module`);
          for (const { def } of step.args) checkCoreDef(def, produced.instantiate, at);
          produced.instantiate++;
          return;
        case 'resource': {
          const resource = plan.resources[step.resource];
          if (resource.kind === 'defined' && resource.dtor) checkCoreDef(resource.dtor, produced.instantiate, at);
          return;
        }
        default:
          checkCoreDef(step.from, produced.instantiate, at);
          produced[step.op]++;
      }
    });
    return produced;
  }
}

/**
 * @param {import('./plan-format.js').CoreDef} def
 * @param {number} instances how many core instances exist where `def` is used
 * @param {string} at
 */
function checkCoreDef(def, instances, at) {
  if ('instance' in def && def.instance >= instances) {
    throw new PlanError(`${at} uses core instance ${def.instance} before it is instantiated`);
  }
}

/**
 * @param {unknown} value
 * @param {number} end
 */
function isIndex(value, end) {
  return Number.isInteger(value) && /** @type {number} */ (value) >= 0 && /** @type {number} */ (value) < end;
}
