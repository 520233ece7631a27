;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; An instance that does not define the resource gets a handle, which it must drop before the scope is left.
(component
  (component $owner (type $r' (resource (rep i32))) (export "r" (type $r')))
  (component $provider
    (import "r" (type $r (sub resource)))
    (core module $m (func (export "f") (param i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" (borrow $r)) (canon lift (core func $m "f"))))
  (component $user
    (import "r" (type $r (sub resource)))
    (import "f" (func $f (param "b" (borrow $r))))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $owner (instantiate $owner))
  (alias export $owner "r" (type $r))
  (instance $provider (instantiate $provider (with "r" (type $r))))
  (instance $user (instantiate $user (with "r" (type $r)) (with "f" (func $provider "f")))))
