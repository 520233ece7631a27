;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; The instance that defines a resource gets the rep of a borrow: a look at the table, no scope, nothing to
;; count.
(component
  (component $provider
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core module $m (func (export "f") (param i32 i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" (borrow $r)) (param "n" u32) (canon lift (core func $m "f"))))
  (component $user
    (import "i" (instance $i
      (export "r" (type $r (sub resource)))
      (export "f" (func (param "b" (borrow $r)) (param "n" u32)))))
    (core func $f (canon lower (func $i "f")))
    (core module $m (import "" "f" (func (param i32 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
