;; Instantiation: order, the same thing twice, closures over outer modules and components, re-exports.

;; Start functions run in the order of the text, and see what earlier ones did.
(component
  (core module $log
    (global $log (mut i32) (i32.const 0))
    (func (export "note") (param i32)
      (global.set $log (i32.add (i32.mul (global.get $log) (i32.const 10)) (local.get 0))))
    (func (export "log") (result i32) (global.get $log)))
  (core instance $l (instantiate $log))
  (core module $one
    (import "log" "note" (func $note (param i32)))
    (func $start (call $note (i32.const 1)))
    (start $start))
  (core module $two
    (import "log" "note" (func $note (param i32)))
    (func $start (call $note (i32.const 2)))
    (start $start))
  (core instance (instantiate $two (with "log" (instance $l))))
  (core instance (instantiate $one (with "log" (instance $l))))
  (core instance (instantiate $two (with "log" (instance $l))))
  (func (export "log") (result u32) (canon lift (core func $l "log"))))

(assert_return (invoke "log") (u32.const 212))

;; A component instantiated twice has two memories and two sets of globals.
(component
  (component $counter
    (core module $m
      (global $n (mut i32) (i32.const 0))
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n)))
    (core instance $i (instantiate $m))
    (func (export "next") (result u32) (canon lift (core func $i "next"))))
  (instance $a (instantiate $counter))
  (instance $b (instantiate $counter))
  (export "a" (func $a "next"))
  (export "b" (func $b "next"))
  (export "a-again" (func $a "next")))

(assert_return (invoke "a") (u32.const 1))
(assert_return (invoke "a") (u32.const 2))
(assert_return (invoke "b") (u32.const 1))
(assert_return (invoke "a-again") (u32.const 3))

;; A nested component closes over a module and a component outside; the same one, closed over twice, differs.
(component
  (component $maker
    (import "m" (core module $m (export "value" (func (result i32)))))
    (component $inner
      (core instance $i (instantiate $m))
      (func (export "value") (result u32) (canon lift (core func $i "value"))))
    (export "inner" (component $inner)))
  (core module $m1 (func (export "value") (result i32) (i32.const 1)))
  (core module $m2 (func (export "value") (result i32) (i32.const 2)))
  (instance $maker1 (instantiate $maker (with "m" (core module $m1))))
  (instance $maker2 (instantiate $maker (with "m" (core module $m2))))
  (alias export $maker1 "inner" (component $inner1))
  (alias export $maker2 "inner" (component $inner2))
  (instance $one (instantiate $inner1))
  (instance $two (instantiate $inner2))
  (export "one" (func $one "value"))
  (export "two" (func $two "value")))

(assert_return (invoke "one") (u32.const 1))
(assert_return (invoke "two") (u32.const 2))

;; Instances in instances are exported with their structure.
(component
  (core module $m (func (export "five") (result i32) (i32.const 5)))
  (core instance $i (instantiate $m))
  (func $five (result u32) (canon lift (core func $i "five")))
  (instance $inner (export "five" (func $five)))
  (instance $outer (export "inner" (instance $inner)) (export "top" (func $five)))
  (export "my:pkg/outer@1.0.0" (instance $outer)))

(assert_return (invoke "my:pkg/outer@1.0.0#top") (u32.const 5))
(assert_return (invoke "my:pkg/outer@1.0.0#inner#five") (u32.const 5))

;; Synthetic core instances mix items of several instances, of all kinds.
(component
  (core module $a
    (memory (export "mem") 1)
    (data (i32.const 0) "\2a")
    (global (export "at") i32 (i32.const 0)))
  (core module $b
    (table (export "tab") 1 funcref)
    (elem (i32.const 0) func $f)
    (func $f (param i32) (result i32) (i32.load8_u (i32.const 0)) (drop) (i32.add (local.get 0) (i32.const 1)))
    (memory 1))
  (core module $user
    (import "all" "m" (memory 1))
    (import "all" "g" (global $g i32))
    (import "all" "t" (table $t 1 funcref))
    (type $sig (func (param i32) (result i32)))
    (func (export "run") (result i32)
      (call_indirect $t (type $sig) (i32.load8_u (global.get $g)) (i32.const 0))))
  (core instance $a (instantiate $a))
  (core instance $b (instantiate $b))
  (core instance $all
    (export "m" (memory $a "mem"))
    (export "g" (global $a "at"))
    (export "t" (table $b "tab")))
  (core instance $user (instantiate $user (with "all" (instance $all))))
  (func (export "run") (result u32) (canon lift (core func $user "run"))))

(assert_return (invoke "run") (u32.const 43))
