;; Lending: what may happen to a handle while a call that borrowed it is running.

(component definition $Lending
  (component $owner
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core func $rep (canon resource.rep $r'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "both") (param i32 i32) (result i32)
        (i32.add (i32.mul (local.get 0) (i32.const 100)) (local.get 1)))
      (func (export "lend-move") (param i32 i32) (result i32)
        (i32.add (i32.mul (local.get 0) (i32.const 100)) (call $rep (local.get 1)))))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "rep" (func $rep))))))
    (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
    (func (export "both") (param "a" (borrow $r)) (param "b" (borrow $r)) (result u32)
      (canon lift (core func $i "both")))
    (func (export "lend-move") (param "a" (borrow $r)) (param "b" (own $r)) (result u32)
      (canon lift (core func $i "lend-move"))))

  ;; $middle is lent a handle, and lends it on, or tries what it may not.
  (component $middle
    (import "o" (instance $o
      (export "r" (type $r (sub resource)))
      (export "both" (func (param "a" (borrow $r)) (param "b" (borrow $r)) (result u32)))
      (export "lend-move" (func (param "a" (borrow $r)) (param "b" (own $r)) (result u32)))))
    (alias export $o "r" (type $r))
    (core func $both (canon lower (func $o "both")))
    (core func $lend-move (canon lower (func $o "lend-move")))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "both" (func $both (param i32 i32) (result i32)))
      (import "" "lend-move" (func $lend-move (param i32 i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "lend-on") (param i32) (result i32)
        (local $sum i32)
        (local.set $sum (call $both (local.get 0) (local.get 0)))
        (call $drop (local.get 0))
        (local.get $sum))
      ;; A borrow is nothing to give away.
      (func (export "give-away") (param i32) (result i32) (call $lend-move (local.get 0) (local.get 0)))
      (func (export "drop-twice") (param i32) (call $drop (local.get 0)) (call $drop (local.get 0))))
    (core instance $i (instantiate $m (with "" (instance
      (export "both" (func $both)) (export "lend-move" (func $lend-move)) (export "drop" (func $drop))))))
    (func (export "lend-on") (param "r" (borrow $r)) (result u32) (canon lift (core func $i "lend-on")))
    (func (export "give-away") (param "r" (borrow $r)) (result u32) (canon lift (core func $i "give-away")))
    (func (export "drop-twice") (param "r" (borrow $r)) (canon lift (core func $i "drop-twice"))))

  (component $user
    (import "o" (instance $o
      (export "r" (type $r (sub resource)))
      (export "make" (func (param "rep" u32) (result (own $r))))
      (export "both" (func (param "a" (borrow $r)) (param "b" (borrow $r)) (result u32)))
      (export "lend-move" (func (param "a" (borrow $r)) (param "b" (own $r)) (result u32)))))
    (alias export $o "r" (type $r))
    (import "m" (instance $m
      (export "lend-on" (func (param "r" (borrow $r)) (result u32)))
      (export "give-away" (func (param "r" (borrow $r)) (result u32)))
      (export "drop-twice" (func (param "r" (borrow $r))))))
    (core func $make (canon lower (func $o "make")))
    (core func $both (canon lower (func $o "both")))
    (core func $lend-move (canon lower (func $o "lend-move")))
    (core func $lend-on (canon lower (func $m "lend-on")))
    (core func $give-away (canon lower (func $m "give-away")))
    (core func $drop-twice (canon lower (func $m "drop-twice")))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "both" (func $both (param i32 i32) (result i32)))
      (import "" "lend-move" (func $lend-move (param i32 i32) (result i32)))
      (import "" "lend-on" (func $lend-on (param i32) (result i32)))
      (import "" "give-away" (func $give-away (param i32) (result i32)))
      (import "" "drop-twice" (func $drop-twice (param i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
      (func (export "both") (param i32 i32) (result i32) (call $both (local.get 0) (local.get 1)))
      (func (export "lend-move") (param i32 i32) (result i32) (call $lend-move (local.get 0) (local.get 1)))
      (func (export "lend-on") (param i32) (result i32) (call $lend-on (local.get 0)))
      (func (export "give-away") (param i32) (result i32) (call $give-away (local.get 0)))
      (func (export "drop-twice") (param i32) (call $drop-twice (local.get 0)))
      (func (export "drop") (param i32) (call $drop (local.get 0))))
    (core instance $i (instantiate $m (with "" (instance
      (export "make" (func $make)) (export "both" (func $both)) (export "lend-move" (func $lend-move))
      (export "lend-on" (func $lend-on)) (export "give-away" (func $give-away))
      (export "drop-twice" (func $drop-twice)) (export "drop" (func $drop))))))
    (func (export "make") (param "rep" u32) (result u32) (canon lift (core func $i "make")))
    (func (export "both") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "both")))
    (func (export "lend-move") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "lend-move")))
    (func (export "lend-on") (param "h" u32) (result u32) (canon lift (core func $i "lend-on")))
    (func (export "give-away") (param "h" u32) (result u32) (canon lift (core func $i "give-away")))
    (func (export "drop-twice") (param "h" u32) (canon lift (core func $i "drop-twice")))
    (func (export "drop") (param "h" u32) (canon lift (core func $i "drop"))))

  (instance $o (instantiate $owner))
  (instance $m (instantiate $middle (with "o" (instance $o))))
  (instance $u (instantiate $user (with "o" (instance $o)) (with "m" (instance $m))))
  (export "make" (func $u "make"))
  (export "both" (func $u "both"))
  (export "lend-move" (func $u "lend-move"))
  (export "lend-on" (func $u "lend-on"))
  (export "give-away" (func $u "give-away"))
  (export "drop-twice" (func $u "drop-twice"))
  (export "drop" (func $u "drop")))

;; The same handle may be lent twice in one call, and after the call it is free again.
(component instance $a $Lending)
(assert_return (invoke "make" (u32.const 7)) (u32.const 1))
(assert_return (invoke "make" (u32.const 8)) (u32.const 2))
(assert_return (invoke "both" (u32.const 1) (u32.const 1)) (u32.const 707))
(assert_return (invoke "both" (u32.const 1) (u32.const 2)) (u32.const 708))
(assert_return (invoke "lend-move" (u32.const 1) (u32.const 2)) (u32.const 708))
(assert_return (invoke "lend-on" (u32.const 1)) (u32.const 707))
(assert_return (invoke "drop" (u32.const 1)))

;; But it may not be moved in the call that borrows it.
(component instance $b $Lending)
(assert_return (invoke "make" (u32.const 7)) (u32.const 1))
(assert_trap (invoke "lend-move" (u32.const 1) (u32.const 1)) "cannot remove owned resource while borrowed")

;; Nor may a borrow be given away; it is lent and no own here, and either rule may be the one that is named.
(component instance $c $Lending)
(assert_return (invoke "make" (u32.const 7)) (u32.const 1))
(assert_trap (invoke "give-away" (u32.const 1)) "cannot")

(component instance $d $Lending)
(assert_return (invoke "make" (u32.const 7)) (u32.const 1))
(assert_trap (invoke "drop-twice" (u32.const 1)) "unknown handle index 1")
