// What users of tasks.wat may write, and what they may not: every `@ts-expect-error` must be one.
import { compile, instantiate, type ErrorContext, type Exports, type HostCall, type Imports, type StreamReader } from './tasks.js';

class Door {
  async open(): Promise<boolean> {
    return true;
  }
}

async function load(this: HostCall, name: string, body: StreamReader<Uint8Array>): Promise<Array<string>> {
  if (name === '') throw new Error('no name');
  const given = await fetch(name, { signal: this.signal });
  const sizes = [String(given.status)];
  for await (const chunk of body) sizes.push(String(chunk.byteLength));
  return sizes;
}

const imports: Imports = {
  'test:tasks/host': {
    Door,
    load,
    later: () => 7,
    wait() {
      this.signal.throwIfAborted();
    },
  },
};

export async function uses(response: Response): Promise<void> {
  using instance = await instantiate(imports, { asyncExports: true, deadlock: 'wait', trace: (kind, message) => void [kind, message] });
  const { exports } = instance;
  const controller = new AbortController();
  async function* words() {
    yield 'one';
  }
  const [bytes, strings, when, why] = await exports.copy(response.body!, words(), 7, new Error('why'), { signal: controller.signal });
  const step = await bytes.read({ count: 3 });
  if (!step.done) step.value.byteLength;
  const many = await strings.read();
  if (!many.done) many.value.map((word) => word.toUpperCase());
  for await (const word of strings) word.toUpperCase();
  await bytes.return();
  const seven: number = await when;
  const also: number = await when.read().finally(() => {});
  const message: string = why.debugMessage;
  when[Symbol.dispose]();
  {
    await using ended = strings;
    void ended;
  }
  const again = await exports.copy([1, 2], ['a'], Promise.resolve(1), why);
  await exports.copy(new Uint8Array(3), new Set(['a']), again[2], { debugMessage: 'this' });
  await exports.copy(again[0], again[1], Promise.resolve(1), why);
  const { content } = await exports.pass({ name: 'a', content: bigs() });
  for await (const chunk of content) chunk[0]?.toString();
  const found: string = await exports.find();
  const floats: StreamReader<Float64Array> = exports.count(new BigUint64Array(1));
  exports.tick([undefined])[Symbol.dispose]();
  (await compile({ trace: true })).instantiateSync(imports)[Symbol.dispose]();
  void [seven, also, message, found, floats];
}

async function* bigs() {
  yield new BigUint64Array(1);
}

export async function asInJco(module: WebAssembly.Module): Promise<void> {
  const core = (given: WebAssembly.Module, values: Record<string, any>) => new WebAssembly.Instance(given, values);
  using atOnce = instantiate(() => module, imports, core);
  using later = await instantiate(() => module, imports);
  const exports: Exports = later;
  void [atOnce, exports];
}

export async function misuses(exports: Exports, context: ErrorContext, reader: StreamReader<Uint8Array>): Promise<void> {
  // @ts-expect-error elements are numbers
  await exports.copy(['a'], [], 1, context);
  // @ts-expect-error elements are strings
  await exports.copy([], [1], 1, context);
  // @ts-expect-error the future is one of a number
  await exports.copy([], [], Promise.resolve('a'), context);
  // @ts-expect-error an error context says something
  await exports.copy([], [], 1, {});
  // @ts-expect-error a signal is given in an object
  await exports.find(new AbortController().signal);
  // @ts-expect-error the function is not asynchronous
  exports.tick([], { signal: new AbortController().signal });
  // @ts-expect-error the count is in an object
  await reader.read(3);
  // @ts-expect-error a chunk, not a number
  for await (const chunk of reader) chunk.toFixed();
  // @ts-expect-error there is nothing behind the end
  (await reader.read()).value.byteLength;
  // @ts-expect-error without `using` or `dispose`, `Exports` alone cannot be ended
  exports[Symbol.dispose]();
  const host = imports['test:tasks/host'];
  // @ts-expect-error the function is the component's to call: only that gives it a signal
  host.wait();
  // @ts-expect-error the result is a stream of strings
  const wrong: Imports = { 'test:tasks/host': { ...host, load: async () => [1] } };
  void wrong;
}
