/**
 * Writes what is inside one of the two components: a core module whose functions pass their parameters on, lifted and
 * lowered in one of the ways that their types permit.
 *
 * A guest knows nothing of types. It can pass on what has the same core form on both sides, so not every pair of lift
 * and lower can be drawn: that an async lower wants more than four flat values in memory, for one, would have to be known.
 */
import { flatten, text } from './types.js';

/** Flat values that fit the parameters of a core function, those of an async lower, and the result. */
const [MAX_PARAMS, MAX_ASYNC_PARAMS, MAX_RESULTS] = [16, 4, 1];
/** Where allocations begin. */
const HEAP = 1024;
/** Bytes for a result; no drawn type has more. */
const RESULT = 65536;

/**
 * @typedef {import('./types.js').Type} Type
 * @typedef {{ params: Type[], echoed: number, isAsync: boolean }} Signature the result is the parameter of this number
 * @typedef {{ encoding: string, pointer: 'i32' | 'i64', hasPostReturn: boolean }} Side
 */

export class Guest {
  /**
   * @param {import('../scheduler/random.js').Random} random
   * @param {Signature[]} signatures
   */
  constructor(random, signatures) {
    /** @type {Side} */
    this.side = {
      encoding: random.pick(['utf8', 'utf16', 'latin1+utf16']),
      pointer: random.pick(['i32', 'i32', 'i64']),
      hasPostReturn: random.below(2) === 0,
    };
    this.functions = signatures.map((signature, i) => new GuestFunction(random, signature, i, this.side));
  }

  get coreModules() {
    const { pointer: p } = this.side;
    const each = (/** @type {(f: GuestFunction) => string} */ part) => this.functions.map(part).join('\n    ');
    return `(core module $libc ${memory(p)})
  (core instance $libc (instantiate $libc))
  ${each((f) => f.canons)}
  (core func $set-new (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $wait (canon waitable-set.wait (memory (core memory $libc "memory"))))
  (core func $subtask-drop (canon subtask.drop))
  (core module $m
    (import "libc" "memory" (memory ${p} 1))
    (import "libc" "realloc" (func $realloc (param ${p} ${p} ${p} ${p}) (result ${p})))
    (import "libc" "top" (global $top (mut ${p})))
    (import "host" "set-new" (func $set-new (result i32)))
    (import "host" "join" (func $join (param i32 i32)))
    (import "host" "wait" (func $wait (param i32 ${p}) (result i32)))
    (import "host" "subtask-drop" (func $subtask-drop (param i32)))
    ${each((f) => f.imports)}
    ${each((f) => f.exports)}
    ${waiting(p)}
    ${keeping(p)}
  )
  (core instance $m (instantiate $m
    (with "libc" (instance $libc))
    (with "host" (instance
      ${['set-new', 'join', 'wait', 'subtask-drop'].map((name) => `(export "${name}" (func $${name}))`).join(' ')}
      ${each((f) => f.given)}))))`;
  }

  /** Exports that pass on what they get. */
  get lifts() {
    return this.functions.map((f) => f.lift).join('\n  ');
  }

  /** Exports that keep a list of what they get, give it back, and spoil bytes of the memory. */
  get keepers() {
    const both = this.functions.map(({ signature: { params }, i, options }) => {
      return `(func (export "put${i}") (param "list" (list ${text(params[0])})) (canon lift (core func $m "put") ${options}))
  (func (export "get${i}") (result (list ${text(params[0])})) (canon lift (core func $m "get") ${options}))`;
    });
    return ['(func (export "poke") (param "at" u32) (param "byte" u8) (canon lift (core func $m "poke")))', ...both].join('\n  ');
  }
}

/** One function that is exported by a component, and what it calls. */
class GuestFunction {
  /**
   * @param {import('../scheduler/random.js').Random} random
   * @param {Signature} signature
   * @param {number} i its number
   * @param {Side} side
   */
  constructor(random, signature, i, side) {
    const { pointer } = side;
    this.signature = signature;
    this.i = i;
    this.side = side;
    this.options = `(memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding=${side.encoding}`;
    const flat = signature.params.map((type) => flatten(type, pointer));
    this.flat = flat.flat();
    /** Core parameters: flat values, or where they are. */
    this.params = this.flat.length > MAX_PARAMS ? [pointer] : this.flat;
    this.results = flat[signature.echoed];
    this.isSpilled = this.results.length > MAX_RESULTS;
    /** Number of the first core parameter that comes back. */
    this.first = flat.slice(0, signature.echoed).flat().length;
    this.lowersAsync = signature.isAsync && this.mayLowerAsync && random.below(2) === 0;
    this.lifting = signature.isAsync && this.mayLiftAsync ? random.pick(['sync', 'stackful', 'callback']) : 'sync';
    /** Whether it asks the host, by way of other components, for its result. */
    this.calls = this.lifting === 'sync' || this.canReturnAnswer;
  }

  /** Parameters have the same form for a lift and an async lower, and results are in memory for both. */
  get mayLowerAsync() {
    return this.isSpilled && (this.flat.length <= MAX_ASYNC_PARAMS || this.flat.length > MAX_PARAMS);
  }

  /** What `task.return` wants is at hand. */
  get mayLiftAsync() {
    return this.canReturnAnswer || this.flat.length <= MAX_PARAMS;
  }

  /** The answer of what it calls has the form that `task.return` takes. */
  get canReturnAnswer() {
    return !this.isSpilled || this.results.length > MAX_PARAMS;
  }

  /** What `task.return` takes. */
  get returned() {
    return this.results.length > MAX_PARAMS ? [this.side.pointer] : this.results;
  }

  get canons() {
    const { i, options, signature } = this;
    const type = text(signature.params[signature.echoed]);
    const taskReturn = `(core func $r${i} (canon task.return (result ${type}) (memory (core memory $libc "memory")) string-encoding=${this.side.encoding}))`;
    const lower = `(core func $l${i} (canon lower (func $f${i}) ${options} ${this.lowersAsync ? 'async' : ''}))`;
    return `${lower} ${this.lifting === 'sync' ? '' : taskReturn}`;
  }

  get given() {
    const { i } = this;
    return `(export "f${i}" (func $l${i})) ${this.lifting === 'sync' ? '' : `(export "r${i}" (func $r${i}))`}`;
  }

  get imports() {
    const { i, side, isSpilled } = this;
    const result = this.lowersAsync ? '(result i32)' : isSpilled ? '' : `(result ${this.results[0]})`;
    const lowered = `(import "host" "f${i}" (func $f${i} (param ${this.params.join(' ')} ${isSpilled ? side.pointer : ''}) ${result}))`;
    return `${lowered} ${this.lifting === 'sync' ? '' : `(import "host" "r${i}" (func $r${i} (param ${this.returned.join(' ')})))`}`;
  }

  /** The core functions, and a post-return that does nothing. */
  get exports() {
    const { i, side, lifting } = this;
    const result = this.isSpilled ? side.pointer : this.results[0];
    const head = `(func (export "f${i}") (param ${this.params.join(' ')})`;
    if (lifting === 'sync') return `${head} (result ${result}) (local $at ${side.pointer}) ${this.answer}) (func (export "after${i}") (param ${result}))`;
    const range = this.returned.map((_, k) => `(local.get ${this.first + k})`).join(' ');
    const body = `(call $r${i} ${this.calls ? this.answer : range})`;
    if (lifting === 'stackful') return `${head} (local $at ${side.pointer}) ${body})`;
    return `${head} (result i32) (local $at ${side.pointer}) ${body} (i32.const 0)) (func (export "callback${i}") (param i32 i32 i32) (result i32) unreachable)`;
  }

  /** Calls the host with all parameters, and leaves the result, or where it is. */
  get answer() {
    const { i, isSpilled, side } = this;
    const { pointer: p } = side;
    const params = this.params.map((_, k) => `(local.get ${k})`).join(' ');
    const area = `(local.tee $at (call $realloc (${p}.const 0) (${p}.const 0) (${p}.const 16) (${p}.const ${RESULT})))`;
    const call = `(call $f${i} ${params} ${isSpilled ? area : ''})`;
    return `${this.lowersAsync ? `(call $finish ${call})` : call} ${isSpilled ? '(local.get $at)' : ''}`;
  }

  get lift() {
    const { i, options, signature, lifting } = this;
    const postReturn = this.side.hasPostReturn ? `(post-return (core func $m "after${i}"))` : '';
    const how = { sync: postReturn, stackful: 'async', callback: `async (callback (core func $m "callback${i}"))` }[lifting];
    return `(func (export "f${i}") ${typeText(signature)} (canon lift (core func $m "f${i}") ${options} ${how}))`;
  }
}

/** @param {Signature} signature */
export function typeText({ params, echoed, isAsync }) {
  return `${isAsync ? 'async' : ''} ${params.map((type, i) => `(param "p${i}" ${text(type)})`).join(' ')} (result ${text(params[echoed])})`;
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
 * `$finish` waits until a subtask has returned, if it has not at once.
 *
 * @param {string} p
 */
function waiting(p) {
  return `(func $finish (param $status i32) (local $subtask i32) (local $set i32)
      (if (i32.eq (i32.and (local.get $status) (i32.const 15)) (i32.const 2)) (then (return)))
      (local.set $subtask (i32.shr_u (local.get $status) (i32.const 4)))
      (local.set $set (call $set-new))
      (call $join (local.get $subtask) (local.get $set))
      (loop $again
        (drop (call $wait (local.get $set) (${p}.const 16)))
        (br_if $again (i32.ne (i32.load (${p}.const 20)) (i32.const 2))))
      (call $subtask-drop (local.get $subtask)))`;
}

/**
 * The list that is kept.
 *
 * @param {string} p
 */
function keeping(p) {
  return `(global $list (mut ${p}) (${p}.const 0))
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
      (i32.store8 offset=${HEAP} (local.get $byte)))`;
}
