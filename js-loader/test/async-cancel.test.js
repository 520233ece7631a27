/** Cancellation both ways, by `AbortSignal`, and the end of an instance. */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'node:test';
import { disposeComponent } from '../src/async/ending.js';
import { NOTHING, deferred, idle, instantiate } from './support/async.js';
import { buildComponent } from './support/corefuse.js';
import { dispose } from '../src/resources.js';

const needsJspi = { skip: !('promising' in WebAssembly) && 'stack switching is tested in the Node of tests/package.json' };

test('a call is cancelled by the signal that follows its arguments', async () => {
  const { exports, inUse } = instantiate();
  const controller = new AbortController();
  const call = exports.forever({ signal: controller.signal });
  await idle();
  controller.abort();
  await assert.rejects(call, { name: 'AbortError' });
  assert.deepEqual(inUse(), NOTHING);
  assert.equal(await exports.now(1), 2);
});

test('a call that is aborted already does not begin; one that waits to enter never does', async () => {
  const { exports, inUse } = instantiate({}, { deadlock: 'wait' });
  await assert.rejects(exports.now(1, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  exports.close();
  const controller = new AbortController();
  const call = exports.now(1, { signal: controller.signal });
  await idle();
  controller.abort(new Error('enough'));
  await assert.rejects(call, /enough/);
  exports.open();
  assert.equal(await exports.now(1), 2);
  assert.deepEqual(inUse(), NOTHING);
});

test('a task may return its result all the same', async () => {
  const { exports } = instantiate();
  const controller = new AbortController();
  const call = exports.now(1, { signal: controller.signal });
  controller.abort();
  assert.equal(await call, 2);
});

test('a guest that cancels a call of the host: its signal is aborted, its result ignored', needsJspi, async () => {
  const seen = [];
  const gate = deferred();
  function sleep(n) {
    this.signal.addEventListener('abort', () => seen.push(n));
    return gate.promise;
  }
  const { exports, inUse } = instantiate({ sleep });
  assert.equal(await exports.giveUp(9), 4);
  assert.deepEqual(seen, [9]);
  gate.resolve(1);
  await idle();
  assert.deepEqual(inUse(), NOTHING);
});

test('100,000 cancelled calls leave nothing behind', async () => {
  const { exports, inUse, scheduler } = instantiate();
  for (let i = 0; i < 100; i++) {
    const controller = new AbortController();
    const calls = Array.from({ length: 1_000 }, () => exports.forever(controller));
    controller.abort();
    for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected');
  }
  assert.deepEqual(inUse(), NOTHING);
  assert.ok(scheduler.slots.entries.length <= 2_002);
});

test('deadlock: nothing can ever go on, and the error says who waits for what', async () => {
  const { exports } = instantiate();
  await assert.rejects(exports.forever(), (error) => {
    assert.match(error.message, /^deadlock detected: event loop cannot make further progress:/);
    assert.match(error.message, /thread 1 of export forever of root in root waits for an event of a waitable set/);
    return true;
  });
  assert.throws(() => exports.plain(1), /cannot enter component instance/);
});

test('no deadlock while a promise of the host is open, or a signal may still come', async () => {
  const gate = deferred();
  const { exports } = instantiate({ sleep: () => gate.promise });
  const controller = new AbortController();
  const calls = [exports.sleepy(1), exports.forever(controller)];
  await idle();
  gate.resolve(3);
  assert.equal(await calls[0], 3);
  await idle();
  controller.abort();
  await assert.rejects(calls[1], { name: 'AbortError' });
});

test('a promise of the host that nobody waits for any more keeps no deadlock from being seen', needsJspi, async () => {
  const { exports } = instantiate({ sleep: () => new Promise(() => {}) });
  await exports.giveUp(1);
  await assert.rejects(exports.forever(), /^Trap: deadlock detected/);
});

test('an instance that is disposed settles every promise, and says so ever after', async () => {
  const { compiled } = buildComponent('async');
  const gate = deferred();
  const host = { sleep: () => gate.promise, shout: async (s) => s };
  for (const make of [() => compiled.instantiate({ host }), () => compiled.instantiateSync({ host })]) {
    const instance = await make();
    const { exports } = instance;
    const disposed = { name: 'Trap', message: 'the instance was disposed' };
    const calls = [exports.forever(), exports.forever({ signal: new AbortController().signal })];
    await idle();
    instance[dispose]();
    for (const call of calls) await assert.rejects(call, disposed);
    await assert.rejects(exports.now(1), disposed);
    assert.throws(() => exports.plain(1), disposed);
    instance[dispose]();
    await idle();
  }
  // What the host had promised comes too late, and harms nothing.
  gate.resolve(1);
  await idle();
});

test('the end of the component aborts the signals of host functions that run', async () => {
  const ends = [({ scheduler }) => disposeComponent(scheduler), ({ exports }) => exports.boom().catch(() => {})];
  for (const end of ends) {
    const signals = [];
    const gate = deferred();
    async function sleep(n) {
      if (n > 1) signals.push(this.signal);
      await gate.promise;
      if (n === 1) signals.push(this.signal);
      return n;
    }
    const instance = instantiate({ sleep });
    const calls = [1, 2, 3].map((n) => instance.exports.sleepy(n));
    await idle();
    assert.deepEqual(signals.map(({ aborted }) => aborted), [false, false]);
    await end(instance);
    for (const call of calls) await assert.rejects(call, { name: 'Trap' });
    gate.resolve();
    await idle();
    // That of the first was asked for only now.
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true, true, true]);
  }
});

test('the signal of a call that is over is not aborted', async () => {
  let signal;
  async function sleep(n) {
    signal = this.signal;
    return n;
  }
  const { exports, scheduler } = instantiate({ sleep });
  assert.equal(await exports.sleepy(4), 4);
  disposeComponent(scheduler);
  assert.equal(signal.aborted, false);
});

test('a guest that called the host is disposed once it has stopped', needsJspi, async () => {
  const { compiled } = buildComponent('async');
  const gate = deferred();
  let instance;
  function sleep() {
    instance[dispose]();
    return gate.promise;
  }
  instance = await compiled.instantiate({ host: { sleep, shout: async (s) => s } });
  await assert.rejects(instance.exports.giveUp(9).then(() => instance.exports.now(1)), { message: 'the instance was disposed' });
});

test('stacks that stand still when the component ends are let go of, and run nothing more', needsJspi, async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  for (const end of [({ scheduler }) => disposeComponent(scheduler), ({ exports }) => exports.boom().catch(() => {})]) {
    let asked = 0;
    const forgotten = await (async () => {
      const made = instantiate({ sleep: () => ((asked += 1), new Promise(() => {})) });
      const calls = [made.exports.stackful(1), made.exports.stackful(2)];
      await idle();
      end(made);
      for (const call of calls) await assert.rejects(call, { name: 'Trap' });
      await idle();
      return new WeakRef(made.root);
    })();
    for (let i = 0; i < 50 && forgotten.deref(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
    }
    assert.equal(forgotten.deref(), undefined, 'what the stacks hold');
    assert.equal(asked, 2);
  }
});
