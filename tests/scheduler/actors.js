/**
 * The component that the scheduler test runs: a chain of actors, each of which can call the next one.
 *
 * An actor does nothing of its own. It asks the host for one operation after another, executes it and reports what came
 * of it, so that a run is whatever the test decides while it watches its model.
 */

/**
 * Operations, by name: the number that stands for each. An operation is a word: its number in the lowest 8 bits, then
 * two operands `a` and `b` of 12 bits.
 */
export const OPERATIONS = Object.freeze({
  exit: 0,
  wait: 1,
  yield: 2,
  return: 3,
  taskCancel: 4,
  call: 5,
  subtaskCancel: 6,
  subtaskDrop: 7,
  setNew: 8,
  setDrop: 9,
  join: 10,
  poll: 11,
  streamNew: 12,
  streamRead: 13,
  streamWrite: 14,
  streamCancelRead: 15,
  streamCancelWrite: 16,
  streamDropReadable: 17,
  streamDropWritable: 18,
  futureNew: 19,
  futureRead: 20,
  futureWrite: 21,
  futureCancelRead: 22,
  futureCancelWrite: 23,
  futureDropReadable: 24,
  futureDropWritable: 25,
  backpressureInc: 26,
  backpressureDec: 27,
  give: 28,
  giveFuture: 29,
  syncWait: 30,
  syncRead: 31,
  syncWrite: 32,
  syncCall: 33,
  syncSubtaskCancel: 34,
  threadYield: 35,
});

/** How a function of an actor is lifted, by the number that `call` and `syncCall` have for `b`. */
export const LIFTS = Object.freeze(['callback', 'stackful', 'plain']);

/** Built-ins: name in the core module, its core type, its definition. */
const BUILT_INS = [
  ['task.return', '(param i32)', 'task.return (result u32)'],
  ['task.cancel', '', 'task.cancel'],
  ['context.get', '(result i32)', 'context.get i32 0'],
  ['context.set', '(param i32)', 'context.set i32 0'],
  ['backpressure.inc', '', 'backpressure.inc'],
  ['backpressure.dec', '', 'backpressure.dec'],
  ['subtask.cancel', '(param i32) (result i32)', 'subtask.cancel async'],
  ['subtask.cancel-sync', '(param i32) (result i32)', 'subtask.cancel'],
  ['subtask.drop', '(param i32)', 'subtask.drop'],
  ['set.new', '(result i32)', 'waitable-set.new'],
  ['set.wait', '(param i32 i32) (result i32)', 'waitable-set.wait (memory (core memory $memory "m"))'],
  ['set.poll', '(param i32 i32) (result i32)', 'waitable-set.poll (memory (core memory $memory "m"))'],
  ['set.drop', '(param i32)', 'waitable-set.drop'],
  ['join', '(param i32 i32)', 'waitable.join'],
  ['yield', '(result i32)', 'thread.yield'],
  ['stream.new', '(result i64)', 'stream.new $S'],
  ['stream.read', '(param i32 i32 i32) (result i32)', 'stream.read $S async (memory (core memory $memory "m"))'],
  ['stream.write', '(param i32 i32 i32) (result i32)', 'stream.write $S async (memory (core memory $memory "m"))'],
  ['stream.read-sync', '(param i32 i32 i32) (result i32)', 'stream.read $S (memory (core memory $memory "m"))'],
  ['stream.write-sync', '(param i32 i32 i32) (result i32)', 'stream.write $S (memory (core memory $memory "m"))'],
  ['stream.cancel-read', '(param i32) (result i32)', 'stream.cancel-read $S async'],
  ['stream.cancel-write', '(param i32) (result i32)', 'stream.cancel-write $S async'],
  ['stream.drop-readable', '(param i32)', 'stream.drop-readable $S'],
  ['stream.drop-writable', '(param i32)', 'stream.drop-writable $S'],
  ['future.new', '(result i64)', 'future.new $F'],
  ['future.read', '(param i32 i32) (result i32)', 'future.read $F async (memory (core memory $memory "m"))'],
  ['future.write', '(param i32 i32) (result i32)', 'future.write $F async (memory (core memory $memory "m"))'],
  ['future.cancel-read', '(param i32) (result i32)', 'future.cancel-read $F async'],
  ['future.cancel-write', '(param i32) (result i32)', 'future.cancel-write $F async'],
  ['future.drop-readable', '(param i32)', 'future.drop-readable $F'],
  ['future.drop-writable', '(param i32)', 'future.drop-writable $F'],
];

/** What only an actor with a next one has. */
const CALLS = [
  ...LIFTS.flatMap((lift) => [
    [`next.${lift}`, '(param i32 i32) (result i32)', `lower (func $next "${lift}") async (memory (core memory $memory "m"))`],
    [`next.${lift}-sync`, '(param i32) (result i32)', `lower (func $next "${lift}")`],
  ]),
  ['next.take', '(param i32) (result i32)', 'lower (func $next "take")'],
  ['next.take-future', '(param i32) (result i32)', 'lower (func $next "take-future")'],
];

const INTERFACE = `
      ${LIFTS.map((lift) => `(export "${lift}" (func async (param "program" u32) (result u32)))`).join('\n      ')}
      (export "take" (func (param "s" (stream u8)) (result u32)))
      (export "take-future" (func (param "f" (future u8)) (result u32)))`;

/**
 * The text of the component.
 *
 * @param {number} length of the chain
 */
export function actors(length) {
  const names = Array.from({ length }, (_, i) => `actor${i}`);
  return `(component
${names.map(hostImport).join('\n')}
${component('$Last', false)}
${component('$Actor', true)}
${[...names].reverse().map((name, i) => instance(name, i ? names[length - i] : undefined)).join('\n')}
${names.map((name) => `  (export "${name}" (instance $${name}))`).join('\n')}
)`;
}

/** @param {string} name */
function hostImport(name) {
  return `  (import "host-${name}" (instance $host-${name}
    (export "fetch" (func (param "program" u32) (param "pc" u32) (result u32)))
    (export "log" (func (param "value" u32)))))`;
}

/**
 * @param {string} name
 * @param {string} [next]
 */
function instance(name, next) {
  const args = `(with "host" (instance $host-${name}))${next ? ` (with "next" (instance $${next}))` : ''}`;
  return `  (instance $${name} (instantiate ${next ? '$Actor' : '$Last'} ${args}))`;
}

/**
 * @param {string} name
 * @param {boolean} hasNext
 */
function component(name, hasNext) {
  const builtIns = [...BUILT_INS, ...(hasNext ? CALLS : [])];
  return `  (component ${name}
    (type $S (stream u8))
    (type $F (future u8))
    (import "host" (instance $host
      (export "fetch" (func (param "program" u32) (param "pc" u32) (result u32)))
      (export "log" (func (param "value" u32)))))
    ${hasNext ? `(import "next" (instance $next ${INTERFACE}))` : ''}
    (core module $Memory (memory (export "m") 4))
    (core instance $memory (instantiate $Memory))
    (core module $Code
      (import "" "m" (memory 4))
      (import "" "fetch" (func $fetch (param i32 i32) (result i32)))
      (import "" "log" (func $log (param i32)))
${builtIns.map(([field, type]) => `      (import "" "${field}" (func $${field} ${type}))`).join('\n')}
${CODE}
${hasNext ? CALLING : NOT_CALLING}
    )
    (core func $fetch (canon lower (func $host "fetch")))
    (core func $log (canon lower (func $host "log")))
${builtIns.map(([field, , definition]) => `    (core func $${field} (canon ${definition}))`).join('\n')}
    (core instance $code (instantiate $Code (with "" (instance
      (export "m" (memory $memory "m"))
      (export "fetch" (func $fetch))
      (export "log" (func $log))
${builtIns.map(([field]) => `      (export "${field}" (func $${field}))`).join('\n')}
    ))))
    (func (export "callback") async (param "program" u32) (result u32)
      (canon lift (core func $code "callback") async (callback (core func $code "on-event"))))
    (func (export "stackful") async (param "program" u32) (result u32)
      (canon lift (core func $code "stackful") async))
    (func (export "plain") async (param "program" u32) (result u32)
      (canon lift (core func $code "plain")))
    (func (export "take") (param "s" $S) (result u32) (canon lift (core func $code "take")))
    (func (export "take-future") (param "f" $F) (result u32) (canon lift (core func $code "take")))
  )`;
}

/**
 * The interpreter. Buffers are 64 bytes for each handle: from 0x10000 for reads, from 0x20000 for writes. Results of
 * calls go to 0x1000 + 4 * program; the program that a subtask runs is kept at 0x8000 + 4 * subtask.
 */
const CODE = `
      (global $written (mut i32) (i32.const 0))
      (func $a (param $op i32) (result i32) (i32.and (i32.shr_u (local.get $op) (i32.const 8)) (i32.const 0xfff)))
      (func $b (param $op i32) (result i32) (i32.shr_u (local.get $op) (i32.const 20)))
      (func $source (param $handle i32) (result i32) (i32.add (i32.const 0x20000) (i32.shl (local.get $handle) (i32.const 6))))
      (func $target (param $handle i32) (result i32) (i32.add (i32.const 0x10000) (i32.shl (local.get $handle) (i32.const 6))))
      ;; Puts the next n bytes of the actor's sequence where a write takes them from.
      (func $fill (param $handle i32) (param $n i32) (result i32)
        (local $at i32)
        (local.set $at (call $source (local.get $handle)))
        (block $done (loop $more
          (br_if $done (i32.eqz (local.get $n)))
          (i32.store8 (local.get $at) (global.get $written))
          (global.set $written (i32.add (global.get $written) (i32.const 1)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $more)))
        (call $source (local.get $handle)))
      ;; Reports what a read put into memory.
      (func $log-bytes (param $handle i32) (param $n i32)
        (local $at i32) (local $sum i32)
        (local.set $at (call $target (local.get $handle)))
        (block $done (loop $more
          (br_if $done (i32.eqz (local.get $n)))
          (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.add (i32.load8_u (local.get $at)) (i32.const 1))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $more)))
        (call $log (local.get $sum)))
      (func $log-result (param $program i32)
        (call $log (i32.load (i32.add (i32.const 0x1000) (i32.shl (local.get $program) (i32.const 2))))))
      (func $log-subtask (param $subtask i32) (param $state i32)
        (if (i32.eq (local.get $state) (i32.const 2))
          (then (call $log-result (i32.load (i32.add (i32.const 0x8000) (i32.shl (local.get $subtask) (i32.const 2))))))))
      (func $log-read (param $handle i32) (param $result i32)
        (call $log (local.get $result))
        (if (i32.ne (local.get $result) (i32.const -1))
          (then (call $log-bytes (local.get $handle) (i32.shr_u (local.get $result) (i32.const 4))))))
      (func $log-future-read (param $handle i32) (param $result i32)
        (call $log (local.get $result))
        (if (i32.eqz (local.get $result)) (then (call $log-bytes (local.get $handle) (i32.const 1)))))
      (func $log-event (param $event i32) (param $handle i32) (param $payload i32)
        (call $log (local.get $event))
        (call $log (local.get $handle))
        (call $log (local.get $payload))
        (if (i32.eq (local.get $event) (i32.const 1)) (then (call $log-subtask (local.get $handle) (local.get $payload))))
        (if (i32.eq (local.get $event) (i32.const 2)) (then (call $log-bytes (local.get $handle) (i32.shr_u (local.get $payload) (i32.const 4)))))
        (if (i32.and (i32.eq (local.get $event) (i32.const 4)) (i32.eqz (local.get $payload)))
          (then (call $log-bytes (local.get $handle) (i32.const 1)))))
      (func $log-pair (param $pair i64)
        (call $log (i32.wrap_i64 (local.get $pair)))
        (call $log (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32)))))

      ;; Runs a program until it exits or gives control back to the event loop; the result is what a callback returns.
      (func $run (param $program i32) (param $pc i32) (result i32)
        (local $op i32) (local $code i32)
        (loop $next
          (local.set $op (call $fetch (local.get $program) (local.get $pc)))
          (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
          (local.set $code (i32.and (local.get $op) (i32.const 0xff)))
          (call $context.set (i32.or (i32.shl (local.get $program) (i32.const 16)) (local.get $pc)))
          (if (i32.eqz (local.get $code)) (then (return (i32.const 0))))
          (if (i32.eq (local.get $code) (i32.const 1))
            (then (return (i32.or (i32.const 2) (i32.shl (call $a (local.get $op)) (i32.const 4))))))
          (if (i32.eq (local.get $code) (i32.const 2)) (then (return (i32.const 1))))
          (call $execute (local.get $code) (call $a (local.get $op)) (call $b (local.get $op)))
          (br $next))
        (unreachable))
      (func (export "callback") (param $program i32) (result i32) (call $run (local.get $program) (i32.const 0)))
      (func (export "on-event") (param $event i32) (param $handle i32) (param $payload i32) (result i32)
        (call $log-event (local.get $event) (local.get $handle) (local.get $payload))
        (call $run (i32.shr_u (call $context.get) (i32.const 16)) (i32.and (call $context.get) (i32.const 0xffff))))
      (func (export "stackful") (param $program i32) (drop (call $run (local.get $program) (i32.const 0))))
      (func (export "plain") (param $program i32) (result i32)
        (drop (call $run (local.get $program) (i32.const 0)))
        ;; What it read last is in its own context slot: its result.
        (call $context.get))
      (func (export "take") (param $handle i32) (result i32) (local.get $handle))

      (func $execute (param $code i32) (param $a i32) (param $b i32)
        (local $r i32)
${[
  ['return', '(call $task.return (local.get $a))'],
  ['taskCancel', '(call $task.cancel)'],
  ['call', '(call $call (local.get $a) (local.get $b))'],
  ['syncCall', '(call $call-sync (local.get $a) (local.get $b))'],
  ['subtaskCancel', `(local.set $r (call $subtask.cancel (local.get $a)))
          (call $log (local.get $r))
          (call $log-subtask (local.get $a) (local.get $r))`],
  ['syncSubtaskCancel', `(local.set $r (call $subtask.cancel-sync (local.get $a)))
          (call $log (local.get $r))
          (call $log-subtask (local.get $a) (local.get $r))`],
  ['subtaskDrop', '(call $subtask.drop (local.get $a))'],
  ['setNew', '(call $log (call $set.new))'],
  ['setDrop', '(call $set.drop (local.get $a))'],
  ['join', '(call $join (local.get $a) (local.get $b))'],
  ['poll', `(call $log-event (call $set.poll (local.get $a) (i32.const 0)) (i32.load (i32.const 0)) (i32.load (i32.const 4)))`],
  ['syncWait', `(call $log-event (call $set.wait (local.get $a) (i32.const 0)) (i32.load (i32.const 0)) (i32.load (i32.const 4)))`],
  ['threadYield', '(call $log (call $yield))'],
  ['streamNew', '(call $log-pair (call $stream.new))'],
  ['streamRead', '(call $log-read (local.get $a) (call $stream.read (local.get $a) (call $target (local.get $a)) (local.get $b)))'],
  ['streamWrite', '(call $log (call $stream.write (local.get $a) (call $fill (local.get $a) (local.get $b)) (local.get $b)))'],
  ['syncRead', '(call $log-read (local.get $a) (call $stream.read-sync (local.get $a) (call $target (local.get $a)) (local.get $b)))'],
  ['syncWrite', '(call $log (call $stream.write-sync (local.get $a) (call $fill (local.get $a) (local.get $b)) (local.get $b)))'],
  ['streamCancelRead', '(call $log-read (local.get $a) (call $stream.cancel-read (local.get $a)))'],
  ['streamCancelWrite', '(call $log (call $stream.cancel-write (local.get $a)))'],
  ['streamDropReadable', '(call $stream.drop-readable (local.get $a))'],
  ['streamDropWritable', '(call $stream.drop-writable (local.get $a))'],
  ['futureNew', '(call $log-pair (call $future.new))'],
  ['futureRead', '(call $log-future-read (local.get $a) (call $future.read (local.get $a) (call $target (local.get $a))))'],
  ['futureWrite', '(call $log (call $future.write (local.get $a) (call $fill (local.get $a) (i32.const 1))))'],
  ['futureCancelRead', '(call $log-future-read (local.get $a) (call $future.cancel-read (local.get $a)))'],
  ['futureCancelWrite', '(call $log (call $future.cancel-write (local.get $a)))'],
  ['futureDropReadable', '(call $future.drop-readable (local.get $a))'],
  ['futureDropWritable', '(call $future.drop-writable (local.get $a))'],
  ['backpressureInc', '(call $backpressure.inc)'],
  ['backpressureDec', '(call $backpressure.dec)'],
  ['give', '(call $give (local.get $a))'],
  ['giveFuture', '(call $give-future (local.get $a))'],
]
  .map(([name, body]) => {
    const code = OPERATIONS[/** @type {keyof typeof OPERATIONS} */ (name)];
    return `        (if (i32.eq (local.get $code) (i32.const ${code})) (then ;; ${name}
          ${body}
          (return)))`;
  })
  .join('\n')}
        (unreachable))`;

const CALLING = `
      (func $call (param $program i32) (param $lift i32)
        (local $at i32) (local $r i32)
        (local.set $at (i32.add (i32.const 0x1000) (i32.shl (local.get $program) (i32.const 2))))
        (if (i32.eq (local.get $lift) (i32.const 0)) (then (local.set $r (call $next.callback (local.get $program) (local.get $at)))))
        (if (i32.eq (local.get $lift) (i32.const 1)) (then (local.set $r (call $next.stackful (local.get $program) (local.get $at)))))
        (if (i32.eq (local.get $lift) (i32.const 2)) (then (local.set $r (call $next.plain (local.get $program) (local.get $at)))))
        (call $log (local.get $r))
        (if (i32.eq (local.get $r) (i32.const 2)) (then (call $log-result (local.get $program)) (return)))
        (i32.store
          (i32.add (i32.const 0x8000) (i32.shl (i32.shr_u (local.get $r) (i32.const 4)) (i32.const 2)))
          (local.get $program)))
      (func $call-sync (param $program i32) (param $lift i32)
        (if (i32.eq (local.get $lift) (i32.const 0)) (then (call $log (call $next.callback-sync (local.get $program)))))
        (if (i32.eq (local.get $lift) (i32.const 1)) (then (call $log (call $next.stackful-sync (local.get $program)))))
        (if (i32.eq (local.get $lift) (i32.const 2)) (then (call $log (call $next.plain-sync (local.get $program))))))
      (func $give (param $handle i32) (call $log (call $next.take (local.get $handle))))
      (func $give-future (param $handle i32) (call $log (call $next.take-future (local.get $handle))))`;

const NOT_CALLING = `
      (func $call (param i32 i32) (unreachable))
      (func $call-sync (param i32 i32) (unreachable))
      (func $give (param i32) (unreachable))
      (func $give-future (param i32) (unreachable))`;
