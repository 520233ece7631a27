;; Hand-written adapter and handle table: a borrow of the callee's own resource arrives there as the rep. The call
;; lends the handle, but nothing can see that: no other handle moves in it and the caller cannot be entered again.
(module
  (import "callee" "make" (func $make (param i32) (result i32)))
  (import "callee" "add" (func $add (param i32 i32) (result i32)))
  ;; Entries of 16 bytes: kind and resource type (0: free), rep, scope, lends.
  (memory $handles 1)
  (global $count (mut i32) (i32.const 1))
  (func (export "make") (param $start i32) (result i32) (local $at i32)
    (local.set $at (i32.shl (global.get $count) (i32.const 4)))
    (i32.store $handles offset=4 (local.get $at) (call $make (local.get $start)))
    (i32.store $handles (local.get $at) (i32.const 1))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.sub (global.get $count) (i32.const 1)))
  (func (export "add") (param $handle i32) (param $n i32) (result i32) (local $at i32)
    (if (i32.ge_u (local.get $handle) (global.get $count)) (then unreachable))
    (local.set $at (i32.shl (local.get $handle) (i32.const 4)))
    (if (i32.ne (i32.load $handles (local.get $at)) (i32.const 1)) (then unreachable))
    (call $add (i32.load $handles offset=4 (local.get $at)) (local.get $n))))
