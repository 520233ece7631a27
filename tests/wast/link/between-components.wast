;; What one component exports, another imports: functions, core modules, and whole instances.

(component $provider
  (core module $m
    (global $n (mut i32) (i32.const 10))
    (func (export "next") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (global.get $n)))
  (core instance $i (instantiate $m))
  (func $next (result u32) (canon lift (core func $i "next")))
  (export "next" (func $next))
  (core module $shared
    (global $n (mut i32) (i32.const 0))
    (func (export "bump") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (global.get $n)))
  (export "shared" (core module $shared)))

;; The host carries the call from one component to the other.
(component
  (import "provider" (instance $p (export "next" (func (result u32)))))
  (core func $next (canon lower (func $p "next")))
  (core module $m
    (import "p" "next" (func $next (result i32)))
    (func (export "twice") (result i32) (drop (call $next)) (call $next)))
  (core instance $i (instantiate $m (with "p" (instance (export "next" (func $next))))))
  (func (export "twice") (result u32) (canon lift (core func $i "twice"))))

(assert_return (invoke $provider "next") (u32.const 11))
(assert_return (invoke "twice") (u32.const 13))
(assert_return (invoke $provider "next") (u32.const 14))

;; An imported module is instantiated afresh by each importer.
(component
  (import "provider" (instance $p
    (export "shared" (core module (export "bump" (func (result i32)))))))
  (alias export $p "shared" (core module $shared))
  (core instance $a (instantiate $shared))
  (core instance $b (instantiate $shared))
  (func (export "a") (result u32) (canon lift (core func $a "bump")))
  (func (export "b") (result u32) (canon lift (core func $b "bump"))))

(assert_return (invoke "a") (u32.const 1))
(assert_return (invoke "a") (u32.const 2))
(assert_return (invoke "b") (u32.const 1))

;; An imported function that is exported again is the host's own function.
(component $again
  (import "provider" (instance $p (export "next" (func (result u32)))))
  (export "next" (func $p "next")))

(assert_return (invoke $again "next") (u32.const 15))
(assert_return (invoke $provider "next") (u32.const 16))

;; What is not there, or is something else, is a link error that names it.
(assert_unlinkable
  (component
    (import "nobody" (instance $n (export "f" (func))))
    (export "f" (func $n "f")))
  "nobody")
(assert_unlinkable
  (component
    (import "provider" (instance $p (export "no-such-function" (func))))
    (export "f" (func $p "no-such-function")))
  "no-such-function")
(assert_unlinkable
  (component
    (import "provider" (instance $p (export "shared" (func))))
    (export "f" (func $p "shared")))
  "shared")
