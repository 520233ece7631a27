// What the guests have to do, in any engine and through any way of instantiating them. Each case gets `load(name, imports)`,
// which gives the exports of one of the components; it fails by throwing. What is expected here, wasmtime gives too.

const FEED = 'corefuse:flows/feed@0.1.0';
const DESK = 'corefuse:flows/desk@0.1.0';
const CLOCK = 'corefuse:flows/clock@0.1.0';

const TABLE = [
  '0 north:',
  '1 ost-süd-ost: 1',
  '2 西: 1 22',
  '3 north: 1 22 333',
  '4 ost-süd-ost: 1 22 333 4444',
  '5 西:',
  '6 north: 1',
];
const NO_NAME = 'a name has at least one letter';
const A_GREAT_MANY = 1_000_000_000;

const text = (value) =>
  JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint') return `${part}n`;
    return ArrayBuffer.isView(part) ? Array.from(/** @type {any} */ (part)) : part;
  });

function equal(actual, expected, what = '') {
  if (text(actual) !== text(expected)) throw new Error(`${what} is ${text(actual)}, not ${text(expected)}`);
}

/** The error that a promise is rejected with. */
async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const later = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A host's clock, whose turns are timers. */
const hostClock = () => {
  let turns = 0;
  return {
    async tick() {
      await later();
      return ++turns;
    },
  };
};

/** The sum of the bytes 0, 1, 2, ... modulo 256. */
function sumOfBytes(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += i & 255;
  return BigInt(sum);
}

/** @returns {AsyncGenerator<Uint8Array>} */
async function* byteChunks(count, chunk, ended = () => {}) {
  try {
    for (let done = 0; done < count; ) {
      const bytes = Uint8Array.from({ length: Math.min(chunk, count - done) }, (_, i) => done + i);
      done += bytes.length;
      yield bytes;
    }
  } finally {
    ended();
  }
}

async function sumOf(stream) {
  let sum = 0;
  for await (const chunk of stream) for (const byte of chunk) sum += byte;
  return BigInt(sum);
}

async function* words(list, ended = () => {}) {
  try {
    for (const word of list) {
      await null;
      yield word;
    }
  } finally {
    ended();
  }
}

async function all(stream) {
  const values = [];
  for await (const value of stream) values.push(value);
  return values;
}

const WORDS = ['one', 'zwei', 'trois', '四', 'five', 'sechs', 'sept', '八', 'nine', ''];
const UPPER = ['ONE', 'ZWEI', 'TROIS', '四', 'FIVE', 'SECHS', 'SEPT', '八', 'NINE', ''];

/** What every desk does, whoever feeds it. `abandons`: whether the feed lets `later` be cancelled. */
function deskCases(name, imports, { abandons = true } = {}) {
  const desk = async (load) => (await load(name, imports()))[DESK];
  const cases = {
    'a call that returns at once': async (load) => {
      const { ask } = await desk(load);
      equal(await ask(3), 6, 'ask');
      equal(await ask(1000), (1003 * 1004) / 2 - 6, 'ask again');
    },
    'a call that waits': async (load) => {
      const { wait } = await desk(load);
      equal(await wait(0), '0 turns', 'no turn');
      equal(await wait(12), '12 turns', 'twelve turns');
    },
    'results that are errors': async (load) => {
      const { check } = await desk(load);
      equal([await check('Zoë'), await check(''), await check('太郎')], ['short', NO_NAME, 'long'], 'check');
    },
    'a stream of bytes, in chunks of any size': async (load) => {
      const { total } = await desk(load);
      for (const [count, chunk] of [
        [0, 16],
        [1, 16],
        [100_000, 1000],
        [300_000, 65536],
        [1000, 16],
      ]) {
        equal(await total(count, chunk), sumOfBytes(count), `total of ${count} by ${chunk}`);
      }
    },
    'a stream of records': async (load) => {
      const { table } = await desk(load);
      equal(await table(7), TABLE, 'table');
      equal(await table(0), [], 'empty table');
    },
    'a future': async (load) => {
      const { note } = await desk(load);
      equal([await note('grüß dich'), await note('')], ['GRüß DICH', ''], 'note');
    },
    'a stream in the other direction': async (load) => {
      const { send } = await desk(load);
      equal(await send(100_000, 777), sumOfBytes(100_000), 'send');
      equal(await send(0, 1), 0n, 'send nothing');
    },
    'a stream from JavaScript passes through and back': async (load) => {
      const { through } = await desk(load);
      equal(await all(await through(words(WORDS))), UPPER, 'through');
    },
    'a stream that is left early': async (load) => {
      const { leaveEarly, total } = await desk(load);
      equal(await leaveEarly(10_000, 300), sumOfBytes(300), 'left');
      equal(await total(1000, 100), sumOfBytes(1000), 'after that');
    },
    'many calls at once': async (load) => {
      const { ask, total, wait, note } = await desk(load);
      const calls = Array.from({ length: 10 }, (_, i) => [total(1000 * i, 100), wait(i), note(`n${i}`), ask(1)]).flat();
      const results = await Promise.all(calls);
      for (let i = 0; i < 10; i++) {
        const [sum, turns, answer] = results.slice(4 * i);
        equal([sum, turns, answer], [sumOfBytes(1000 * i), `${i} turns`, `N${i}`], `call ${i}`);
      }
    },
  };
  if (abandons) {
    cases['a call that is cancelled'] = async (load) => {
      const { giveUp, wait } = await desk(load);
      equal([await giveUp(), await giveUp(), await wait(2)], ['cancelled', 'cancelled', '2 turns'], 'give up');
    };
  }
  return Object.entries(cases).map(([what, run]) => ({ name: `${name}: ${what}`, run }));
}

/** A producer whose streams and futures end in JavaScript. */
const producerCases = (name, imports) => {
  const feed = async (load, given = imports()) => (await load(name, given))[FEED];
  const cases = {
    'bytes, by chunks': async (load) => {
      const { bytes } = await feed(load);
      equal(await sumOf(await bytes(100_000, 1000)), sumOfBytes(100_000), 'sum');
    },
    'bytes, as many as are asked for': async (load) => {
      const stream = await (await feed(load)).bytes(1000, 256);
      let count = 0;
      for (;;) {
        const { value, done } = await stream.read({ count: 100 });
        if (done) break;
        if (!(value instanceof Uint8Array) || value.length > 100) throw new Error(`read gave ${text(value)}`);
        equal(value[0], count & 255, 'first byte');
        count += value.length;
      }
      equal(count, 1000, 'count');
    },
    'records': async (load) => {
      const readings = await all(await (await feed(load)).readings(5));
      const lines = readings.map(({ number, label, levels }) => [`${number} ${label}:`, ...levels].join(' '));
      equal(lines, TABLE.slice(0, 5), 'readings');
    },
    'a future': async (load) => {
      equal(await (await feed(load)).note('x'), 'X', 'note');
    },
    'an error': async (load) => {
      const { check } = await feed(load);
      equal(await check('Zoë'), 4, 'length');
      equal((await rejection(check(''))).payload, NO_NAME, 'payload');
    },
    'a stream that is left early': async (load) => {
      const { bytes, now } = await feed(load);
      for await (const chunk of await bytes(A_GREAT_MANY, 64)) {
        equal(chunk[0], 0, 'first byte');
        break;
      }
      equal(await now(), 1, 'a call after that');
    },
    'bytes from a generator': async (load) => {
      let ended = 0;
      const { sum } = await feed(load);
      equal(await sum(byteChunks(100_000, 777, () => ended++)), sumOfBytes(100_000), 'sum');
      equal(ended, 1, 'times that the generator ended');
    },
    'bytes from a ReadableStream': async (load) => {
      const { sum } = await feed(load);
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array([1, 2, 3]));
          controller.enqueue(new Uint8Array(70_000).fill(1));
          controller.close();
        },
      });
      equal(await sum(stream), 70_006n, 'sum');
    },
    'texts from a generator': async (load) => {
      const { upper } = await feed(load);
      equal(await all(await upper(words(WORDS))), UPPER, 'upper');
    },
    'texts that nobody reads to the end': async (load) => {
      let pulled = 0;
      let ended = 0;
      async function* endless() {
        try {
          for (;;) yield `word ${pulled++}`;
        } finally {
          ended++;
        }
      }
      const { upper, now } = await feed(load);
      for await (const word of await upper(endless())) if (word === 'WORD 9') break;
      equal(await now(), 1, 'a call after that');
      // What nobody waits for is done when nothing else is.
      for (let i = 0; i < 100 && ended === 0; i++) await later(10);
      equal(ended, 1, 'times that the generator ended');
      if (pulled > 100) throw new Error(`${pulled} words were pulled for 10 that were read`);
    },
  };
  return Object.entries(cases).map(([what, run]) => ({ name: `${name}, alone: ${what}`, run }));
};

/** Calls that JavaScript cancels. */
const abortCases = [
  {
    name: 'producer, alone: a call that is aborted while it waits for the host',
    async run(load) {
      const { [FEED]: feed } = await load('producer', clock());
      const controller = new AbortController();
      const call = feed.later(A_GREAT_MANY, { signal: controller.signal });
      await later(5);
      controller.abort();
      equal((await rejection(call)) === controller.signal.reason, true, 'fails with the reason of the signal');
      equal(await feed.later(2), '2 turns', 'a call after that');
    },
  },
  {
    name: 'producer, alone: a call that is aborted while it reads a stream',
    async run(load) {
      let ended = 0;
      async function* slow() {
        try {
          for (;;) {
            yield new Uint8Array([1]);
            await later(1);
          }
        } finally {
          ended++;
        }
      }
      const { [FEED]: feed } = await load('producer', clock());
      const controller = new AbortController();
      const call = feed.sum(slow(), { signal: controller.signal });
      await later(10);
      controller.abort(new Error('enough'));
      equal((await rejection(call)).message, 'enough', 'error');
      for (let i = 0; i < 100 && ended === 0; i++) await later(10);
      equal(ended, 1, 'times that the generator ended');
      equal(await feed.sum(byteChunks(300, 7)), sumOfBytes(300), 'a call after that');
    },
  },
  {
    name: 'producer, alone: a call whose signal was aborted before',
    async run(load) {
      const { [FEED]: feed } = await load('producer', clock());
      const signal = AbortSignal.abort();
      equal((await rejection(feed.now({ signal }))) === signal.reason, true, 'fails with the reason of the signal');
      equal(await feed.now(), 1, 'the first call');
    },
  },
];

/** What goes on behind a call that has returned, such as the end of a stream, must not hold up the next. */
const backgroundCase = {
  name: 'consumer+producer+timer: calls do not wait for what goes on behind them',
  async run(load) {
    const { leaveEarly, wait } = (await load('consumer+producer+timer', {}))[DESK];
    const start = performance.now();
    for (let i = 0; i < 50; i++) {
      await leaveEarly(1000, 10);
      await wait(1);
    }
    const time = performance.now() - start;
    if (time > 900) throw new Error(`fifty times two short calls took ${time} ms`);
  },
};

/** A host that fails, and a clock that is not asynchronous. */
const clockCases = [
  {
    name: 'producer, alone: a clock that returns at once',
    async run(load) {
      let turns = 0;
      const exports = await load('producer', { [CLOCK]: { tick: () => ++turns } });
      equal([await exports[FEED].later(5), turns], ['5 turns', 5], 'later');
    },
  },
  {
    name: 'producer, alone: a clock that breaks',
    async run(load) {
      const broken = new Error('the spring is broken');
      const { [FEED]: feed } = await load('producer', { [CLOCK]: { tick: () => Promise.reject(broken) } });
      equal(await feed.now(), 1, 'before');
      equal((await rejection(feed.later(1))).cause === broken, true, 'the cause is the host’s error');
      equal(/cannot enter/.test((await rejection(feed.now())).message), true, 'refuses to be entered');
    },
  },
];

/** A feed in JavaScript. */
const hostFeed = () => {
  let calls = 0;
  return {
    now: () => ++calls,
    // A guest that cancels the call aborts its signal.
    async later(turns) {
      const { signal } = this;
      for (let i = 0; i < turns && !signal.aborted; i++) await null;
      return `${turns} turns`;
    },
    async check(name) {
      if (name === '') throw Object.assign(new Error(NO_NAME), { payload: NO_NAME });
      return new TextEncoder().encode(name).length;
    },
    bytes: (count, chunk) => byteChunks(count, chunk),
    async *readings(count) {
      const levels = [1, 22, 333, 4444];
      for (let number = 0; number < count; number++) {
        yield { number, label: ['north', 'ost-süd-ost', '西'][number % 3], levels: levels.slice(0, number % 5) };
      }
    },
    note: async (words) => {
      await later();
      return words.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    },
    sum: sumOf,
    async *upper(input) {
      for await (const word of input) yield word.toUpperCase();
    },
  };
};

const clock = () => ({ [CLOCK]: hostClock() });
const nothing = () => ({});
const feed = () => ({ [FEED]: hostFeed() });

/** Guests of which nothing waits on its stack: they run in engines without JSPI too. */
export const withoutStackSwitching = [
  ...deskCases('consumer+producer+timer', nothing),
  ...deskCases('consumer+producer', clock),
  ...deskCases('consumer', feed),
  ...producerCases('producer', clock),
  ...clockCases,
  ...abortCases,
  backgroundCase,
];

/** Guests that wait on their stacks. */
export const withStackSwitching = [
  ...deskCases('consumer-blocking+producer+timer', nothing),
  ...deskCases('consumer+producer-blocking+timer', nothing, { abandons: false }),
  ...deskCases('consumer-blocking+producer-blocking+timer', nothing, { abandons: false }),
  ...deskCases('consumer-blocking', feed),
  ...producerCases('producer-blocking', clock),
];

/** Guests that hold a JavaScript engine; `wasi` gives them WASI 0.2 and 0.3. */
export const inJavaScript = (wasi) => [...producerCases('producer-js', wasi), ...deskCases('consumer+producer-js', wasi)];

/** Guests that hold a Python interpreter. */
export const inPython = (wasi) => [
  ...deskCases('consumer-py', () => ({ ...wasi(), ...feed() }), { abandons: false }),
  ...deskCases('consumer-py+producer+timer', wasi, { abandons: false }),
];
