;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; A string in a tuple: pointer and length are loaded from the callee's area, and those of the copy stored in
;; the caller's.
(component
  (component $provider
    (core module $m
      (memory (export "memory") 1)
      (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result (tuple string u8))
      (canon lift (core func $m "f") (memory (core memory $m "memory")))))
  (component $user
    (import "f" (func $f (result (tuple string u8))))
    (core module $libc (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
