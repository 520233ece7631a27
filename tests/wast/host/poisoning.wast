;; A trap is the end of the whole component instance, and only of that one.

(component definition $Mortal
  (core module $m
    (func (export "live") (result i32) (i32.const 1))
    (func (export "die") unreachable)
    (func (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
    (func $forever (export "forever") (call $forever)))
  (core instance $i (instantiate $m))
  (func (export "live") (result u32) (canon lift (core func $i "live")))
  (func (export "die") (canon lift (core func $i "die")))
  (func (export "divide") (param "by" u32) (result u32) (canon lift (core func $i "divide")))
  (func (export "forever") (canon lift (core func $i "forever"))))

(component instance $a $Mortal)
(component instance $b $Mortal)
(assert_return (invoke $a "live") (u32.const 1))
(assert_trap (invoke $a "die") "unreachable")
(assert_trap (invoke $a "live") "cannot enter component instance")
(assert_trap (invoke $a "die") "cannot enter component instance")
(assert_return (invoke $b "live") (u32.const 1))
(assert_return (invoke $b "divide" (u32.const 1)) (u32.const 1))
(assert_trap (invoke $b "divide" (u32.const 0)) "integer divide by zero")
(assert_trap (invoke $b "live") "cannot enter component instance")
(component instance $c $Mortal)
(assert_trap (invoke $c "forever") "call stack exhausted")
(assert_trap (invoke $c "live") "cannot enter component instance")

;; A component made of several instances dies as a whole.
(component
  (component $part
    (core module $m
      (func (export "live") (result i32) (i32.const 1))
      (func (export "die") unreachable))
    (core instance $i (instantiate $m))
    (func (export "live") (result u32) (canon lift (core func $i "live")))
    (func (export "die") (canon lift (core func $i "die"))))
  (instance $one (instantiate $part))
  (instance $two (instantiate $part))
  (export "one" (func $one "die"))
  (export "two" (func $two "live")))

(assert_return (invoke "two") (u32.const 1))
(assert_trap (invoke "one") "unreachable")
(assert_trap (invoke "two") "cannot enter component instance")

;; A trap while instantiating.
(assert_trap
  (component
    (core module $m (func $start unreachable) (start $start))
    (core instance (instantiate $m)))
  "unreachable")
