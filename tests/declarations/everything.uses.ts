// What users of everything.wat may write, in several files or in one (`--inline`), and what they may not: every
// `@ts-expect-error` must be one.
import { compile, instantiate, type Exports, type Imports, type Instance } from './everything.js';

class Log {
  constructor(readonly level: string) {}
  writeLine(text: string): number {
    return text.length;
  }
  static count(): number {
    return 0;
  }
}

const imports: Imports = {
  'test:types/host@1.0.0': { Log, delete: (_new, _for: bigint) => _for > 0n },
};

export async function uses(): Promise<void> {
  const instance: Instance = await instantiate(imports);
  const { exports } = instance;
  exports.nothing();
  const shape: Exports.Shape = exports.all({ xValue: 1 }, { tag: 'dot' }, 'dark-green', { writeAll: true }, 'x', [true]);
  if (shape.tag === 'pair') {
    const [byte, wide]: [number, bigint] = shape.val;
    exports.lists(new Uint8Array([byte]), new BigUint64Array([wide]), [{ xValue: 2, label: 'two' }]);
  }
  const [first] = exports.lists(new Uint8Array(), new BigUint64Array(), []);
  if (first?.tag === 'err') first.val.toUpperCase();
  const found: [string, number] | undefined = exports.nested({ tag: 'some', val: undefined });
  found?.[0].toUpperCase();
  const thing = exports.Thing.make();
  const size: bigint = thing.grow(1n);
  thing[Symbol.dispose]();
  const compiled = await compile({ getModule: async (file) => fetch(file) });
  (await compiled.instantiate(imports)).exports.nothing();
  instance.getFunc('all')?.(size);
}

export async function asInJco(module: WebAssembly.Module): Promise<void> {
  const core = (given: WebAssembly.Module, values: Record<string, any>) => new WebAssembly.Instance(given, values);
  const atOnce: Exports = instantiate(() => module, imports, core);
  const later: Exports = await instantiate(async () => module, imports);
  const either: Exports | Promise<Exports> = instantiate(() => module, imports, WebAssembly.instantiate);
  const own: Exports = await instantiate(undefined, imports, core);
  // @ts-expect-error imports are needed
  instantiate(() => module);
  void [atOnce, later, either, own];
}

export async function misuses(): Promise<void> {
  // @ts-expect-error imports are needed
  const { exports } = await instantiate();
  // @ts-expect-error a case that the enum has not
  exports.all({ xValue: 1 }, { tag: 'dot' }, 'blue', {}, 'x', []);
  // @ts-expect-error the field is called xValue
  const point: Exports.Point = { x: 1 };
  // @ts-expect-error a payload of the wrong type
  const shape: Exports.Shape = { tag: 'pair', val: ['one', 2n] };
  // @ts-expect-error the component has no constructor for things
  new exports.Thing();
  // @ts-expect-error 64-bit integers are bigints
  exports.Thing.make().grow(1);
  // @ts-expect-error an option of an option is tagged
  exports.nested(1);
  // @ts-expect-error the key is that of the import, with its version
  const wrongKey: Imports = { 'test:types/host': { Log, delete: () => true } };
  // @ts-expect-error writeLine is missing
  const wrongClass: Imports = { 'test:types/host@1.0.0': { Log: class {}, delete: () => true } };
  // @ts-expect-error `Exports` is a type: its classes belong to an instance
  Exports.Thing.make();
  void [point, shape, wrongKey, wrongClass];
}
