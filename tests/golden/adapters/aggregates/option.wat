;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; An option of two cases is an if; the slot of the case that has no payload becomes zero.
(component
  (component $provider
    (core module $m
      (func (export "f") (param i32 i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "o" (option u16))
      (canon lift (core func $m "f"))))
  (component $user
    (import "f" (func $f (param "o" (option u16))))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
