;; RUN[txt]: inspect % --stage imports
;;
;; Imports as a tree. `b`'s `r` is another name for `a`'s resource type, which the host supplies once, so it is a type
;; and not a resource; `s` is a resource of its own. Functions refer to the actual resource types.
(component
  (import "ns:p/a@0.2.0" (instance $a
    (export "r" (type $r (sub resource)))
    (export "[constructor]r" (func (result (own $r))))
    (export "[method]r.size" (func (param "self" (borrow $r)) (result u64)))))
  (alias export $a "r" (type $r))
  (import "ns:p/b" (instance
    (export "r" (type $r2 (eq $r)))
    (export "s" (type $s (sub resource)))
    (type $point' (record (field "x" s32) (field "y" s32)))
    (export "point" (type $point (eq $point')))
    (export "use" (func (param "r" (borrow $r2)) (param "at" $point) (result (own $s))))
    (export "deep" (instance (export "f" (func (param "r" (own $r2))))))))
  (import "plain" (func))
  (import "again" (implements "ns:p/b") (instance (export "f" (func))))
  (import "mod" (core module (import "env" "mem" (memory 1)) (export "f" (func (param i32))) (export "t" (table 1 funcref)))))
