;; RUN[txt]: inspect % --stage dfg
;;
;; `$user` instantiates a module it is given: once the root's own, which imports less than the type allows, so that one
;; argument is left out; once the host's, whose arguments are found by name.
(component
  (type $f (func))
  (import "host" (core module $host
    (import "env" "a" (func)) (import "env" "b" (func)) (export "run" (func))))
  (core module $own (import "env" "b" (func $b)) (export "run" (func $b)))
  (component $user
    (import "m" (core module $m (import "env" "a" (func)) (import "env" "b" (func)) (export "run" (func))))
    (core module $env (func (export "a")) (func (export "b")) (func (export "more")))
    (core instance $env (instantiate $env))
    (core instance $m (instantiate $m (with "env" (instance $env)) (with "unused" (instance $env))))
    (func (export "run") (canon lift (core func $m "run"))))
  (instance $a (instantiate $user (with "m" (core module $own))))
  (instance $b (instantiate $user (with "m" (core module $host))))
  (export "a" (func $a "run"))
  (export "b" (func $b "run")))
