;; A string of 1 KiB as a result: the caller's realloc and the callee's post-return take part.
(component
  (component $Callee
    (core module $Main
      (memory (export "memory") 16)
      (global $given (mut i32) (i32.const 0))
      (func $fill (local $i i32)
        (loop $again
          (i32.store8 offset=65536 (local.get $i)
            (i32.add (i32.const 97) (i32.rem_u (local.get $i) (i32.const 26))))
          (br_if $again
            (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1024))))
        (i32.store (i32.const 16) (i32.const 65536))
        (i32.store (i32.const 20) (i32.const 1024)))
      (start $fill)
      (func (export "give") (result i32) (i32.const 16))
      (func (export "given") (param i32) (global.set $given (local.get 0))))
    (core instance $main (instantiate $Main))
    (func (export "give") (result string)
      (canon lift (core func $main "give") (memory (core memory $main "memory")) (post-return (core func $main "given")))))

  (component $Caller
    (import "give" (func $give (result string)))
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
      (import "libc" "memory" (memory 16))
      (import "libc" "free" (global $free (mut i32)))
      (import "adapter" "give" (func $give (param i32)))
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (call $give (i32.const 16))
          (global.set $free (i32.const 67584))
          (local.set $sum
            (i32.add (local.get $sum)
              (i32.add (i32.load (i32.const 20)) (i32.load8_u offset=1023 (i32.load (i32.const 16))))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $libc (instantiate $Libc))
    (core func $give' (canon lower (func $give) (memory (core memory $libc "memory")) (realloc (core func $libc "cabi_realloc"))))
    (core instance $main (instantiate $Main
      (with "libc" (instance $libc))
      (with "adapter" (instance (export "give" (func $give'))))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "give" (func $callee "give"))))
  (export "run" (func $caller "run")))
