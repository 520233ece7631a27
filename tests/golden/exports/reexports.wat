;; RUN[txt]: inspect % --stage exports
;;
;; What the host supplied and gets back is the very same item: a function, a whole instance (also after a trip through
;; a nested component), a module. An export whose type shows less than the instance has is a new instance of host items.
(component
  (import "f" (func $f))
  (import "api" (instance $api (export "a" (func)) (export "b" (func)) (export "in" (instance (export "c" (func))))))
  (import "mod" (core module $mod))
  (component $pass
    (import "x" (instance $x (export "a" (func))))
    (export "y" (instance $x)))
  (instance $pass (instantiate $pass (with "x" (instance $api))))
  (export "f2" (func $f))
  (export "api2" (instance $api))
  (export "mod2" (core module $mod))
  (export "passed" (instance $pass "y"))
  (export "less" (instance $api) (instance (export "b" (func)) (export "in" (instance)))))
