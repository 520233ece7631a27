;; Calls between component instances, seen from the instances: who may call whom, what happens when one traps, and
;; calls that happen while instantiating.

;; A function that is lifted and lowered in the same instance can be instantiated, but not called.
(component
  (core module $m (func (export "f") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func $f (result u32) (canon lift (core func $i "f")))
  (core func $lowered (canon lower (func $f)))
  (core module $user
    (import "" "f" (func $f (result i32)))
    (func (export "safe") (result i32) (i32.const 2))
    (func (export "call") (result i32) (call $f)))
  (core instance $user (instantiate $user (with "" (instance (export "f" (func $lowered))))))
  (func (export "safe") (result u32) (canon lift (core func $user "safe")))
  (func (export "call") (result u32) (canon lift (core func $user "call"))))

(assert_return (invoke "safe") (u32.const 2))
(assert_trap (invoke "call") "cannot enter component instance")

;; So can one that a child calls in its parent, or a parent passes through a child.
(component
  (core module $m (func (export "f") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func $f (result u32) (canon lift (core func $i "f")))
  (component $child
    (import "f" (func $f (result u32)))
    (core func $lowered (canon lower (func $f)))
    (core module $user
      (import "" "f" (func $f (result i32)))
      (func (export "safe") (result i32) (i32.const 2))
      (func (export "call") (result i32) (call $f)))
    (core instance $user (instantiate $user (with "" (instance (export "f" (func $lowered))))))
    (func (export "safe") (result u32) (canon lift (core func $user "safe")))
    (func (export "call") (result u32) (canon lift (core func $user "call"))))
  (instance $child (instantiate $child (with "f" (func $f))))
  (export "safe" (func $child "safe"))
  (export "call" (func $child "call")))

(assert_return (invoke "safe") (u32.const 2))
(assert_trap (invoke "call") "cannot enter component instance")

;; A parent that calls into its child.
(component
  (component $child
    (core module $m (func (export "f") (result i32) (i32.const 1)))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (instance $child (instantiate $child))
  (core func $lowered (canon lower (func $child "f")))
  (core module $user
    (import "" "f" (func $f (result i32)))
    (func (export "call") (result i32) (call $f)))
  (core instance $user (instantiate $user (with "" (instance (export "f" (func $lowered))))))
  (func (export "call") (result u32) (canon lift (core func $user "call"))))

(assert_trap (invoke "call") "cannot enter component instance")

;; A start function may call another component through an adapter; so may the start functions of a chain of three.
(component
  (component $counter
    (core module $m
      (global $n (mut i32) (i32.const 0))
      (func (export "bump") (param i32) (result i32)
        (global.set $n (i32.add (global.get $n) (local.get 0)))
        (global.get $n)))
    (core instance $i (instantiate $m))
    (func (export "bump") (param "by" u32) (result u32) (canon lift (core func $i "bump"))))
  (component $link
    (import "c" (instance $c (export "bump" (func (param "by" u32) (result u32)))))
    (core func $bump (canon lower (func $c "bump")))
    (core module $m
      (import "" "bump" (func $bump (param i32) (result i32)))
      (global $seen (mut i32) (i32.const 0))
      (func $start (global.set $seen (call $bump (i32.const 1))))
      (start $start)
      (func (export "bump") (param i32) (result i32) (call $bump (i32.mul (local.get 0) (i32.const 2))))
      (func (export "seen") (result i32) (global.get $seen)))
    (core instance $i (instantiate $m (with "" (instance (export "bump" (func $bump))))))
    (func (export "bump") (param "by" u32) (result u32) (canon lift (core func $i "bump")))
    (func (export "seen") (result u32) (canon lift (core func $i "seen"))))
  (instance $counter (instantiate $counter))
  (instance $one (instantiate $link (with "c" (instance $counter))))
  (instance $two (instantiate $link (with "c" (instance $one))))
  (export "bump" (func $two "bump"))
  (export "seen-one" (func $one "seen"))
  (export "seen-two" (func $two "seen")))

;; The first start adds 1, the second adds 1 times 2.
(assert_return (invoke "seen-one") (u32.const 1))
(assert_return (invoke "seen-two") (u32.const 3))
(assert_return (invoke "bump" (u32.const 1)) (u32.const 7))

;; A trap in the callee is a trap of the whole.
(component
  (component $callee
    (core module $m (func (export "die") unreachable))
    (core instance $i (instantiate $m))
    (func (export "die") (canon lift (core func $i "die"))))
  (component $caller
    (import "die" (func $die))
    (core func $lowered (canon lower (func $die)))
    (core module $m
      (import "" "die" (func $die))
      (func (export "call") (call $die))
      (func (export "live") (result i32) (i32.const 1)))
    (core instance $i (instantiate $m (with "" (instance (export "die" (func $lowered))))))
    (func (export "call") (canon lift (core func $i "call")))
    (func (export "live") (result u32) (canon lift (core func $i "live"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "die" (func $callee "die"))))
  (export "call" (func $caller "call"))
  (export "live" (func $caller "live")))

(assert_return (invoke "live") (u32.const 1))
(assert_trap (invoke "call") "unreachable")
(assert_trap (invoke "live") "cannot enter component instance")

;; A guest exception does not cross the boundary between components, nor can the caller catch it.
(component
  (component $callee
    (core module $m
      (tag $e)
      (func (export "throw") (throw $e)))
    (core instance $i (instantiate $m))
    (func (export "throw") (canon lift (core func $i "throw"))))
  (component $caller
    (import "throw" (func $throw))
    (core func $lowered (canon lower (func $throw)))
    (core module $m
      (import "" "throw" (func $throw))
      (func (export "call") (result i32)
        (block $caught (try_table (catch_all $caught) (call $throw)) (return (i32.const 1)))
        (i32.const 2)))
    (core instance $i (instantiate $m (with "" (instance (export "throw" (func $lowered))))))
    (func (export "call") (result u32) (canon lift (core func $i "call"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "throw" (func $callee "throw"))))
  (export "call" (func $caller "call")))

(assert_trap (invoke "call") "uncaught exception propagated out of component")
