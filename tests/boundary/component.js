/**
 * Writes components whose functions give back one of their arguments, through two components and the host:
 *
 *     host -> outer -> adapter -> inner -> host
 *
 * Outer and inner have canonical options of their own. Outer also keeps a list of values (`put`), spoils bytes of its memory
 * (`poke`) and gives the list back (`get`), so that the host meets what no well-made guest would send.
 */
import { Types, flatten, text } from './types.js';

/** Flat values that fit a core function's parameters, and its results. */
const [MAX_PARAMS, MAX_RESULTS] = [16, 1];
/** Where allocations begin. */
const HEAP = 1024;
/** Bytes for a result; no drawn type has more. */
const RESULT = 65536;

/**
 * @typedef {import('./types.js').Type} Type
 * @typedef {{ params: Type[], echoed: number }} Signature the result is the parameter of this number
 * @typedef {{ encoding: string, pointer: 'i32' | 'i64', hasPostReturn: boolean }} Side
 */

/**
 * @param {import('../scheduler/draw.js').Random} random
 * @param {number} count of functions
 */
export function drawComponent(random, count) {
  const types = new Types(random);
  /** @type {Signature[]} */
  const signatures = Array.from({ length: count }, () => {
    const params = Array.from({ length: 1 + random.below(4) }, () => types.draw(3));
    return { params, echoed: random.below(params.length) };
  });
  /** @returns {Side} */
  const side = () => ({
    encoding: random.pick(['utf8', 'utf16', 'latin1+utf16']),
    pointer: random.pick(['i32', 'i32', 'i64']),
    hasPostReturn: random.below(2) === 0,
  });
  const [inner, outer] = [side(), side()];
  return { types, signatures, inner, outer, source: componentText(types, signatures, inner, outer) };
}

/**
 * @param {Types} types
 * @param {Signature[]} signatures
 * @param {Side} inner
 * @param {Side} outer
 */
function componentText(types, signatures, inner, outer) {
  const imports = signatures.map((signature, i) => `(import "f${i}" (func $f${i} ${typeText(signature)}))`).join('\n  ');
  const given = (/** @type {(i: number) => string} */ from) => signatures.map((_, i) => `(with "f${i}" (func ${from(i)}))`).join(' ');
  const exported = ['poke', ...signatures.flatMap((_, i) => [`f${i}`, `put${i}`, `get${i}`])];
  return `(component
  ${types.imports}
  ${imports}
  (component $inner
  ${types.imports}
  ${imports}
  ${guest(signatures, inner)}
  ${lifts(signatures, inner)}
  )
  (component $outer
  ${types.imports}
  ${imports}
  ${guest(signatures, outer)}
  ${lifts(signatures, outer)}
  ${keepers(signatures, outer)}
  )
  (instance $inner (instantiate $inner ${types.arguments} ${given((i) => `$f${i}`)}))
  (instance $outer (instantiate $outer ${types.arguments} ${given((i) => `$inner "f${i}"`)}))
  ${exported.map((name) => `(export "${name}" (func $outer "${name}"))`).join('\n  ')}
)`;
}

/** @param {Signature} signature */
function typeText({ params, echoed }) {
  return `${params.map((type, i) => `(param "p${i}" ${text(type)})`).join(' ')} (result ${text(params[echoed])})`;
}

/** @param {Side} side */
function options({ encoding }) {
  return `(memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding=${encoding}`;
}

/**
 * The core modules of a component, and the functions it calls.
 *
 * @param {Signature[]} signatures
 * @param {Side} side
 */
function guest(signatures, side) {
  const { pointer: p } = side;
  const functions = signatures.map(({ params, echoed }, i) => {
    const flat = params.flatMap((type) => flatten(type, p));
    const given = flat.length > MAX_PARAMS ? [p] : flat;
    const results = flatten(params[echoed], p);
    const isSpilled = results.length > MAX_RESULTS;
    const result = isSpilled ? p : results[0];
    const call = `${given.map((_, k) => `(local.get ${k})`).join(' ')} ${isSpilled ? `(local.tee $at (call $realloc (${p}.const 0) (${p}.const 0) (${p}.const 16) (${p}.const ${RESULT})))` : ''}`;
    return {
      after: `(func (export "after${i}") (param ${result}))`,
      imported: `(import "host" "f${i}" (func $f${i} (param ${given.join(' ')}${isSpilled ? ` ${p}` : ''}) ${isSpilled ? '' : `(result ${result})`}))`,
      exported: `(func (export "f${i}") (param ${given.join(' ')}) (result ${result}) (local $at ${p}) (call $f${i} ${call}) ${isSpilled ? '(local.get $at)' : ''})`,
    };
  });
  return `(core module $libc ${memory(p)})
  (core instance $libc (instantiate $libc))
  ${signatures.map((_, i) => `(core func $l${i} (canon lower (func $f${i}) ${options(side)}))`).join('\n  ')}
  (core module $m
    (import "libc" "memory" (memory ${p} 1))
    (import "libc" "realloc" (func $realloc (param ${p} ${p} ${p} ${p}) (result ${p})))
    (import "libc" "top" (global $top (mut ${p})))
    ${functions.map(({ imported }) => imported).join('\n    ')}
    ${functions.map(({ exported, after }) => `${exported} ${after}`).join('\n    ')}
    (global $list (mut ${p}) (${p}.const 0))
    (global $length (mut ${p}) (${p}.const 0))
    (func (export "put") (param ${p} ${p}) (global.set $list (local.get 0)) (global.set $length (local.get 1)))
    (func (export "get") (result ${p}) (local $at ${p})
      (local.set $at (call $realloc (${p}.const 0) (${p}.const 0) (${p}.const 16) (${p}.const 16)))
      (${p}.store (local.get $at) (global.get $list))
      (${p}.store offset=${p === 'i32' ? 4 : 8} (local.get $at) (global.get $length))
      (local.get $at))
    (func (export "poke") (param $at i32) (param $byte i32) (local $size ${p})
      (local.set $size (${p}.sub (global.get $top) (${p}.const ${HEAP})))
      (if (${p}.eqz (local.get $size)) (then (return)))
      (${p}.rem_u ${p === 'i32' ? '(local.get $at)' : '(i64.extend_i32_u (local.get $at))'} (local.get $size))
      (i32.store8 offset=${HEAP} (local.get $byte)))
  )
  (core instance $m (instantiate $m
    (with "libc" (instance $libc))
    (with "host" (instance ${signatures.map((_, i) => `(export "f${i}" (func $l${i}))`).join(' ')}))))`;
}

/**
 * A memory, and an allocator that takes nothing back.
 *
 * @param {string} p
 */
function memory(p) {
  return `(memory (export "memory") ${p} 1)
    (global $top (export "top") (mut ${p}) (${p}.const ${HEAP}))
    (func (export "realloc") (param $old ${p}) (param $oldSize ${p}) (param $align ${p}) (param $size ${p}) (result ${p}) (local $at ${p})
      (local.set $at (${p}.and
        (${p}.add (global.get $top) (${p}.sub (local.get $align) (${p}.const 1)))
        (${p}.sub (${p}.const 0) (local.get $align))))
      (global.set $top (${p}.add (local.get $at) (local.get $size)))
      (loop $more
        (if (${p}.gt_u (global.get $top) (${p}.mul (memory.size) (${p}.const 65536))) (then
          (if (${p}.eq (memory.grow (${p}.const 1)) (${p}.const -1)) (then unreachable))
          (br $more))))
      (memory.copy (local.get $at) (local.get $old)
        (select (local.get $oldSize) (local.get $size) (${p}.lt_u (local.get $oldSize) (local.get $size))))
      (local.get $at))`;
}

/**
 * @param {Signature[]} signatures
 * @param {Side} side
 */
function lifts(signatures, side) {
  return signatures
    .map((signature, i) => {
      const postReturn = side.hasPostReturn ? `(post-return (core func $m "after${i}"))` : '';
      return `(func (export "f${i}") ${typeText(signature)} (canon lift (core func $m "f${i}") ${options(side)} ${postReturn}))`;
    })
    .join('\n  ');
}

/**
 * @param {Signature[]} signatures
 * @param {Side} side
 */
function keepers(signatures, side) {
  const both = signatures.map(({ params: [type] }, i) => {
    return `(func (export "put${i}") (param "list" (list ${text(type)})) (canon lift (core func $m "put") ${options(side)}))
  (func (export "get${i}") (result (list ${text(type)})) (canon lift (core func $m "get") ${options(side)}))`;
  });
  return ['(func (export "poke") (param "at" u32) (param "byte" u8) (canon lift (core func $m "poke")))', ...both].join('\n  ');
}
