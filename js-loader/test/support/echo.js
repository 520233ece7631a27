/**
 * Two components that give a value back as the guest saw it: one through memory, one through flat core values. Between
 * them they use all four ways of a codec.
 */
import { PlanBuilder } from './plan.js';

/** A bump allocator that grows the memory; `count` tells how often it was called. */
export const realloc = (p) => `
  (global $next (mut ${p}) (${p}.const 64))
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (func $realloc (export "realloc") (param $old ${p}) (param $old_size ${p}) (param $align ${p}) (param $size ${p}) (result ${p})
    (local $at ${p})
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (local.set $at (${p}.and
      (${p}.add (global.get $next) (${p}.sub (local.get $align) (${p}.const 1)))
      (${p}.sub (${p}.const 0) (local.get $align))))
    (global.set $next (${p}.add (local.get $at) (local.get $size)))
    (if (${p}.gt_u (global.get $next) (${p}.mul (memory.size) (${p}.const 65536)))
      (then (drop (memory.grow (${p}.add (${p}.const 1) (${p}.div_u (local.get $size) (${p}.const 65536)))))))
    (if (${p}.ne (local.get $old) (${p}.const 0))
      (then (memory.copy (local.get $at) (local.get $old)
        (select (local.get $old_size) (local.get $size) (${p}.lt_u (local.get $old_size) (local.get $size))))))
    (local.get $at))`;

/**
 * `f: func(v: list<T>) -> list<T>`: the guest returns the very list.
 *
 * @returns {(list: any) => any}
 */
export function memoryEcho(type, { pointer = 32, encoding = 'utf8' } = {}) {
  const b = new PlanBuilder();
  const p = pointer === 64 ? 'i64' : 'i32';
  const m = b.module(`(module
    (memory (export "memory") ${pointer === 64 ? 'i64' : ''} 1)
    ${realloc(p)}
    (func (export "f") (param ${p} ${p}) (result ${p})
      (${p}.store (${p}.const 16) (local.get 0))
      (${p}.store offset=${pointer / 8} (${p}.const 16) (local.get 1))
      (${p}.const 16)))`);
  const list = b.type({ kind: 'list', element: type });
  const options = b.options({ encoding, pointer, memory: b.extract('memory', m, 'memory'), realloc: b.extract('realloc', m, 'realloc') });
  b.exportFunc('f', b.func({ v: list }, list), m, 'f', options);
  return b.instantiate().exports.f;
}

/**
 * `f: func(v: T)`, which calls the import `h: func(v: T)` with the same core values.
 *
 * @returns {(value: any) => any} what the host was called with
 */
export function flatEcho(type, { pointer = 32, encoding = 'utf8' } = {}) {
  const b = new PlanBuilder();
  const p = pointer === 64 ? 'i64' : 'i32';
  const own = b.type(type);
  const flat = b.plan.types[own].flat[pointer === 64 ? 1 : 0] ?? [p];
  const allocator = b.module(`(module (memory (export "memory") ${pointer === 64 ? 'i64' : ''} 1) ${realloc(p)})`);
  const options = b.options({
    encoding,
    pointer,
    memory: b.extract('memory', allocator, 'memory'),
    realloc: b.extract('realloc', allocator, 'realloc'),
  });
  const func = b.func({ v: own }, null);
  const trampoline = b.lower(b.importFunc('h', func), func, options);
  const m = b.module(
    `(module (import "" "h" (func $h (param ${flat.join(' ')})))
      (func (export "f") (param ${flat.join(' ')}) ${flat.map((_, i) => `(local.get ${i})`).join(' ')} (call $h)))`,
    [trampoline],
  );
  b.exportFunc('f', func, m, 'f', options);
  let seen;
  const { f } = b.instantiate({ h: (/** @type {any} */ v) => void (seen = v) }).exports;
  return (value) => {
    f(value);
    return seen;
  };
}
