;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Cases with the same payload need no branch.
(component
  (component $provider
    (core module $m
      (func (export "f") (param i32 i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "r" (result char (error char)))
      (canon lift (core func $m "f"))))
  (component $user
    (import "f" (func $f (param "r" (result char (error char)))))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
