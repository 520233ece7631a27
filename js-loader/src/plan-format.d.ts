/**
 * The plan, as types: the JSON that `corefuse build` writes. `src/plan/format/` of the repository defines it;
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
  copiers?: Copier[];
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
  /** The plan can be replayed without it, as far as nothing that the reason names happens. */
  optional?: boolean;
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
  /** Mutable i32 global that the host sets to 1 where a call must wait. */
  blocked?: string;
}

export interface HandleFunctions {
  newOwn: string;
  newBorrow: string;
  takeOwn: string;
  lend: string;
  borrowRep: string;
  dropBorrow: string;
  enterScope: string;
  leaveScope: string;
  count: string;
  dtors: string;
  newAsync?: string;
  async?: string;
  removeAsync?: string;
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
  callback?: number;
}

/** Where a core item comes from: an export of a core instance, or a function that the host makes. */
export type CoreDef = { instance: number; export: string } | { trampoline: number };

export type Trampoline = SyncTrampoline | AsyncTrampoline;

export type SyncTrampoline =
  | { op: 'lowerImport'; import: number; function: number; options: number }
  | { op: 'dropHostResource'; resource: number };

/** What the host's scheduler does; `src/plan/format/trampoline.rs` says what each is. Plans of format 1.0 have none of it. */
export type AsyncTrampoline =
  | BuiltIn
  | { op: 'wait' }
  | { op: 'resumed'; result: FlatType | null }
  | StartCall
  | { op: 'taskCode' | 'taskExit' | 'taskCheck' }
  | { op: 'taskReturned'; result: FlatType | null }
  | { op: 'enterSync'; instance: number; adapter: number | null }
  | { op: 'exitSync' }
  | { op: 'transfer'; kind: 'stream' | 'future' | 'errorContext'; type: number | null; from: number; to: number };

/** A built-in of the Canonical ABI, with the specification's name for it. */
export interface BuiltIn {
  op: 'builtIn';
  name: string;
  instance: number;
  type?: number;
  options?: number;
  async?: boolean;
  table?: number;
  start?: 'i32' | 'i64';
}

/** A call of an asynchronous function from one component instance to another. */
export interface StartCall {
  op: 'startCall';
  adapter: number;
  function: number;
  /** Options of the callee. */
  lift: number;
  /** Options of the caller. */
  options: number;
  scoped: boolean;
  /** Whether the function or its callback can get to something that blocks. */
  mayBlock: boolean;
}

/** Moves elements of a stream or future: `(from, to, count)`. */
export interface Copier {
  type: number;
  from: number;
  to: number;
  func: CoreDef;
}

export type Initializer =
  | { op: 'instantiate'; module: number; instance: number | null; args: CoreDef[] }
  | { op: 'instantiateImported'; import: number; instance: number; args: NamedArg[] }
  | { op: 'resource'; resource: number }
  | { op: 'memory' | 'realloc' | 'postReturn' | 'callback' | 'table'; from: CoreDef };

export interface NamedArg {
  module: string;
  name: string;
  def: CoreDef;
}

export type Import = { parent: number | null; name: string; implements?: string; externalId?: string } & (
  | { kind: 'instance' }
  | { kind: 'func'; function: number }
  | { kind: 'module'; imports: [module: string, name: string, kind: string][]; exports: [name: string, kind: string][] }
  | { kind: 'resource'; resource: number }
  | { kind: 'type'; type?: number }
);

export type Export = { parent: number | null; name: string; implements?: string; externalId?: string } & (
  | { kind: 'instance' }
  | { kind: 'func'; function: number; callee: CoreDef; options: number; mayBlock?: boolean }
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
