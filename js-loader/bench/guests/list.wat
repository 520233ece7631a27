;; A list of 1000 u32: plain bytes, legal to copy at once.
(component
  (component $Callee
    (core module $Main
      (memory (export "memory") 16)
      (global $free (mut i32) (i32.const 67584))
      (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
        (local.set $old
          (i32.and
            (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
            (i32.sub (i32.const 0) (local.get $align))))
        (global.set $free (i32.add (local.get $old) (local.get $size)))
        (local.get $old))
      (func (export "take") (param $ptr i32) (param $len i32) (result i32)
        (global.set $free (i32.const 67584))
        (i32.add (local.get $len) (i32.load offset=3996 (local.get $ptr)))))
    (core instance $main (instantiate $Main))
    (func (export "take") (param "s" (list u32)) (result u32)
      (canon lift (core func $main "take") (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")))))

  (component $Caller
    (import "take" (func $take (param "s" (list u32)) (result u32)))
    (core module $Libc (memory (export "memory") 16))
    (core module $Main
      (import "libc" "memory" (memory 16))
      (import "adapter" "take" (func $take (param i32 i32) (result i32)))
      (func $fill (local $i i32)
        (loop $again
          (i32.store offset=65536 (i32.shl (local.get $i) (i32.const 2)) (local.get $i))
          (br_if $again
            (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000)))))
      (start $fill)
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $take (i32.const 65536) (i32.const 1000))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $libc (instantiate $Libc))
    (core func $take' (canon lower (func $take) (memory (core memory $libc "memory"))))
    (core instance $main (instantiate $Main
      (with "libc" (instance $libc))
      (with "adapter" (instance (export "take" (func $take'))))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "take" (func $callee "take"))))
  (export "run" (func $caller "run")))
