/** Resources as classes: of guests and of hosts, lent, given away, dropped, forgotten. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Instance } from '../src/instance.js';
import { buildComponent, withBuilt } from './support/corefuse.js';
import { dispose } from '../src/resources.js';
import { exportedItems } from '../src/exports.js';
import { Root } from '../src/root.js';
import { replay } from '../src/replay.js';

const { plan, compiled } = buildComponent('resources');

/** The component as the generic path runs it, and as generated bindings do. @type {Record<string, any>} */
const PATHS = { generic: compiled };
await withBuilt('resources', [], async (load) => void (PATHS.bindings = await (await load()).compile()));

/** A host for the component, and what it saw. */
function makeHost() {
  const seen = { dropped: [], poke: () => {} };
  class Thing {
    constructor(n) {
      this.n = n;
    }
    getIt() {
      return this.n;
    }
    static add(a, b) {
      return new this(a.n + b.n);
    }
    [Symbol.dispose]() {
      seen.dropped.push(this.n);
    }
  }
  return { Thing, seen, imports: { host: { Thing, poke: () => seen.poke() } } };
}

/** An instance, and how many handles are in use in all of its tables. */
function instantiateOn(path) {
  const host = makeHost();
  const root = replay(new Root(PATHS[path], host.imports), (module, given) => new WebAssembly.Instance(module, given));
  const instance = new Instance(exportedItems(root));
  const tables = plan.instances.flatMap(({ table }) => table ?? []);
  const count = () => tables.reduce((sum, table) => sum + root.exports[0][plan.runtime.handles.count](table), 0);
  return { ...host, root, instance, api: instance.exports.api, exports: instance.exports, count };
}

/** Tests both paths. */
function testBoth(name, body) {
  for (const path of Object.keys(PATHS)) test(`${name} (${path})`, () => body(() => instantiateOn(path)));
}

testBoth('a class for a resource: constructor, methods, statics', (instantiate) => {
  const { api, instance } = instantiate();
  const { Counter } = api;
  assert.equal(Counter.name, 'Counter');
  assert.deepEqual(Object.keys(api), ['Counter', 'live', 'poked', 'identity', 'total', 'pair']);
  const counter = new Counter(5);
  assert.ok(counter instanceof Counter);
  assert.equal(counter.add(3), 8);
  const merged = Counter.merge(counter, new Counter(100));
  assert.ok(merged instanceof Counter);
  assert.equal(merged.add(0), 108);
  assert.equal(instance.getResource('test:resources/api@1.0.0', 'counter'), Counter);
  assert.equal(instance.getFunc('test:resources/api@1.0.0', '[method]counter.add')(merged, 1), 109);
  assert.deepEqual(Object.keys(merged), [], 'nothing of the handle shows');
});

testBoth('subclasses', (instantiate) => {
  const { api } = instantiate();
  class Doubling extends api.Counter {
    twice() {
      return this.add(0) * 2;
    }
  }
  const counter = new Doubling(4);
  assert.ok(counter instanceof Doubling && counter instanceof api.Counter);
  assert.equal(counter.twice(), 8);
});

testBoth('dispose calls the destructor once; a dropped object cannot be used', (instantiate) => {
  const { api, count } = instantiate();
  const counter = new api.Counter(1);
  assert.equal(api.live(), 1);
  counter[dispose]();
  counter[dispose]();
  assert.equal(api.live(), 0);
  assert.equal(count(), 0);
  assert.throws(() => counter.add(1), { name: 'TypeError', message: 'this Counter was dropped or given away' });
  assert.equal(dispose, Symbol.dispose ?? Symbol.for('dispose'));
});

testBoth('an object that is given away cannot be used or given again, and dispose does nothing', (instantiate) => {
  const { api } = instantiate();
  const counter = new api.Counter(1);
  const same = api.identity(counter);
  assert.notEqual(same, counter);
  assert.throws(() => counter.add(1), /this Counter was dropped or given away/);
  assert.throws(() => api.identity(counter), /this Counter was dropped or given away/);
  counter[dispose]();
  assert.equal(api.live(), 1);
  assert.equal(same.add(1), 2);
});

testBoth('only objects of this instance of the component will do', (instantiate) => {
  const { api } = instantiate();
  const other = instantiate().api;
  for (const wrong of [new other.Counter(1), {}, null, undefined, 5, Object.create(api.Counter.prototype)]) {
    assert.throws(() => api.identity(wrong), /^TypeError: .*parameter `c`: expected a Counter of this instance of the component, got /);
  }
  assert.throws(() => api.Counter.prototype.add.call({}, 1), /expected a Counter/);
  assert.throws(() => api.Counter(1), TypeError);
  assert.equal(api.live(), 0);
});

testBoth('a call that fails for another argument takes nothing', (instantiate) => {
  const { api, count } = instantiate();
  const counter = new api.Counter(1);
  assert.throws(() => api.pair(counter, 5), /parameter `s`: expected a string/);
  assert.equal(count(), 0);
  assert.equal(counter.add(1), 2);
  api.pair(counter, 'text');
  assert.equal(api.live(), 0);
  const [a, b] = [new api.Counter(1), new api.Counter(2)];
  assert.throws(() => api.total([a, b, 5]), /expected a Counter/);
  a[dispose]();
  assert.equal(api.total([b, b]), 4);
});

testBoth('an object that another argument drops on its way is not used', (instantiate) => {
  const { api, count } = instantiate();
  const counter = new api.Counter(1);
  const dropping = { valueOf: () => counter[dispose]() };
  assert.throws(() => counter.add(dropping), TypeError);
  counter[dispose]();
  assert.equal(api.live(), 0);
  assert.equal(count(), 0);
});

testBoth('an object that a call is using can be neither dropped nor given away', (instantiate) => {
  const { api, seen } = instantiate();
  const counter = new api.Counter(7);
  const errors = [];
  seen.poke = () => {
    for (const attempt of [() => counter[dispose](), () => api.identity(counter)]) {
      try {
        attempt();
      } catch (error) {
        errors.push(String(error));
      }
    }
  };
  assert.equal(api.poked(counter), 7);
  assert.match(errors[0], /Counter is in use by a call/);
  assert.match(errors[1], /cannot enter component instance/);
  counter[dispose]();
  assert.equal(api.live(), 0);
});

testBoth('dispose inside a host function waits until the component can be entered', (instantiate) => {
  const { api, seen } = instantiate();
  const [used, other] = [new api.Counter(1), new api.Counter(2)];
  seen.poke = () => other[dispose]();
  api.poked(used);
  assert.equal(api.live(), 1);
  seen.poke = () => {};
  const doomed = new api.Counter(666);
  seen.poke = () => doomed[dispose]();
  assert.throws(() => api.poked(used), /^Trap: unreachable.*\(destructor of a resource of root\)/);
  assert.throws(() => api.live(), /cannot enter component instance/);
});

testBoth('any number of objects may be disposed of inside a host function', (instantiate) => {
  const { api, seen } = instantiate();
  const used = new api.Counter(1);
  const others = Array.from({ length: 14_000 }, () => new api.Counter(2));
  seen.poke = () => others.forEach((other) => other[dispose]());
  api.poked(used);
  assert.equal(api.live(), 1);
});

testBoth('a destructor that traps ends the component; later drops do nothing', (instantiate) => {
  const { api } = instantiate();
  const [doomed, other] = [new api.Counter(666), new api.Counter(1)];
  assert.throws(() => doomed[dispose](), /^Trap: unreachable/);
  assert.throws(() => other.add(1), /cannot enter component instance/);
  other[dispose]();
});

testBoth('host objects come back as the same object, and are disposed of when the guest drops its handle', (instantiate) => {
  const { Thing, exports, seen, count } = instantiate();
  const thing = new Thing(42);
  exports.keep(thing);
  assert.equal(exports.kept(), 42);
  assert.equal(count(), 1);
  assert.equal(exports.takeBack(), thing);
  assert.equal(count(), 0);
  assert.deepEqual(seen.dropped, []);
  exports.keep(thing);
  exports.unkeep();
  assert.deepEqual(seen.dropped, [42]);
  for (const wrong of [5, null, 'x']) assert.throws(() => exports.keep(wrong), /parameter `t`: expected an object/);
});

testBoth('constructors, methods and statics of host resources', (instantiate) => {
  const { exports, seen, count } = instantiate();
  assert.equal(exports.sum(5), 105);
  assert.deepEqual(seen.dropped, [5, 105]);
  assert.equal(count(), 0);
});

test('host classes need only what is used, but that', () => {
  const { imports } = makeHost();
  assert.throws(() => compiled.instantiateSync({ host: { ...imports.host, Thing: undefined } }), /import host#\[constructor\]thing, .*expected a function, found nothing/);
  class NoMethod {
    static add() {}
  }
  assert.throws(() => compiled.instantiateSync({ host: { ...imports.host, Thing: NoMethod } }), /import host#\[method\]thing\.get-it/);
  class NoStatic {
    getIt() {}
  }
  assert.throws(() => compiled.instantiateSync({ host: { ...imports.host, Thing: NoStatic } }), /import host#\[static\]thing\.add/);
});

testBoth('borrows of host objects must be dropped before the call ends', (instantiate) => {
  const { Thing, exports, count } = instantiate();
  assert.equal(exports.peek(new Thing(9)), 9);
  assert.equal(count(), 0);
  assert.throws(() => exports.forget(new Thing(9)), /^Trap: borrow handles still remain at the end of the call \(export forget of root\)/);
  assert.throws(() => exports.kept(), /cannot enter component instance/);
});

testBoth('a handle that is lent to a call cannot be given to it too', (instantiate) => {
  const { exports } = instantiate();
  assert.throws(() => exports.addToItself(1), /^Trap: cannot remove owned resource while borrowed \(import host#\[static\]thing\.add, called by root\)/);
});

testBoth('handles that guests make up are traps that name them', (instantiate) => {
  const { exports } = instantiate();
  assert.throws(() => exports.kept(), /^Trap: unknown handle index 0 /);
  const again = instantiate().exports;
  assert.throws(() => again.takeBack(), /^Trap: unknown handle index 0 \(export take-back of root\)/);
});

testBoth('a host whose dispose throws ends the component', (instantiate) => {
  const { Thing, exports } = instantiate();
  const thing = new Thing(1);
  thing[dispose] = () => {
    throw new Error('no');
  };
  exports.keep(thing);
  assert.throws(() => exports.unkeep(), /^Trap: host function threw: no \(drop of a host resource\)/);
});

test('a destructor may be a function of the host', () => {
  const gone = [];
  const { exports } = buildComponent('host-destructor').compiled.instantiateSync({ gone: (rep) => void gone.push(rep) });
  exports.make(7)[dispose]();
  assert.deepEqual(gone, [7], 'dropped by JavaScript');
  exports.makeAndDrop(9);
  assert.deepEqual(gone, [7, 9], 'dropped by the guest');
});

/** Lets everything be collected until `isEnough`. */
async function collect(isEnough) {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  for (let i = 0; i < 50 && !isEnough(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    gc();
  }
}

testBoth('collected objects are dropped', async (instantiate) => {
  const { api, count } = instantiate();
  (() => {
    for (let i = 0; i < 100; i++) new api.Counter(i);
  })();
  const kept = new api.Counter(1);
  assert.equal(api.live(), 101);
  await collect(() => api.live() === 1);
  assert.equal(api.live(), 1);
  assert.equal(count(), 0);
  assert.equal(kept.add(1), 2);
});

test('bindings: constructors make one object, whoever calls them, and all that are forgotten are dropped', async () => {
  await withBuilt('resources', [], async (load) => {
    const { imports } = makeHost();
    const { instantiate } = await load();
    const instance = await instantiate(imports);
    const { api } = instance.exports;
    class Doubling extends api.Counter {
      twice() {
        return this.add(0) * 2;
      }
    }
    const doubling = new Doubling(4);
    assert.ok(doubling instanceof Doubling && doubling instanceof api.Counter);
    assert.equal(doubling.twice(), 8);
    const made = instance.getFunc('test:resources/api@1.0.0', '[constructor]counter')(5);
    assert.ok(made instanceof api.Counter);
    const before = api.live();
    (() => {
      const older = [];
      // More than wait to be registered at once; some are dropped as the last one, some later, some twice.
      for (let i = 0; i < 1000; i++) {
        const counter = new api.Counter(i % 100);
        if (i % 3 === 0) counter[dispose]();
        else if (i % 3 === 1) older.push(counter);
        if (i % 7 === 0) older.pop()?.[dispose]();
        if (i % 5 === 0) older.push(api.identity(new api.Counter(i % 100)));
        // Given and taken back, as the other argument is none.
        if (i % 11 === 0) assert.throws(() => api.Counter.merge(older.at(-1), null), TypeError);
      }
      // More than a slot is used for.
      for (let i = 0; i < 3000; i++) new api.Counter(i % 100)[dispose]();
      older[0][dispose]();
      older[0][dispose]();
      new api.Counter(0);
    })();
    assert.ok(api.live() > before + 300);
    // In jobs of their own: each is registered when its job ends.
    for (let i = 0; i < 3; i++) await (async () => void new api.Counter(i))();
    await collect(() => api.live() <= 2);
    assert.equal(api.live(), 2, 'only the two that are in use below');
    assert.equal(doubling.twice() + made.add(0), 13);
    assert.equal(api.Counter.merge(doubling, made).add(0), 9);
  });
});

testBoth('many handles leave nothing behind', (instantiate) => {
  const { Thing, api, exports, count, root } = instantiate();
  const cycle = () => {
    const counter = api.identity(new api.Counter(1));
    const other = new api.Counter(2);
    api.Counter.merge(counter, other)[dispose]();
    other[dispose]();
    exports.keep(new Thing(1));
    exports.unkeep();
    exports.peek(new Thing(2));
    exports.sum(3);
    const list = [new api.Counter(1), new api.Counter(2)];
    api.total(list);
    for (const item of list) item[dispose]();
  };
  cycle();
  const states = root.resources.map((resource) => resource.objects.length);
  for (let i = 0; i < 2000; i++) cycle();
  assert.equal(count(), 0);
  assert.deepEqual(root.resources.map((resource) => resource.objects.length), states);
});
