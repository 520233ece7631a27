;; RUN[txt]: inspect % --stage dfg
;;
;; A resource type crosses three bodies: defined in the innermost, exported in an instance, handed to a sibling which
;; hands it out again. Everywhere it is `r0`, and the function that the root exports says so.
(component
  (component $owner
    (component $deep
      (core module $m (func (export "make") (result i32) unreachable))
      (core instance $m (instantiate $m))
      (type $r (resource (rep i32)))
      (export $r' "r" (type $r))
      (func (export "make") (result (own $r')) (canon lift (core func $m "make"))))
    (instance $deep (instantiate $deep))
    (export "api" (instance $deep)))
  (component $middle
    (import "api" (instance $api
      (export "r" (type $r (sub resource))) (export "make" (func (result (own $r))))))
    (export "out" (instance $api)))
  (instance $owner (instantiate $owner))
  (instance $middle (instantiate $middle (with "api" (instance $owner "api"))))
  (export "out" (instance $middle "out")))
