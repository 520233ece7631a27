/** Streams and futures from and to JavaScript: chunks, back-pressure, ends, and what may be given for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disposeComponent } from '../src/async/ending.js';
import { NOTHING, deferred, idle, instantiate } from './support/async.js';
import { buildComponent } from './support/corefuse.js';
import { dispose } from '../src/resources.js';

const needsJspi = { skip: !('promising' in WebAssembly) && 'stack switching is tested in the Node of tests/package.json' };
const skip = needsJspi;

test('a stream of numbers comes as typed arrays', skip, async () => {
  const { exports, inUse } = instantiate();
  const stream = await exports.count(2_500);
  const bytes = [];
  for await (const chunk of stream) {
    assert.ok(chunk instanceof Uint8Array);
    bytes.push(...chunk);
  }
  assert.deepEqual(bytes, Array.from({ length: 2_500 }, (_, i) => i & 255));
  await idle();
  assert.deepEqual(inUse(), NOTHING);
});

test('read({ count }) gives at most so many', skip, async () => {
  const { exports } = instantiate();
  const stream = await exports.count(1_010);
  assert.deepEqual(await stream.read({ count: 3 }), { value: Uint8Array.of(0, 1, 2), done: false });
  const sizes = [];
  for (let step = await stream.read({ count: 600 }); !step.done; step = await stream.read({ count: 600 })) sizes.push(step.value.length);
  assert.equal(sizes.reduce((a, b) => a + b), 1_007);
  assert.ok(sizes.every((size) => size <= 600));
  assert.deepEqual(await stream.read(), { value: undefined, done: true });
  await assert.rejects(stream.read({ count: 0 }), RangeError);
});

test('reads that are not awaited follow each other', skip, async () => {
  const { exports } = instantiate();
  const stream = await exports.count(4);
  const reads = await Promise.all([1, 2, 5, 1].map((count) => stream.read({ count })));
  assert.deepEqual(reads.map(({ value, done }) => (done ? 'end' : [...value])), [[0], [1, 2], [3], 'end']);
});

test('a read does not wait for the time that is left to what goes on in the background', skip, async (t) => {
  const { exports } = instantiate();
  const stream = await exports.count(3_000);
  // What is left to the background never has its turn.
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const turns = async () => {
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  };
  const sizes = [];
  for (let i = 0; i < 3; i++) {
    stream.read().then(({ value }) => sizes.push(value.length));
    await turns();
  }
  assert.deepEqual(sizes, [1_000, 1_000, 1_000]);
});

test('a stream that is dropped early: the guest hears of it', skip, async () => {
  for (const drop of [(stream) => stream[dispose](), (stream) => stream.return(), (stream) => stream.cancel(), (stream) => stream[Symbol.asyncDispose ?? Symbol.for('asyncDispose')]()]) {
    const { exports, inUse } = instantiate();
    const stream = await exports.count(1e6);
    await stream.read({ count: 10 });
    await drop(stream);
    await idle();
    assert.deepEqual(await stream.next(), { value: undefined, done: true });
    assert.deepEqual(inUse(), NOTHING);
  }
});

test('a stream of other values comes one by one', skip, async () => {
  const { exports, inUse } = instantiate();
  const words = [];
  for await (const word of await exports.words()) words.push(word);
  assert.deepEqual(words, ['one', 'two', 'three']);
  const all = await (await exports.words()).read({ count: 10 });
  assert.deepEqual(all.value, ['one', 'two', 'three']);
  await idle();
  assert.equal(inUse().handles, 0);
});

async function* later(...chunks) {
  for (const chunk of chunks) {
    await idle();
    yield chunk;
  }
}

test('what a guest may be given as a stream of numbers', skip, async () => {
  const { exports, inUse } = instantiate();
  assert.equal(await exports.sum(Uint8Array.of(1, 2, 3)), 6n);
  assert.equal(await exports.sum([1, 2, 3]), 6n);
  assert.equal(await exports.sum(new Set([1, 2, 3])), 6n);
  assert.equal(await exports.sum([]), 0n);
  assert.equal(await exports.sum(later(1, Uint8Array.of(2, 3), [], [4])), 10n);
  assert.equal(await exports.sum(ReadableStream.from([Uint8Array.of(5), Uint8Array.of(6)])), 11n);
  assert.equal(await exports.sum(new Uint8Array(1_000).fill(2)), 2_000n);
  assert.equal(await exports.sum({ read: (steps => () => Promise.resolve(steps.shift()))([{ value: [9], done: false }, { done: true }]) }), 9n);
  await assert.rejects(exports.sum(7), /^TypeError: export sum of root: parameter `bytes`: expected a ReadableStream/);
  assert.deepEqual(inUse(), NOTHING);
});

test('and as one of strings', skip, async () => {
  const { exports, inUse } = instantiate();
  assert.equal(await exports.lengths(['a', 'bc', 'def']), 6);
  assert.equal(await exports.lengths(later('a', 'bc')), 3);
  assert.deepEqual(inUse(), NOTHING);
});

test('nothing is pulled before a guest reads, and no more than it reads', skip, async () => {
  const { exports, inUse } = instantiate();
  let pulled = 0;
  let returned = 0;
  const endless = {
    [Symbol.iterator]: () => ({ next: () => ({ value: ++pulled, done: false }), return: () => (returned++, { done: true, value: undefined }) }),
  };
  assert.equal(await exports.first(endless), 1);
  assert.equal(pulled, 1);
  assert.equal(returned, 1);
  assert.deepEqual(inUse(), NOTHING);
});

/** An endless stream, and how often somebody said to stop. */
function watched() {
  const seen = { stops: 0 };
  const next = () => new Promise(() => {});
  return { seen, stream: { [Symbol.asyncIterator]: () => ({ next, return: async () => ({ done: true, value: seen.stops++ }) }) } };
}

/** The same as a `ReadableStream`, which is told once only. */
function watchedReadable() {
  const seen = { stops: 0 };
  return { seen, stream: new ReadableStream({ cancel: () => void seen.stops++ }) };
}

/** The same as what reads one. */
function watchedReader() {
  const { seen, stream } = watchedReadable();
  return { seen, stream: stream.getReader() };
}

const WATCHED = [watched, watchedReadable, watchedReader];

test('the end of the component ends the streams that the host gave, also those that nobody has read', skip, async () => {
  const sleep = () => {
    throw new Error('broken');
  };
  const ends = [({ scheduler }) => disposeComponent(scheduler), ({ exports }) => assert.rejects(exports.stackful(1), /broken/)];
  for (const end of ends) {
    for (const make of WATCHED) {
      const instance = instantiate({ sleep });
      const [read, unread] = [make(), make()];
      await instance.exports.same(unread.stream);
      const call = instance.exports.sum(read.stream);
      await idle();
      assert.deepEqual([read.seen, unread.seen], [{ stops: 0 }, { stops: 0 }]);
      await end(instance);
      await assert.rejects(call, { name: 'Trap' });
      await idle();
      assert.deepEqual([read.seen, unread.seen], [{ stops: 1 }, { stops: 1 }]);
      assert.equal(instance.inUse().suppliers, 0);
    }
  }
});

test('the host\'s stream ends when the guest drops it unread, or what read it is dropped', skip, async () => {
  for (const make of WATCHED) {
    const { exports, inUse } = instantiate();
    const [dropped, given] = [make(), make()];
    await exports.mix(dropped.stream, 'word', 'text');
    const back = await exports.same(given.stream);
    const read = back.read();
    await back.return();
    assert.deepEqual(await read, { value: undefined, done: true });
    await idle();
    assert.deepEqual([dropped.seen, given.seen], [{ stops: 1 }, { stops: 1 }]);
    assert.equal(inUse().suppliers, 0);
  }
});

test('what goes wrong when a stream is ended is nobody\'s business', skip, async () => {
  const { exports, inUse } = instantiate();
  const ends = [async () => { throw new Error('late'); }, () => { throw new Error('at once'); }];
  for (const end of ends) {
    assert.equal(await exports.first({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }), return: end }) }), 1);
  }
  await idle();
  assert.deepEqual(inUse(), NOTHING);
});

test('a call that does not take place leaves the host\'s streams and promises alone', skip, async () => {
  const { exports, inUse } = instantiate();
  const { seen, stream } = watchedReadable();
  const broken = Promise.reject(new Error('no'));
  await assert.rejects(exports.mix(stream, broken, Symbol()), TypeError);
  await idle();
  assert.equal(stream.locked, false);
  assert.equal(seen.stops, 0);
  assert.deepEqual(inUse(), NOTHING);
  stream.getReader();
  await assert.rejects(exports.sum(stream), /expected a stream that nobody else reads/);
  assert.equal(await exports.now(1), 2);
});

test('a stream that throws ends the component', skip, async () => {
  const { exports } = instantiate();
  const broken = (async function* () {
    yield 1;
    throw new Error('torn');
  })();
  await assert.rejects(exports.sum(broken), /^Trap: host function threw: torn \(a stream that the host gave\)/);
});

test('a stream goes through a guest without being read', skip, async () => {
  const { exports, inUse } = instantiate();
  const stream = await exports.same(await exports.count(300));
  assert.equal(await exports.sum(stream), BigInt((255 * 256) / 2 + (43 * 44) / 2));
  await assert.rejects(exports.sum(stream), /was dropped, given away or is being read/);
  const own = await exports.same(Uint8Array.of(4, 5));
  assert.deepEqual((await own.read()).value, Uint8Array.of(4, 5));
  assert.equal((await own.read()).done, true);
  await idle();
  assert.deepEqual(inUse(), NOTHING);
});

test('futures: promises and plain values in, values out', skip, async () => {
  const { exports, inUse } = instantiate();
  const gate = deferred();
  const call = exports.length(gate.promise);
  gate.resolve('four');
  assert.equal(await call, 4);
  assert.equal(await exports.length('three'), 5);
  // What is awaited is the future itself, since promises of promises do not exist.
  assert.equal(await exports.later(), 'three');
  await idle();
  assert.deepEqual(inUse(), NOTHING);
  await assert.rejects(exports.length(Promise.reject(new Error('no'))), /^Trap: host function threw: no \(a future that the host gave\)/);
});

test('the end of the component settles reads', skip, async () => {
  const { exports } = instantiate({ sleep: () => new Promise(() => {}) });
  const waits = deferred();
  const stream = await exports.same({ [Symbol.asyncIterator]: () => ({ next: () => waits.promise }) });
  const read = stream.read();
  await assert.rejects(exports.boom(), /unreachable/);
  await assert.rejects(read, /unreachable/);
  await assert.rejects(stream.read(), /unreachable/);
});

test('an instance that is disposed: reads are settled, and there is nothing more to read', skip, async () => {
  const { compiled } = buildComponent('async');
  const instance = await compiled.instantiate({ host: { sleep: async (n) => n, shout: async (s) => s } });
  const stream = await instance.exports.count(1e6);
  await stream.read({ count: 1 });
  instance[dispose]();
  await assert.rejects(stream.read(), /the instance was disposed/);
  stream[dispose]();
  assert.deepEqual(await stream.read(), { value: undefined, done: true });
});

test('a million items', skip, async () => {
  const { exports, inUse } = instantiate();
  let count = 0;
  for await (const chunk of await exports.count(1_000_000)) count += chunk.length;
  assert.equal(count, 1_000_000);
  assert.equal(await exports.sum(new Uint8Array(1_000_000).fill(1)), 1_000_000n);
  await idle();
  assert.deepEqual(inUse(), NOTHING);
});
