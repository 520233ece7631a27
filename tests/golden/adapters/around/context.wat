;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; The callee uses context slots: they are saved, zero when its realloc and when the call begins, and
;; restored at the end.
(component
  (component $provider
    (core func $get (canon context.get i32 0))
    (core func $set (canon context.set i32 1))
    (core module $m
      (import "" "get" (func (result i32)))
      (import "" "set" (func (param i32)))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "f") (param i32 i32) unreachable))
    (core instance $m
      (instantiate $m (with "" (instance (export "get" (func $get)) (export "set" (func $set))))))
    (func (export "f") (param "l" (list u8))
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $user
    (import "f" (func $f (param "l" (list u8))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
