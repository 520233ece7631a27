;; RUN[plan.json]: inspect % --stage plan
;;
;; A module of the host is instantiated by `instantiateImported`, whose arguments carry both names: nobody knows the
;; order of its imports. It counts as a core instance like any other (the guest's argument comes from instance 1).
(component
  (import "table" (core module $host
    (import "env" "memory" (memory 1))
    (import "env" "f" (func (param i32)))
    (export "g" (func (result i32)))))
  (core module $memory (memory (export "memory") 1) (func (export "f") (param i32)))
  (core instance $memory (instantiate $memory))
  (core instance $host (instantiate $host (with "env" (instance $memory))))
  (core module $guest (import "host" "g" (func (result i32))))
  (core instance (instantiate $guest (with "host" (instance $host)))))
