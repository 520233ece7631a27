/**
 * The plan, as types: the JSON that `corefuse build` writes. `src/plan/mod.rs` of the repository defines it;
 * `check.js` refuses whatever does not have this form before anything is instantiated.
 *
 * All numbers called an index are positions in the plan's table of that name. Pairs are for 32- and 64-bit
 * memories, in this order.
 */
export interface Plan {
  version: [major: number, minor: number];
  tool: string;
  cm: string;
  name: string;
  requires: Requirement[];
  limits: { stringBytes: number; listBytes: number };
  modules: Module[];
  runtime: Runtime | null;
  instances: Instance[];
  types: Type[];
  functions: Func[];
  resources: Resource[];
  options: Options[];
  trampolines: Trampoline[];
  initializers: Initializer[];
  imports: Import[];
  exports: Export[];
  adapters: Adapter[];
  traps: string[];
  bindings?: { file: string; sha256: string }[];
}

export interface Requirement {
  feature: string;
  reason: string;
}

export interface Module {
  kind: 'guest' | 'adapter' | 'runtime';
  file: string;
  size: number;
  sha256: string;
  imports: [module: string, name: string][];
  features: string[];
}

/** A component instance. */
export interface Instance {
  parent: number | null;
  path: string;
  mayLeave: string | null;
  context: [string, string] | null;
  table: number | null;
}

/** Names of the runtime module's exports. */
export interface Runtime {
  trapCode: string;
  trapArg: string;
  trapSite: string;
  handles: HandleFunctions | null;
}

export interface HandleFunctions {
  newOwn: string;
  newBorrow: string;
  takeOwn: string;
  lend: string;
  enterScope: string;
  leaveScope: string;
  count: string;
  dtors: string;
}

export type Type = TypeKind & {
  size: [number, number];
  align: [number, number];
  flat: [FlatType[] | null, FlatType[] | null];
};

export type FlatType = 'i32' | 'i64' | 'f32' | 'f64';

export type ScalarKind = 'bool' | 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64' | 'char';

export type TypeKind =
  | { kind: ScalarKind | 'string' | 'errorContext' }
  | { kind: 'list'; element: number }
  | { kind: 'fixedList'; element: number; length: number }
  | { kind: 'map'; key: number; value: number }
  | { kind: 'record'; fields: Field[] }
  | { kind: 'tuple'; types: number[] }
  | { kind: 'variant'; cases: Case[] }
  | { kind: 'enum' | 'flags'; names: string[] }
  | { kind: 'option'; some: number }
  | { kind: 'result'; ok: number | null; err: number | null }
  | { kind: 'own' | 'borrow'; resource: number }
  | { kind: 'stream' | 'future'; element: number | null };

export interface Field {
  name: string;
  type: number;
}

export interface Case {
  name: string;
  type: number | null;
}

export interface Func {
  params: Field[];
  result: number | null;
  async: boolean;
}

export type Resource =
  | { kind: 'imported'; import: number }
  | { kind: 'defined'; instance: number; rep: 'i32' | 'i64'; dtor: CoreDef | null };

/** Canonical options of one lift or lower. */
export interface Options {
  instance: number;
  encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  memory: number | null;
  pointer: 32 | 64;
  realloc: number | null;
  postReturn: number | null;
  async: boolean;
}

/** Where a core item comes from: an export of a core instance, or a function that the host makes. */
export type CoreDef = { instance: number; export: string } | { trampoline: number };

export type Trampoline =
  | { op: 'lowerImport'; import: number; function: number; options: number }
  | { op: 'dropHostResource'; resource: number };

export type Initializer =
  | { op: 'instantiate'; module: number; instance: number | null; args: CoreDef[] }
  | { op: 'instantiateImported'; import: number; instance: number; args: NamedArg[] }
  | { op: 'resource'; resource: number }
  | { op: 'memory' | 'realloc' | 'postReturn'; from: CoreDef };

export interface NamedArg {
  module: string;
  name: string;
  def: CoreDef;
}

export type Import = { parent: number | null; name: string; implements?: string } & (
  | { kind: 'instance' }
  | { kind: 'func'; function: number }
  | { kind: 'module'; imports: [module: string, name: string, kind: string][]; exports: [name: string, kind: string][] }
  | { kind: 'resource'; resource: number }
  | { kind: 'type'; type?: number }
);

export type Export = { parent: number | null; name: string; implements?: string } & (
  | { kind: 'instance' }
  | { kind: 'func'; function: number; callee: CoreDef; options: number }
  | { kind: 'import'; import: number }
  | { kind: 'module'; module: number }
  | { kind: 'resource'; resource: number }
  | { kind: 'type'; type?: number }
);

/** A fused adapter, for messages. */
export interface Adapter {
  name: string;
  caller: number;
  callee: number;
}
