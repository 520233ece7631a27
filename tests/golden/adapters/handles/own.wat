;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; An owning handle is taken out of the caller's table and put into the callee's, both in the runtime module.
(component
  (component $provider
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core module $m (func (export "f") (param i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "o" (own $r)) (canon lift (core func $m "f"))))
  (component $user
    (import "i" (instance $i
      (export "r" (type $r (sub resource)))
      (export "f" (func (param "o" (own $r))))))
    (core func $f (canon lower (func $i "f")))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
