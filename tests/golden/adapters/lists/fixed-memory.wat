;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Lists of fixed length in memory: plain ones are copied whole, others need a loop.
(component
  (component $provider
    (core module $m
      (memory (export "memory") 1)
      (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result (tuple (list u16 100) (list bool 100)))
      (canon lift (core func $m "f") (memory (core memory $m "memory")))))
  (component $user
    (import "f" (func $f (result (tuple (list u16 100) (list bool 100)))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
