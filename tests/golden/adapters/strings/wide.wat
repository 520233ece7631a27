;; RUN[adapters.wat]: inspect % --stage adapters --function translate
;;
;; From a 64-bit to a 32-bit memory: bounds are checked in 64 bits, with a check for wrap-around; the
;; transcoder takes the length as 32 bits, which the limit on strings ensures.
(component
  (component $provider
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "f") (param i32 i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "s" string)
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $user
    (import "f" (func $f (param "s" string)))
    (core module $libc (memory (export "memory") i64 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i64 i64))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
