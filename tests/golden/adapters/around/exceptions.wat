;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; The callee's module has a tag, so it could throw: any exception becomes a trap at the boundary.
(component
  (component $provider
    (core module $m (tag $t) (func (export "f") (throw $t)))
    (core instance $m (instantiate $m))
    (func (export "f") (canon lift (core func $m "f"))))
  (component $user
    (import "f" (func $f))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func)))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
