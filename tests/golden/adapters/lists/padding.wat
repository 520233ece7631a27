;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Tuples of a u8 and a u32 have padding, whose bytes must not reach the other side: a loop, although every
;; number could be copied.
(component
  (component $provider
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "f") (param i32 i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "l" (list (tuple u8 u32)))
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $user
    (import "f" (func $f (param "l" (list (tuple u8 u32)))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
