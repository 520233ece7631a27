;; A list of 100 records { u32, f64, string of 8 bytes }: one realloc for the list and one for each string.
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
        ;; The last record: its number, its string's length and the string's last byte.
        (i32.add
          (i32.add (i32.load offset=2376 (local.get $ptr)) (i32.load offset=2396 (local.get $ptr)))
          (i32.load8_u offset=7 (i32.load offset=2392 (local.get $ptr))))))
    (core instance $main (instantiate $Main))
    (type $item' (record (field "id" u32) (field "weight" f64) (field "name" string)))
    (export $item "item" (type $item'))
    (func (export "take") (param "s" (list $item)) (result u32)
      (canon lift (core func $main "take") (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")))))

  (component $Caller
    (type $item' (record (field "id" u32) (field "weight" f64) (field "name" string)))
    (import "item" (type $item (eq $item')))
    (import "take" (func $take (param "s" (list $item)) (result u32)))
    (core module $Libc (memory (export "memory") 16))
    (core module $Main
      (import "libc" "memory" (memory 16))
      (import "adapter" "take" (func $take (param i32 i32) (result i32)))
      (data (i32.const 1024) "record 0")
      (func $fill (local $i i32) (local $at i32)
        (local.set $at (i32.const 65536))
        (loop $again
          (i32.store (local.get $at) (local.get $i))
          (f64.store offset=8 (local.get $at) (f64.convert_i32_u (local.get $i)))
          ;; Each string in a place of its own, as real guests have them.
          (i32.store offset=16 (local.get $at) (i32.add (i32.const 2048) (i32.shl (local.get $i) (i32.const 4))))
          (i32.store offset=20 (local.get $at) (i32.const 8))
          (i64.store (i32.load offset=16 (local.get $at)) (i64.load (i32.const 1024)))
          (local.set $at (i32.add (local.get $at) (i32.const 24)))
          (br_if $again
            (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100)))))
      (start $fill)
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $take (i32.const 65536) (i32.const 100))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $libc (instantiate $Libc))
    (core func $take' (canon lower (func $take) (memory (core memory $libc "memory"))))
    (core instance $main (instantiate $Main
      (with "libc" (instance $libc))
      (with "adapter" (instance (export "take" (func $take'))))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller
    (with "item" (type $callee "item")) (with "take" (func $callee "take"))))
  (export "run" (func $caller "run")))
