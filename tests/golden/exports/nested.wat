;; RUN[txt]: inspect % --stage exports
;;
;; Exports of every sort at every depth: instances in instances, functions, core modules, a resource type with a
;; destructor, a value type, and types that are not of values.
(component
  (core module $m (func (export "f") (param i32) (result i32) unreachable) (func (export "d") (param i32)))
  (core instance $m (instantiate $m))
  (type $r (resource (rep i32) (dtor (core func $m "d"))))
  (component $api
    (import "f" (func $f (param "x" u8) (result u8)))
    (type $pair' (tuple u8 string))
    (export $pair "pair" (type $pair'))
    (export "f" (func $f))
    (instance $deeper (export "f" (func $f)))
    (export "deeper" (instance $deeper)))
  (func $f (param "x" u8) (result u8) (canon lift (core func $m "f")))
  (instance $api (instantiate $api (with "f" (func $f))))
  (export "ns:p/api@1.2.3" (instance $api))
  (export $r' "r" (type $r))
  (func $g (param "self" (borrow $r')) (result u32) (canon lift (core func $m "f")))
  (export "[method]r.g" (func $g))
  (export "m" (core module $m))
  (type $ft (func (param "x" u8)))
  (export "ft" (type $ft))
  (type $it (instance (export "f" (func))))
  (export "it" (type $it)))
