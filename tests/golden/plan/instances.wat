;; RUN[plan.json]: inspect % --stage plan
;;
;; The same component instantiated twice, one level down: each component instance has its parent, each execution its
;; own core instance and its own resource type. Instances of inline exports are no component instances.
(component
  (component $leaf
    (core module $m (func (export "f") (result i32) (unreachable)))
    (core instance $i (instantiate $m))
    (type $r (resource (rep i32)))
    (export $r' "r" (type $r))
    (func (export "f") (result (own $r')) (canon lift (core func $i "f"))))
  (component $middle
    (import "leaf" (component $leaf (export "r" (type $r (sub resource))) (export "f" (func (result (own $r))))))
    (instance $a (instantiate $leaf))
    (instance $b (instantiate $leaf))
    (export "a" (instance $a))
    (export "b" (instance $b)))
  (instance $middle (instantiate $middle (with "leaf" (component $leaf))))
  (export "one" (instance $middle "a"))
  (export "two" (instance $middle "b")))
