// What the table of asynchronous calls and streams compares: each row does the same thing in every column that has it.

const KIB64 = 65_536;

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {'async' | 'threads'} guest file in guests/
 * @property {number} count of what the row counts, at most, in one sample
 * @property {boolean} [isFixed] whether it is always that many
 * @property {(exports: Record<string, Function>, count: number) => Promise<unknown>} run rejects if the result is wrong
 * @property {(count: number) => unknown} [plain] the same thing in promises, or as memory.copy, without components
 * @property {number} [times] by how much jco should be slower: 3 where nothing is given
 */

/** @type {Row[]} */
export const ROWS = [
  { name: 'guest to guest, completes at once', guest: 'async', count: 200_000, run: ({ calls }, n) => is(calls(n), n), plain: awaited, times: 20 },
  { name: 'host to guest, completes at once', guest: 'async', count: 20_000, run: hostCalls, plain: awaited, times: 20 },
  { name: 'guest to guest, blocks once', guest: 'async', count: 20_000, run: ({ turns }, n) => is(turns(n), 0), plain: delayed },
  { name: 'stream<u8>, 64 KiB, guest to guest', guest: 'async', count: 5_000, run: guestStream(KIB64), plain: copied },
  { name: 'stream<u8>, 16 B, guest to guest', guest: 'async', count: 50_000, run: guestStream(16) },
  { name: 'stream<u8>, 64 KiB, guest to host', guest: 'async', count: 2_000, run: guestToHost(KIB64) },
  { name: 'stream<u8>, 16 B, guest to host', guest: 'async', count: 20_000, run: guestToHost(16) },
  { name: 'stream<u8>, 64 KiB, host to guest', guest: 'async', count: 2_000, run: hostToGuest(KIB64) },
  { name: 'stream<u8>, 16 B, host to guest', guest: 'async', count: 20_000, run: hostToGuest(16) },
  { name: 'future<u32>, there and back', guest: 'async', count: 20_000, run: ({ futures }, n) => is(futures(n), 0), plain: delayed },
  { name: '10,000 tasks at a time, each', guest: 'async', count: 10_000, run: tasks, plain: manyDelayed, isFixed: true },
  { name: 'thread switch', guest: 'threads', count: 20_000, run: switches, plain: twoDelayed },
];

async function is(promise, expected) {
  const found = await promise;
  if (found !== expected) throw new Error(`gave ${found}, expected ${expected}`);
}

async function hostCalls({ now }, count) {
  for (let i = 0; i < count; i++) if ((await now(i)) !== i) throw new Error('wrong result');
}

function guestStream(size) {
  return ({ total }, count) => is(total(count, size), count * size);
}

function guestToHost(size) {
  return async ({ open }, count) => {
    const stream = await open(count, size);
    let got = 0;
    // jco's streams give one element at a time.
    for await (const chunk of stream) got += chunk.length ?? 1;
    if (got !== count * size) throw new Error(`gave ${got} bytes, expected ${count * size}`);
  };
}

function hostToGuest(size) {
  return ({ drain }, count) => {
    const chunk = new Uint8Array(size).fill(7);
    let left = count;
    const stream = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    return is(drain(stream, size), count * size);
  };
}

async function tasks({ turn }, count) {
  const results = await Promise.all(Array.from({ length: count }, (_, i) => turn(i)));
  if (results.some((result, i) => result !== i)) throw new Error('wrong result');
}

/** Two tasks give way to each other, so every yield switches. */
async function switches({ switches }, count) {
  await Promise.all([is(switches(count / 2), count / 2), is(switches(count / 2), count / 2)]);
}

async function awaited(count) {
  const now = async (n) => n;
  for (let i = 0; i < count; i++) await now(i);
}

/** Promises wait at least for a microtask. */
async function turn(n) {
  await null;
  return n;
}

async function delayed(count) {
  for (let i = 0; i < count; i++) await turn(i);
}

function manyDelayed(count) {
  return Promise.all(Array.from({ length: count }, (_, i) => turn(i)));
}

async function twoDelayed(count) {
  const give = async () => {
    for (let i = 0; i < count / 2; i++) await null;
  };
  await Promise.all([give(), give()]);
}

/** `(func (param n) loop memory.copy 64 KiB)`, from one memory to another as between guests. */
const COPY = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // header
  1, 5, 1, 0x60, 1, 0x7f, 0, // type (i32) -> ()
  3, 2, 1, 0, // one function
  5, 5, 2, 0, 2, 0, 2, // two memories of two pages
  7, 8, 1, 4, 0x63, 0x6f, 0x70, 0x79, 0, 0, // export "copy"
  10, 28, 1, 26, 0, // its body
  3, 0x40, 0x41, 0, 0x41, 0, 0x41, 0x80, 0x80, 4, 0xfc, 10, 1, 0, // loop: memory.copy 1 0 (0, 0, 65536)
  0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x0b, // until --n is 0
]);
let copier;

function copied(count) {
  copier ??= new WebAssembly.Instance(new WebAssembly.Module(COPY)).exports.copy;
  copier(count);
}
