;; post-return gets the flat results and runs after they were lifted, once, before the caller sees them; not after
;; a trap; and it may not call out.

(component definition $Cleans
  (core module $m
    (memory (export "memory") 1)
    (data (i32.const 16) "text")
    (global $runs (mut i32) (i32.const 0))
    (global $seen (mut i32) (i32.const 0))
    (func (export "text") (result i32)
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 4))
      (i32.const 0))
    ;; Wipes the text: if it ran too early, the caller would see that.
    (func (export "wipe") (param i32)
      (i32.store (i32.const 16) (i32.const 0x2e2e2e2e))
      (global.set $seen (local.get 0))
      (global.set $runs (i32.add (global.get $runs) (i32.const 1))))
    (func (export "number") (result i32) (i32.const 42))
    (func (export "note") (param i32)
      (global.set $seen (local.get 0))
      (global.set $runs (i32.add (global.get $runs) (i32.const 1))))
    (func (export "nothing"))
    (func (export "count") (global.set $runs (i32.add (global.get $runs) (i32.const 1))))
    (func (export "bad-text") (result i32)
      (i32.store (i32.const 0) (i32.const 65535))
      (i32.store (i32.const 4) (i32.const 4))
      (i32.const 0))
    (func (export "runs") (result i32) (global.get $runs))
    (func (export "seen") (result i32) (global.get $seen)))
  (core instance $i (instantiate $m))
  (func (export "text") (result string)
    (canon lift (core func $i "text") (memory (core memory $i "memory")) (post-return (core func $i "wipe"))))
  (func (export "bad-text") (result string)
    (canon lift (core func $i "bad-text") (memory (core memory $i "memory")) (post-return (core func $i "wipe"))))
  (func (export "number") (result u32) (canon lift (core func $i "number") (post-return (core func $i "note"))))
  (func (export "nothing") (canon lift (core func $i "nothing") (post-return (core func $i "count"))))
  (func (export "runs") (result u32) (canon lift (core func $i "runs")))
  (func (export "seen") (result u32) (canon lift (core func $i "seen"))))

(component instance $c $Cleans)
(assert_return (invoke "text") (str.const "text"))
(assert_return (invoke "runs") (u32.const 1))
(assert_return (invoke "number") (u32.const 42))
(assert_return (invoke "seen") (u32.const 42))
(assert_return (invoke "runs") (u32.const 2))
(assert_return (invoke "nothing"))
(assert_return (invoke "runs") (u32.const 3))
(assert_trap (invoke "bad-text") "string pointer/length out of bounds of memory")
(assert_trap (invoke "runs") "cannot enter component instance")

;; A trap in post-return is the call's trap.
(component
  (core module $m
    (func (export "nothing"))
    (func (export "trap") unreachable))
  (core instance $i (instantiate $m))
  (func (export "nothing") (canon lift (core func $i "nothing") (post-return (core func $i "trap")))))

(assert_trap (invoke "nothing") "unreachable")
(assert_trap (invoke "nothing") "cannot enter component instance")
