;; Scalars that an adapter must look at: a bool and a u8 to normalise, a char and an enum that may be out of range.
(component
  (component $Callee
    (core module $Main
      (func (export "take") (param i32 i32 i32 i32) (result i32)
        (i32.add (i32.add (local.get 0) (local.get 1)) (i32.add (local.get 2) (local.get 3)))))
    (core instance $main (instantiate $Main))
    (type $colour' (enum "red" "green" "blue"))
    (export $colour "colour" (type $colour'))
    (func (export "take") (param "a" bool) (param "b" u8) (param "c" char) (param "d" $colour) (result u32)
      (canon lift (core func $main "take"))))

  (component $Caller
    (type $colour' (enum "red" "green" "blue"))
    (import "colour" (type $colour (eq $colour')))
    (import "take" (func $take (param "a" bool) (param "b" u8) (param "c" char) (param "d" $colour) (result u32)))
    (core module $Main
      (import "adapter" "take" (func $take (param i32 i32 i32 i32) (result i32)))
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum
            (i32.add (local.get $sum)
              (call $take
                (i32.and (local.get $n) (i32.const 1)) (i32.and (local.get $n) (i32.const 127))
                (i32.const 0x4e2d) (i32.const 2))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core func $take' (canon lower (func $take)))
    (core instance $main (instantiate $Main (with "adapter" (instance (export "take" (func $take'))))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller
    (with "colour" (type $callee "colour")) (with "take" (func $callee "take"))))
  (export "run" (func $caller "run")))
