;; RUN[plan.json]: inspect % --stage plan
;;
;; Context slots live in the runtime module. Where nothing else does, there are no handle functions, but the trap
;; globals are there all the same, so that hosts need not ask.
(component
  (core func $get (canon context.get i32 0))
  (core func $set (canon context.set i32 1))
  (core module $guest
    (import "context" "get" (func (result i32)))
    (import "context" "set" (func (param i32))))
  (core instance (instantiate $guest (with "context" (instance
    (export "get" (func $get)) (export "set" (func $set)))))))
