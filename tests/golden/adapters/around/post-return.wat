;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Post-return gets the callee's flat result after it reached the caller. Nothing of the callee could be
;; called in it, so there is no may-leave flag to clear.
(component
  (component $provider
    (core module $m
      (memory (export "memory") 1)
      (func (export "post-return") (param i32))
      (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result string)
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (post-return (core func $m "post-return")))))
  (component $user
    (import "f" (func $f (result string)))
    (core module $libc (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
