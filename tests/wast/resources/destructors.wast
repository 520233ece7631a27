;; Destructors run as calls into the component that defines the resource, whoever drops it; one that drops another
;; component's resource starts the next one.

(component
  ;; $inner's resource; its destructor notes the rep.
  (component $inner
    (core module $state
      (global $log (mut i32) (i32.const 0))
      (func (export "dtor") (param i32)
        (global.set $log (i32.add (i32.mul (global.get $log) (i32.const 100)) (local.get 0))))
      (func (export "log") (result i32) (global.get $log)))
    (core instance $state (instantiate $state))
    (type $r' (resource (rep i32) (dtor (core func $state "dtor"))))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0))))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
    (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
    (func (export "log") (result u32) (canon lift (core func $state "log"))))

  ;; $outer's resource holds one of $inner's: its rep is a handle, which its destructor drops.
  (component $outer
    (import "inner" (instance $inner
      (export "r" (type $r (sub resource)))
      (export "make" (func (param "rep" u32) (result (own $r))))))
    (alias export $inner "r" (type $r))
    (core func $make (canon lower (func $inner "make")))
    (core func $drop-inner (canon resource.drop $r))
    (core module $dtor
      (import "" "drop" (func $drop (param i32)))
      (func (export "dtor") (param i32) (call $drop (local.get 0))))
    (core instance $dtor (instantiate $dtor (with "" (instance (export "drop" (func $drop-inner))))))
    (type $holder' (resource (rep i32) (dtor (core func $dtor "dtor"))))
    (export $holder "holder" (type $holder'))
    (core func $new (canon resource.new $holder'))
    (core module $m
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "hold") (param i32) (result i32) (call $new (call $make (local.get 0)))))
    (core instance $i (instantiate $m (with "" (instance (export "make" (func $make)) (export "new" (func $new))))))
    (func (export "hold") (param "rep" u32) (result (own $holder)) (canon lift (core func $i "hold"))))

  (component $user
    (import "outer" (instance $outer
      (export "holder" (type $holder (sub resource)))
      (export "hold" (func (param "rep" u32) (result (own $holder))))))
    (alias export $outer "holder" (type $holder))
    (core func $hold (canon lower (func $outer "hold")))
    (core func $drop (canon resource.drop $holder))
    (core module $m
      (import "" "hold" (func $hold (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "run") (param i32) (call $drop (call $hold (local.get 0))))
      (func (export "keep") (param i32) (result i32) (call $hold (local.get 0)))
      (func (export "drop") (param i32) (call $drop (local.get 0))))
    (core instance $i (instantiate $m (with "" (instance (export "hold" (func $hold)) (export "drop" (func $drop))))))
    (func (export "run") (param "rep" u32) (canon lift (core func $i "run")))
    (func (export "keep") (param "rep" u32) (result u32) (canon lift (core func $i "keep")))
    (func (export "drop") (param "handle" u32) (canon lift (core func $i "drop"))))

  (instance $inner (instantiate $inner))
  (instance $outer (instantiate $outer (with "inner" (instance $inner))))
  (instance $user (instantiate $user (with "outer" (instance $outer))))
  (export "run" (func $user "run"))
  (export "keep" (func $user "keep"))
  (export "drop" (func $user "drop"))
  (export "log" (func $inner "log")))

(assert_return (invoke "run" (u32.const 11)))
(assert_return (invoke "log") (u32.const 11))
(assert_return (invoke "keep" (u32.const 22)) (u32.const 1))
(assert_return (invoke "keep" (u32.const 33)) (u32.const 2))
(assert_return (invoke "log") (u32.const 11))
(assert_return (invoke "drop" (u32.const 1)))
(assert_return (invoke "log") (u32.const 1122))
(assert_return (invoke "drop" (u32.const 2)))
(assert_return (invoke "log") (u32.const 112233))
(assert_trap (invoke "drop" (u32.const 2)) "unknown handle index 2")

;; A trap in a destructor is the trap of who dropped.
(component
  (component $owner
    (core module $state (func (export "dtor") (param i32) unreachable))
    (core instance $state (instantiate $state))
    (type $r' (resource (rep i32) (dtor (core func $state "dtor"))))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (result i32) (call $new (i32.const 1))))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
    (func (export "make") (result (own $r)) (canon lift (core func $i "make"))))
  (component $user
    (import "o" (instance $o
      (export "r" (type $r (sub resource)))
      (export "make" (func (result (own $r))))))
    (alias export $o "r" (type $r))
    (core func $make (canon lower (func $o "make")))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "make" (func $make (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "run") (call $drop (call $make))))
    (core instance $i (instantiate $m (with "" (instance (export "make" (func $make)) (export "drop" (func $drop))))))
    (func (export "run") (canon lift (core func $i "run"))))
  (instance $o (instantiate $owner))
  (instance $u (instantiate $user (with "o" (instance $o))))
  (export "run" (func $u "run")))

(assert_trap (invoke "run") "unreachable")
