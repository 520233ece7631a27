;; A method called on a borrowed handle of the callee's own resource type.
(component
  (component $Callee
    (core module $Main
      (func (export "make") (param i32) (result i32) (local.get 0))
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    (core instance $main (instantiate $Main))
    (type $counter' (resource (rep i32)))
    (core func $new (canon resource.new $counter'))
    (core module $Constructor
      (import "canon" "new" (func $new (param i32) (result i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0))))
    (core instance $constructor (instantiate $Constructor
      (with "canon" (instance (export "new" (func $new))))))
    (export $counter "counter" (type $counter'))
    (func (export "[constructor]counter") (param "start" u32) (result (own $counter))
      (canon lift (core func $constructor "make")))
    (func (export "[method]counter.add") (param "self" (borrow $counter)) (param "n" u32) (result u32)
      (canon lift (core func $main "add"))))

  (component $Caller
    (import "counter" (type $counter (sub resource)))
    (import "[constructor]counter" (func $make (param "start" u32) (result (own $counter))))
    (import "[method]counter.add" (func $add (param "self" (borrow $counter)) (param "n" u32) (result u32)))
    (core module $Main
      (import "adapter" "make" (func $make (param i32) (result i32)))
      (import "adapter" "add" (func $add (param i32 i32) (result i32)))
      (global $handle (mut i32) (i32.const 0))
      (func (export "prepare") (global.set $handle (call $make (i32.const 40))))
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $add (global.get $handle) (local.get $n))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core func $make' (canon lower (func $make)))
    (core func $add' (canon lower (func $add)))
    (core instance $main (instantiate $Main
      (with "adapter" (instance (export "make" (func $make')) (export "add" (func $add'))))))
    (func (export "prepare") (canon lift (core func $main "prepare")))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller
    (with "counter" (type $callee "counter"))
    (with "[constructor]counter" (func $callee "[constructor]counter"))
    (with "[method]counter.add" (func $callee "[method]counter.add"))))
  (export "prepare" (func $caller "prepare"))
  (export "run" (func $caller "run")))
