;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; A tuple of tuples of tuples, 364 types in all: more than one function translates inline. The adapter hands
;; it to a function of its own, which does the same with those parts for which it has no room left.
(component
  (component $provider
    (type $t2 (tuple bool bool bool))
    (type $t3 (tuple $t2 $t2 $t2))
    (type $t4 (tuple $t3 $t3 $t3))
    (type $t5 (tuple $t4 $t4 $t4))
    (type $t6 (tuple $t5 $t5 $t5))
    (core module $m (memory (export "memory") 1) (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result $t6) (canon lift (core func $m "f") (memory (core memory $m "memory")))))
  (component $user
    (type $t2 (tuple bool bool bool))
    (type $t3 (tuple $t2 $t2 $t2))
    (type $t4 (tuple $t3 $t3 $t3))
    (type $t5 (tuple $t4 $t4 $t4))
    (type $t6 (tuple $t5 $t5 $t5))
    (import "f" (func $f (result $t6)))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
