/** Asynchronous exports and host functions, as JavaScript sees them: promises, traps, deadlocks, options. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, deferred, idle, instantiate } from './support/async.js';

const needsJspi = { skip: !('promising' in WebAssembly) && 'stack switching is tested in the Node of tests/package.json' };

test('an export whose type is async gives a promise, however it is lifted', async () => {
  const { exports, inUse } = instantiate();
  assert.ok(exports.now(1) instanceof Promise);
  assert.equal(await exports.now(1), 2);
  assert.equal(await exports.nowSync(2), 3);
  assert.equal(await exports.sleepy(5), 5);
  assert.deepEqual(inUse(), NOTHING);
});

test('a number goes in as it is, anything else as in other functions', async () => {
  const { exports, inUse } = instantiate();
  for (const [given, result] of [[-1, 0], [2 ** 32 + 5, 6], [1.9, 2], [NaN, 1], ['7', 8], [true, 2], [undefined, 1], [{ valueOf: () => 3 }, 4]]) {
    assert.equal(await exports.now(given), result);
    assert.equal(await exports.nowSync(given), result);
    assert.equal(exports.plain(given), result);
  }
  assert.equal(await exports.now(), 1);
  assert.equal(await exports.now(1, 2), 2);
  for (const wrong of [Symbol('s'), 1n, { valueOf: () => { throw new Error('no'); } }]) {
    await assert.rejects(exports.now(wrong), /Cannot|no/);
  }
  assert.equal(await exports.now(1), 2);
  assert.deepEqual(inUse(), NOTHING);
});

test('code that waits in the middle of its function', needsJspi, async () => {
  const { exports, inUse } = instantiate();
  assert.equal(await exports.blocking(6), 6);
  assert.equal(await exports.stackful(7), 7);
  assert.equal(await exports.shout('hello'), 'HELLO');
  assert.deepEqual(inUse(), NOTHING);
});

test('a host function need not give a promise, and then nothing waits', async () => {
  const { exports } = instantiate({ sleep: (n) => n * 2 });
  assert.equal(await exports.sleepy(5), 10);
  assert.equal(await exports.blocking(5), 10);
  assert.equal(await exports.stackful(5), 10);
});

test('an error of a host function is the err case of its result, at once or later', needsJspi, async () => {
  const errors = [() => Promise.reject('no'), () => { throw 'no'; }, async () => { throw Object.assign(new Error('x'), { payload: 'no' }); }];
  for (const shout of errors) assert.equal(await instantiate({ shout }).exports.shout('a'), '!o');
});

test('what else a host function throws ends the component, and all calls say so', needsJspi, async () => {
  for (const sleep of [async () => { throw new Error('broken'); }, () => { throw new Error('broken'); }]) {
    const { exports } = instantiate({ sleep });
    const forever = exports.forever();
    await assert.rejects(exports.blocking(1), /^Trap: host function threw: broken \(import host#sleep, called by root\)/);
    await assert.rejects(forever, /host function threw: broken/);
    await assert.rejects(exports.now(1), /cannot enter component instance/);
  }
});

test('calls are in progress at the same time; the host may call while others wait', async () => {
  const waits = new Map();
  const sleep = (n) => {
    const wait = deferred();
    waits.set(n, wait);
    return wait.promise;
  };
  const { exports, inUse } = instantiate({ sleep });
  const calls = [1, 2, 3].map((n) => exports.sleepy(n));
  assert.deepEqual([...waits.keys()], [1, 2, 3]);
  assert.equal(exports.plain(1), 2);
  waits.get(2).resolve(22);
  assert.equal(await calls[1], 22);
  waits.get(3).resolve(33);
  waits.get(1).resolve(11);
  assert.deepEqual(await Promise.all(calls), [11, 22, 33]);
  assert.deepEqual(inUse(), NOTHING);
});

test('one task at a time where tasks share a stack; who waits is let in in order', needsJspi, async () => {
  const order = [];
  const waits = [];
  const sleep = (n) => {
    order.push(n);
    const wait = deferred();
    waits.push(wait);
    return wait.promise.then(() => n);
  };
  const { exports, inUse } = instantiate({ sleep });
  const calls = [1, 2, 3].map((n) => exports.blocking(n));
  const stackful = exports.stackful(4);
  await idle();
  // The first has the lock. A stackful function needs none, but does not overtake.
  assert.deepEqual(order, [1, 4]);
  for (let i = 0; i < 4; i++) {
    waits[i].resolve();
    await idle();
  }
  assert.deepEqual(await Promise.all([...calls, stackful]), [1, 2, 3, 4]);
  assert.deepEqual(order, [1, 4, 2, 3]);
  assert.deepEqual(inUse(), NOTHING);
});

test('backpressure keeps calls out until the guest takes it back', async () => {
  const { exports, inUse } = instantiate({}, { deadlock: 'wait' });
  exports.close();
  const calls = [exports.now(1), exports.now(2)];
  await idle();
  assert.equal(inUse().listeners, 2);
  // A function whose type is not async barges in.
  assert.equal(exports.plain(1), 2);
  exports.open();
  assert.deepEqual(await Promise.all(calls), [2, 3]);
  assert.deepEqual(inUse(), NOTHING);
});

test('wrong arguments are refused, and nothing is left of the call', async () => {
  const { exports, inUse } = instantiate();
  await assert.rejects(exports.shout(5), /^TypeError: export shout of root: parameter `s`: expected a string, got 5/);
  assert.deepEqual(inUse(), NOTHING);
  assert.equal(await exports.now(1), 2);
});

test('traps: at once, later, and a task that forgets its result', async () => {
  for (const [name, message] of [
    ['boom', /^Trap: unreachable/],
    ['lateBoom', /^Trap: unreachable/],
    ['forget', /^Trap: async-lifted export failed to produce a result/],
  ]) {
    const { exports } = instantiate();
    const waiting = exports.forever();
    await assert.rejects(exports[name](), message);
    await assert.rejects(waiting, message);
    assert.throws(() => exports.plain(1), /cannot enter component instance/);
  }
});

test('an export whose type is not async must not wait, unless asked to give promises', needsJspi, async () => {
  const message = /^Trap: cannot block a synchronous task before returning/;
  assert.throws(() => instantiate().exports.plainBlocking(1), message);
  const { exports } = instantiate({}, { asyncExports: true });
  assert.equal(await exports.plain(1), 2);
  await assert.rejects(exports.plainBlocking(1), message);
});

test('who gives way lets others run, timers of the host too', async () => {
  const { exports, inUse } = instantiate();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 0);
  const spinning = exports.spin(200_000);
  assert.equal(await exports.now(1), 2);
  assert.equal(await spinning, 7);
  clearInterval(timer);
  assert.ok(ticks > 0);
  assert.deepEqual(inUse(), NOTHING);
});

test('a million calls leave nothing behind', async () => {
  const { exports, inUse, scheduler } = instantiate();
  for (let i = 0; i < 1_000; i++) await Promise.all(Array.from({ length: 1_000 }, () => exports.now(i)));
  assert.deepEqual(inUse(), NOTHING);
  assert.ok(scheduler.slots.entries.length < 4);
});

test('ten thousand tasks that wait at the same time', async () => {
  const gate = deferred();
  const { exports, inUse } = instantiate({ sleep: (n) => gate.promise.then(() => n) });
  const calls = Array.from({ length: 10_000 }, (_, n) => exports.sleepy(n));
  gate.resolve();
  assert.deepEqual(await Promise.all(calls), Array.from({ length: 10_000 }, (_, n) => n));
  assert.deepEqual(inUse(), NOTHING);
});

test('the trace says what tasks and threads do', async () => {
  const lines = [];
  const { exports } = instantiate({}, { trace: (kind, message) => lines.push(`${kind}: ${message}`) });
  await exports.sleepy(1);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('task')),
    ['arrives', 'starts', 'has returned', 'exits'].map((what) => `task: export sleepy of root in root ${what}`),
  );
});
