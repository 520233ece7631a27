;; RUN[adapters.wat]: inspect % --stage adapters --function lookup
;;
;; The rep of a borrow is looked up in the runtime's memory by the adapter module itself; only a handle that
;; is not as it should be goes to the runtime, which says why.
(component
  (component $provider
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core module $m (func (export "f") (param i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" (borrow $r)) (canon lift (core func $m "f"))))
  (component $user
    (import "i" (instance $i
      (export "r" (type $r (sub resource)))
      (export "f" (func (param "b" (borrow $r))))))
    (core func $f (canon lower (func $i "f")))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
