;; Spilled signatures and memories of different widths on either side of a call between components.

;; 17 parameters and two results, from a 32-bit caller to a 64-bit callee and the other way round.
(component
  (component $callee64
    (core module $m
      (memory (export "memory") i64 1)
      (func (export "realloc") (param i64 i64 i64 i64) (result i64)
        ;; Once for the parameters (80 bytes, aligned to 8), once for the list, which is empty.
        (if (i64.ne (local.get 2) (i64.const 8)) (then unreachable))
        (if (i32.eqz (i64.eq (local.get 3) (i64.const 80)))
          (then (if (i64.ne (local.get 3) (i64.const 0)) (then unreachable))))
        (i64.const 64))
      ;; u8 at 0, list at 8 and 16, then 14 of u32: the last one at 76.
      (func (export "f") (param i64) (result i64)
        (i32.store (i64.const 0) (i32.load8_u (local.get 0)))
        (i32.store (i64.const 4) (i32.load offset=76 (local.get 0)))
        (i64.const 0)))
    (core instance $i (instantiate $m))
    (func (export "f") (param "a" u8) (param "l" (list u64))
      (param "b" u32) (param "c" u32) (param "d" u32) (param "e" u32) (param "f" u32) (param "g" u32) (param "h" u32)
      (param "i" u32) (param "j" u32) (param "k" u32) (param "m" u32) (param "n" u32) (param "o" u32) (param "p" u32)
      (result (tuple u32 u32))
      (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
  (component $caller32
    (import "f" (func $f (param "a" u8) (param "l" (list u64))
      (param "b" u32) (param "c" u32) (param "d" u32) (param "e" u32) (param "f" u32) (param "g" u32) (param "h" u32)
      (param "i" u32) (param "j" u32) (param "k" u32) (param "m" u32) (param "n" u32) (param "o" u32) (param "p" u32)
      (result (tuple u32 u32))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $lowered (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m
      (import "libc" "memory" (memory 1))
      (import "" "f" (func $f (param i32 i32)))
      ;; u8 at 0, list at 4 and 8, then 14 of u32: the last one at 64.
      (func (export "call") (result i32)
        (i32.store8 (i32.const 128) (i32.const 200))
        (i32.store (i32.const 132) (i32.const 256))
        (i32.store (i32.const 192) (i32.const 14))
        (call $f (i32.const 128) (i32.const 16))
        (i32.add (i32.mul (i32.load (i32.const 16)) (i32.const 100)) (i32.load (i32.const 20)))))
    (core instance $i (instantiate $m
      (with "libc" (instance $libc))
      (with "" (instance (export "f" (func $lowered))))))
    (func (export "call") (result u32) (canon lift (core func $i "call"))))
  (instance $callee (instantiate $callee64))
  (instance $caller (instantiate $caller32 (with "f" (func $callee "f"))))
  (export "call" (func $caller "call")))

(assert_return (invoke "call") (u32.const 20014))
