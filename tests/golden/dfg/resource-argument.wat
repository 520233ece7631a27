;; RUN[txt]: inspect % --stage dfg
;;
;; `$user` imports two resource types and cannot tell that it is given the same one for both. Its drops are of the
;; actual type, `r0`, so they are one trampoline, and its function takes handles of it.
(component
  (component $owner
    (type $r (resource (rep i32)))
    (export "r" (type $r)))
  (component $user
    (import "r1" (type $r1 (sub resource)))
    (import "api" (instance $api (export "r2" (type (sub resource)))))
    (alias export $api "r2" (type $r2))
    (core func $drop1 (canon resource.drop $r1))
    (core func $drop2 (canon resource.drop $r2))
    (core module $m
      (import "" "drop1" (func (param i32))) (import "" "drop2" (func (param i32)))
      (func (export "f") (param i32 i32)))
    (core instance $m
      (instantiate $m (with "" (instance (export "drop1" (func $drop1)) (export "drop2" (func $drop2))))))
    (func (export "f") (param "x" (own $r1)) (param "y" (borrow $r2)) (canon lift (core func $m "f"))))
  (instance $owner (instantiate $owner))
  (alias export $owner "r" (type $r))
  (instance $user (instantiate $user
    (with "r1" (type $r)) (with "api" (instance (export "r2" (type $r))))))
  (export $r' "r" (type $r))
  (export "f" (func $user "f") (func (param "x" (own $r')) (param "y" (borrow $r')))))
