;; RUN[txt]: inspect % --stage dfg
;;
;; A host function goes through two components before it is lowered: still the host's function, so a trampoline, with
;; the options of the instance that lowers it. The two instances of `$user` need one each.
(component
  (import "ns:host/api" (instance $api (export "f" (func (param "x" u64) (result u64)))))
  (component $pass
    (import "api" (instance $api (export "f" (func (param "x" u64) (result u64)))))
    (component $user
      (import "f" (func $f (param "x" u64) (result u64)))
      (core func $f (canon lower (func $f)))
      (core module $m (import "" "f" (func (param i64) (result i64))))
      (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
    (alias export $api "f" (func $f))
    (instance $u1 (instantiate $user (with "f" (func $f))))
    (instance $u2 (instantiate $user (with "f" (func $f)))))
  (instance $pass (instantiate $pass (with "api" (instance $api)))))
