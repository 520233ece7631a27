;; RUN[txt]: inspect % --stage dfg
;;
;; One component instantiated twice: two component instances with paths of their own, two core instances of one module,
;; two resource types. The root exports both types, and a function of each, whose own `r` is the right one.
(component
  (component $c
    (core module $m (func (export "dtor") (param i32)) (func (export "make") (result i32) unreachable))
    (core instance $i (instantiate $m))
    (type $r (resource (rep i32) (dtor (core func $i "dtor"))))
    (export $r' "r" (type $r))
    (func $make (result (own $r')) (canon lift (core func $i "make")))
    (export "make" (func $make)))
  (instance $one (instantiate $c))
  (instance (instantiate $c))
  (export "one" (instance $one))
  (export "two" (instance 1)))
