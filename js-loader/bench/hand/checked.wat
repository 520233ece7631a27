;; Hand-written adapter: normalises a bool and a u8, checks a char and a discriminant.
(module
  (import "callee" "take" (func $take (param i32 i32 i32 i32) (result i32)))
  (func (export "take") (param $a i32) (param $b i32) (param $c i32) (param $d i32) (result i32)
    ;; Below the surrogates, or above them and below 0x110000.
    (if (i32.ge_u (local.get $c) (i32.const 0xd800))
      (then
        (if (i32.ge_u (i32.sub (local.get $c) (i32.const 0xe000)) (i32.const 0x102000)) (then unreachable))))
    (if (i32.ge_u (local.get $d) (i32.const 3)) (then unreachable))
    (call $take
      (i32.ne (local.get $a) (i32.const 0)) (i32.and (local.get $b) (i32.const 0xff))
      (local.get $c) (local.get $d))))
