;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; A list of fixed length on the stack is as many values.
(component
  (component $provider
    (core module $m
      (func (export "f") (param i32 i32 i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "l" (list u8 3))
      (canon lift (core func $m "f"))))
  (component $user
    (import "f" (func $f (param "l" (list u8 3))))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32 i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
