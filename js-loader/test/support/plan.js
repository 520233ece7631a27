/**
 * Plans written by hand, so that the loader is tested without the tool that writes plans. Layouts of aggregates are
 * computed here from the specification's definitions, apart from the check of plans, which has its own reading of them.
 */
import wabtInit from 'wabt';
import { compileSync } from '../../src/node.js';
import { SCALARS } from '../../src/plan-types.js';

const wabt = await wabtInit();

/**
 * @param {string} wat
 * @returns {Uint8Array}
 */
export function assemble(wat) {
  const features = { multi_memory: true, memory64: true, exceptions: true, mutable_globals: true, multi_value: true };
  const module = wabt.parseWat('test.wat', wat, features);
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}

const up = (n, align) => Math.ceil(n / align) * align;

function join(a, b) {
  if (a === b) return a;
  return [a, b].sort().join() === 'f32,i32' ? 'i32' : 'i64';
}

/** Size, alignment and flat types of a type for one pointer width. */
function layout(type, all, w) {
  const p = w ? 8 : 4;
  const of = (i) => ({ size: all[i].size[w], align: all[i].align[w], flat: all[i].flat[w] });
  const concat = (flats) => (flats.every(Boolean) && flats.flat().length <= 16 ? flats.flat() : null);
  const record = (parts) => {
    let end = 0;
    for (const { size, align } of parts) end = up(end, align) + size;
    const align = Math.max(1, ...parts.map((part) => part.align));
    return { size: up(end, align), align, flat: concat(parts.map((part) => part.flat)) };
  };
  const variant = (cases) => {
    const disc = cases.length <= 256 ? 1 : cases.length <= 65536 ? 2 : 4;
    const payloads = cases.filter((i) => i !== null).map(of);
    const align = Math.max(disc, ...payloads.map((x) => x.align));
    const payloadAlign = Math.max(1, ...payloads.map((x) => x.align));
    const size = up(up(disc, payloadAlign) + Math.max(0, ...payloads.map((x) => x.size)), align);
    if (payloads.some((x) => !x.flat)) return { size, align, flat: null };
    const joined = [];
    for (const { flat } of payloads) flat.forEach((t, i) => (joined[i] = joined[i] ? join(joined[i], t) : t));
    return { size, align, flat: joined.length < 16 ? ['i32', ...joined] : null };
  };
  const pointer = w ? 'i64' : 'i32';
  switch (type.kind) {
    case 'string':
    case 'list':
    case 'map':
      return { size: 2 * p, align: p, flat: [pointer, pointer] };
    case 'fixedList':
      return record(Array(type.length).fill(of(type.element)));
    case 'record':
      return record(type.fields.map((f) => of(f.type)));
    case 'tuple':
      return record(type.types.map(of));
    case 'flags': {
      const size = type.names.length <= 8 ? 1 : type.names.length <= 16 ? 2 : 4;
      return { size, align: size, flat: ['i32'] };
    }
    case 'variant':
      return variant(type.cases.map((c) => c.type));
    case 'enum':
      return variant(type.names.map(() => null));
    case 'option':
      return variant([null, type.some]);
    case 'result':
      return variant([type.ok, type.err]);
    default: {
      const [size, flat] = SCALARS[type.kind];
      return { size, align: size, flat: [flat] };
    }
  }
}

/** Builds a plan with one component instance, unless a test adds more. */
export class PlanBuilder {
  constructor() {
    this.files = {};
    this.plan = {
      version: [1, 0],
      tool: 'test',
      cm: '0.3',
      name: 'test',
      requires: [],
      limits: { stringBytes: 2 ** 28 - 1, listBytes: 2 ** 28 - 1 },
      modules: [],
      runtime: null,
      instances: [{ parent: null, path: 'root', mayLeave: null, context: null, table: null }],
      types: [],
      functions: [],
      resources: [],
      options: [],
      trampolines: [],
      initializers: [],
      imports: [],
      exports: [],
      adapters: [],
      traps: [],
    };
  }

  push(table, item) {
    return this.plan[table].push(item) - 1;
  }

  /** A type: its kind, or an object in which types may stand in place of indices. */
  type(type) {
    if (typeof type === 'number' || type === null || type === undefined) return type ?? null;
    const def = typeof type === 'string' ? { kind: type } : { ...type };
    if (def.kind === 'record') def.fields = Object.entries(def.fields).map(([name, t]) => ({ name, type: this.type(t) }));
    if (def.kind === 'variant') def.cases = Object.entries(def.cases).map(([name, t]) => ({ name, type: this.type(t) }));
    if (def.kind === 'tuple') def.types = def.types.map((t) => this.type(t));
    for (const key of ['element', 'key', 'value', 'some', 'ok', 'err']) if (key in def) def[key] = this.type(def[key]);
    const [a, b] = [layout(def, this.plan.types, 0), layout(def, this.plan.types, 1)];
    return this.push('types', { ...def, size: [a.size, b.size], align: [a.align, b.align], flat: [a.flat, b.flat] });
  }

  /** A function type: parameters by name, and the result. */
  func(params, result) {
    const list = Object.entries(params).map(([name, type]) => ({ name, type: this.type(type) }));
    return this.push('functions', { params: list, result: this.type(result), async: false });
  }

  /** Instantiates a module given as text; gives the number of its core instance. */
  module(wat, args = [], kind = 'guest') {
    const bytes = assemble(wat);
    const file = `test.core${this.plan.modules.length}.wasm`;
    this.files[file] = bytes;
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module, name }) => [module, name]);
    const module = this.push('modules', { kind, file, size: bytes.length, sha256: '', imports, features: [] });
    const number = this.plan.initializers.filter(({ op }) => op.startsWith('instantiate')).length;
    this.push('initializers', { op: 'instantiate', module, instance: kind === 'guest' ? 0 : null, args });
    return number;
  }

  /** Takes a memory, realloc or post-return function out of a core instance; gives its number. */
  extract(op, instance, name) {
    this.push('initializers', { op, from: { instance, export: name } });
    return this.plan.initializers.filter((step) => step.op === op).length - 1;
  }

  options(options = {}) {
    const defaults = { instance: 0, encoding: 'utf8', memory: null, pointer: 32, realloc: null, postReturn: null, async: false };
    return this.push('options', { ...defaults, ...options });
  }

  exportFunc(name, func, instance, core, options, parent = null) {
    return this.push('exports', { parent, name, kind: 'func', function: func, callee: { instance, export: core }, options });
  }

  importFunc(name, func, parent = null) {
    return this.push('imports', { parent, name, kind: 'func', function: func });
  }

  lower(index, func, options) {
    return { trampoline: this.push('trampolines', { op: 'lowerImport', import: index, function: func, options }) };
  }

  compile() {
    return compileSync(this.plan, { getModule: (file) => this.files[file] });
  }

  instantiate(imports) {
    return this.compile().instantiateSync(imports);
  }
}
