;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; A result without payloads is only a discriminant that is checked.
(component
  (component $provider
    (core module $m
      (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result (result))
      (canon lift (core func $m "f"))))
  (component $user
    (import "f" (func $f (result (result))))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (result i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
