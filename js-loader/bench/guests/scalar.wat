;; Two numbers in, one out: nothing to translate and nothing to check.
(component
  (component $Callee
    (core module $Main
      (func (export "take") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    (core instance $main (instantiate $Main))
    (func (export "take") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $main "take"))))

  (component $Caller
    (import "take" (func $take (param "a" u32) (param "b" u32) (result u32)))
    (core module $Main
      (import "adapter" "take" (func $take (param i32 i32) (result i32)))
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (call $take (local.get $sum) (local.get $n)))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core func $take' (canon lower (func $take)))
    (core instance $main (instantiate $Main (with "adapter" (instance (export "take" (func $take'))))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "take" (func $callee "take"))))
  (export "run" (func $caller "run")))
