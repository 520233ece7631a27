;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Both sides have a flag, since their functions could call out: the callee's is cleared while its realloc and
;; post-return run, the caller's is checked first and cleared while its realloc runs.
(component
  (import "log" (func $log))
  (component $provider
    (import "log" (func $log))
    (core module $m
      (import "" "log" (func $log))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "post-return") (param i32) (call $log))
      (func (export "f") (param i32 i32) (result i32) unreachable))
    (core func $log (canon lower (func $log)))
    (core instance $m (instantiate $m (with "" (instance (export "log" (func $log))))))
    (func (export "f") (param "s" string) (result string)
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))
        (post-return (core func $m "post-return")))))
  (component $user
    (import "f" (func $f (param "s" string) (result string)))
    (core module $libc
      (memory (export "memory") 1)
      (table 1 funcref)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call_indirect (i32.const 0)) unreachable))
    (core instance $libc (instantiate $libc))
    (core func $f
      (canon lower (func $f) (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    (core module $m (import "" "f" (func (param i32 i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider (with "log" (func $log))))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
