;; Handles that travel from one component to another.

;; $owner defines a resource; $user makes some, lends them, gives them back and drops them. What a borrow is depends
;; on who gets it: the rep itself where the callee defines the resource, a handle elsewhere.
(component definition $Travel
  (component $owner
    (core module $state
      (global $drops (mut i32) (i32.const 0))
      (func (export "dtor") (param i32)
        (global.set $drops (i32.add (i32.mul (global.get $drops) (i32.const 100)) (local.get 0))))
      (func (export "drops") (result i32) (global.get $drops)))
    (core instance $state (instantiate $state))
    (type $r' (resource (rep i32) (dtor (core func $state "dtor"))))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core func $rep (canon resource.rep $r'))
    (core func $drop (canon resource.drop $r'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      ;; A borrow of an own resource arrives as the rep.
      (func (export "value") (param i32) (result i32) (local.get 0))
      ;; An own handle arrives as a handle of this instance, to be dropped or kept.
      (func (export "take") (param i32) (result i32)
        (local $rep i32)
        (local.set $rep (call $rep (local.get 0)))
        (call $drop (local.get 0))
        (local.get $rep))
      (func (export "keep") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m (with "" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
    (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
    (func (export "value") (param "r" (borrow $r)) (result u32) (canon lift (core func $i "value")))
    (func (export "take") (param "r" (own $r)) (result u32) (canon lift (core func $i "take")))
    (func (export "keep") (param "r" (own $r)) (result u32) (canon lift (core func $i "keep")))
    (func (export "drops") (result u32) (canon lift (core func $state "drops"))))

  ;; $reader gets a borrow of a resource that it does not define: a handle it must drop.
  (component $reader
    (import "o" (instance $o
      (export "r" (type $r (sub resource)))
      (export "value" (func (param "r" (borrow $r)) (result u32)))))
    (alias export $o "r" (type $r))
    (core func $value (canon lower (func $o "value")))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "value" (func $value (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "read") (param i32) (result i32)
        (local $value i32)
        (local.set $value (call $value (local.get 0)))
        (call $drop (local.get 0))
        (i32.add (i32.mul (local.get $value) (i32.const 10)) (local.get 0)))
      (func (export "forget") (param i32)))
    (core instance $i (instantiate $m (with "" (instance
      (export "value" (func $value)) (export "drop" (func $drop))))))
    (func (export "read") (param "r" (borrow $r)) (result u32) (canon lift (core func $i "read")))
    (func (export "forget") (param "r" (borrow $r)) (canon lift (core func $i "forget"))))

  (component $user
    (import "o" (instance $o
      (export "r" (type $r (sub resource)))
      (export "make" (func (param "rep" u32) (result (own $r))))
      (export "value" (func (param "r" (borrow $r)) (result u32)))
      (export "take" (func (param "r" (own $r)) (result u32)))
      (export "keep" (func (param "r" (own $r)) (result u32)))))
    (alias export $o "r" (type $r))
    (import "read" (func $read (param "r" (borrow $r)) (result u32)))
    (import "forget" (func $forget (param "r" (borrow $r))))
    (core func $make (canon lower (func $o "make")))
    (core func $value (canon lower (func $o "value")))
    (core func $take (canon lower (func $o "take")))
    (core func $keep (canon lower (func $o "keep")))
    (core func $read (canon lower (func $read)))
    (core func $forget (canon lower (func $forget)))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "value" (func $value (param i32) (result i32)))
      (import "" "take" (func $take (param i32) (result i32)))
      (import "" "keep" (func $keep (param i32) (result i32)))
      (import "" "read" (func $read (param i32) (result i32)))
      (import "" "forget" (func $forget (param i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
      (func (export "value") (param i32) (result i32) (call $value (local.get 0)))
      (func (export "take") (param i32) (result i32) (call $take (local.get 0)))
      (func (export "keep") (param i32) (result i32) (call $keep (local.get 0)))
      (func (export "read") (param i32) (result i32) (call $read (local.get 0)))
      (func (export "forget") (param i32) (call $forget (local.get 0)))
      (func (export "drop") (param i32) (call $drop (local.get 0))))
    (core instance $i (instantiate $m (with "" (instance
      (export "make" (func $make)) (export "value" (func $value)) (export "take" (func $take))
      (export "keep" (func $keep)) (export "read" (func $read)) (export "forget" (func $forget))
      (export "drop" (func $drop))))))
    (func (export "make") (param "rep" u32) (result u32) (canon lift (core func $i "make")))
    (func (export "value") (param "h" u32) (result u32) (canon lift (core func $i "value")))
    (func (export "take") (param "h" u32) (result u32) (canon lift (core func $i "take")))
    (func (export "keep") (param "h" u32) (result u32) (canon lift (core func $i "keep")))
    (func (export "read") (param "h" u32) (result u32) (canon lift (core func $i "read")))
    (func (export "forget") (param "h" u32) (canon lift (core func $i "forget")))
    (func (export "drop") (param "h" u32) (canon lift (core func $i "drop"))))

  (instance $o (instantiate $owner))
  (instance $reader (instantiate $reader (with "o" (instance $o))))
  (instance $u (instantiate $user
    (with "o" (instance $o)) (with "read" (func $reader "read")) (with "forget" (func $reader "forget"))))
  (export "make" (func $u "make"))
  (export "value" (func $u "value"))
  (export "take" (func $u "take"))
  (export "keep" (func $u "keep"))
  (export "read" (func $u "read"))
  (export "forget" (func $u "forget"))
  (export "drop" (func $u "drop"))
  (export "drops" (func $o "drops")))

(component instance $a $Travel)
(assert_return (invoke "make" (u32.const 11)) (u32.const 1))
(assert_return (invoke "make" (u32.const 22)) (u32.const 2))
(assert_return (invoke "value" (u32.const 1)) (u32.const 11))
(assert_return (invoke "value" (u32.const 2)) (u32.const 22))
;; The reader's own table starts at 1, and its borrow is gone when the call ends.
(assert_return (invoke "read" (u32.const 2)) (u32.const 221))
(assert_return (invoke "read" (u32.const 1)) (u32.const 111))
;; Dropping what is owned runs the destructor, in the instance that defines it.
(assert_return (invoke "drop" (u32.const 1)))
(assert_return (invoke "drops") (u32.const 11))
;; Giving it back moves the handle.
(assert_return (invoke "take" (u32.const 2)) (u32.const 22))
(assert_return (invoke "drops") (u32.const 1122))
(assert_return (invoke "make" (u32.const 33)) (u32.const 2))
(assert_return (invoke "keep" (u32.const 2)) (u32.const 1))
(assert_trap (invoke "value" (u32.const 2)) "unknown handle index 2")

;; A borrow that the callee did not drop is a trap when the call ends.
(component instance $b $Travel)
(assert_return (invoke "make" (u32.const 1)) (u32.const 1))
(assert_trap (invoke "forget" (u32.const 1)) "borrow handles still remain at the end of the call")

(component instance $c $Travel)
(assert_trap (invoke "read" (u32.const 7)) "unknown handle index 7")

;; Each instantiation of a component defines a resource type of its own.
(component
  (component $owner
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (result i32) (call $new (i32.const 1)))
      (func (export "value") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
    (func (export "make") (result (own $r)) (canon lift (core func $i "make")))
    (func (export "value") (param "r" (borrow $r)) (result u32) (canon lift (core func $i "value"))))
  (component $user
    (import "a" (instance $a
      (export "r" (type $r (sub resource)))
      (export "make" (func (result (own $r))))))
    (import "b" (instance $b
      (export "r" (type $r (sub resource)))
      (export "value" (func (param "r" (borrow $r)) (result u32)))))
    (core func $make (canon lower (func $a "make")))
    (core func $value (canon lower (func $b "value")))
    (core module $m
      (import "" "make" (func $make (result i32)))
      (import "" "value" (func $value (param i32) (result i32)))
      (func (export "mix") (result i32) (call $value (call $make))))
    (core instance $i (instantiate $m (with "" (instance
      (export "make" (func $make)) (export "value" (func $value))))))
    (func (export "mix") (result u32) (canon lift (core func $i "mix"))))
  (instance $a (instantiate $owner))
  (instance $b (instantiate $owner))
  (instance $other (instantiate $user (with "a" (instance $a)) (with "b" (instance $b))))
  (export "other" (func $other "mix")))

(assert_trap (invoke "other")
  "handle index 1 used with the wrong type, expected guest-defined resource but found a different guest-defined resource")
