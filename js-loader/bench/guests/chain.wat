;; Three components in a row: the first hands a string of 16 bytes to the second, which hands it on to the third.
(component
  (component $Last
    (core module $Main
      (memory (export "memory") 16)
      (global $free (mut i32) (i32.const 66560))
      (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
        (local.set $old
          (i32.and
            (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
            (i32.sub (i32.const 0) (local.get $align))))
        (global.set $free (i32.add (local.get $old) (local.get $size)))
        (local.get $old))
      (func (export "take") (param $ptr i32) (param $len i32) (result i32)
        (global.set $free (i32.const 66560))
        (i32.add (local.get $len) (i32.load8_u (local.get $ptr)))))
    (core instance $main (instantiate $Main))
    (func (export "take") (param "s" string) (result u32)
      (canon lift (core func $main "take") (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")))))

  (component $Middle
    (import "take" (func $take (param "s" string) (result u32)))
    (core module $Libc
      (memory (export "memory") 16)
      (global $free (export "free") (mut i32) (i32.const 67584))
      (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
        (local.set $old
          (i32.and
            (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
            (i32.sub (i32.const 0) (local.get $align))))
        (global.set $free (i32.add (local.get $old) (local.get $size)))
        (local.get $old)))
    (core module $Main
      (import "middle-libc" "free" (global $free (mut i32)))
      (import "to-last" "take" (func $take (param i32 i32) (result i32)))
      (func (export "take") (param $ptr i32) (param $len i32) (result i32)
        (global.set $free (i32.const 67584))
        (call $take (local.get $ptr) (local.get $len))))
    (core instance $libc (instantiate $Libc))
    (core func $take' (canon lower (func $take) (memory (core memory $libc "memory"))))
    (core instance $main (instantiate $Main
      (with "middle-libc" (instance $libc))
      (with "to-last" (instance (export "take" (func $take'))))))
    (func (export "take") (param "s" string) (result u32)
      (canon lift (core func $main "take") (memory (core memory $libc "memory")) (realloc (core func $libc "cabi_realloc")))))

  (component $First
    (import "take" (func $take (param "s" string) (result u32)))
    (core module $Libc
      (memory (export "memory") 16)
      (data (i32.const 65536) "sixteen bytes ok"))
    (core module $Main
      (import "to-middle" "take" (func $take (param i32 i32) (result i32)))
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $take (i32.const 65536) (i32.const 16))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $libc (instantiate $Libc))
    (core func $take' (canon lower (func $take) (memory (core memory $libc "memory"))))
    (core instance $main (instantiate $Main (with "to-middle" (instance (export "take" (func $take'))))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $last (instantiate $Last))
  (instance $middle (instantiate $Middle (with "take" (func $last "take"))))
  (instance $first (instantiate $First (with "take" (func $middle "take"))))
  (export "run" (func $first "run")))
