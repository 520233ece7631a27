;; A string passed from one component to another: `{{caller}}` to `{{callee}}` are the two string encodings.
;;
;; `run` makes n calls inside WebAssembly, so that the host boundary is not measured. The callee's realloc is a bump
;; allocator that the call itself resets: the cost of real allocators is no part of what adapters do. It begins 2 KiB
;; past the place of the caller's string, since processors stall when a load follows a store 4 KiB (times n) away.
(component
  (component $Callee
    (core module $Main
      (memory (export "memory") 16)
      (global $free (mut i32) (i32.const 67584))
      (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
        ;; Only the newest block is ever resized: it stays where it is.
        (if (local.get $old)
          (then
            (global.set $free (i32.add (local.get $old) (local.get $size)))
            (return (local.get $old))))
        (local.set $old
          (i32.and
            (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
            (i32.sub (i32.const 0) (local.get $align))))
        (global.set $free (i32.add (local.get $old) (local.get $size)))
        (local.get $old))
      (func (export "take") (param $ptr i32) (param $len i32) (result i32)
        (global.set $free (i32.const 67584))
        (i32.add (local.get $len) (i32.load8_u (local.get $ptr)))))
    (core instance $main (instantiate $Main))
    (func (export "take") (param "s" string) (result u32)
      (canon lift (core func $main "take")
        (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")) string-encoding={{callee}})))

  (component $Caller
    (import "take" (func $take (param "s" string) (result u32)))
    (core module $Libc (memory (export "memory") 16))
    (core module $Main
      (import "libc" "memory" (memory 16))
      (import "adapter" "take" (func $take (param i32 i32) (result i32)))
      (global $len (mut i32) (i32.const 0))
      (func (export "poke") (param $offset i32) (param $word i32)
        (i32.store offset=65536 (local.get $offset) (local.get $word)))
      (func (export "size") (param $len i32) (global.set $len (local.get $len)))
      (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $take (i32.const 65536) (global.get $len))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $libc (instantiate $Libc))
    (core func $take' (canon lower (func $take) (memory (core memory $libc "memory")) string-encoding={{caller}}))
    (core instance $main (instantiate $Main
      (with "libc" (instance $libc))
      (with "adapter" (instance (export "take" (func $take'))))))
    (func (export "poke") (param "offset" u32) (param "word" u32) (canon lift (core func $main "poke")))
    (func (export "size") (param "len" u32) (canon lift (core func $main "size")))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))

  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "take" (func $callee "take"))))
  (export "poke" (func $caller "poke"))
  (export "size" (func $caller "size"))
  (export "run" (func $caller "run")))
