;; RUN[plan.json]: inspect % --stage plan
;;
;; `mayBlock` is a matter of functions, not of component instances: only `waits` and what calls by reference, since there is
;; a reference to `$waits`, can get to `thread.yield`.
(component $c
  (core func $yield (canon thread.yield))
  (core module $m
    (import "" "yield" (func $yield (result i32)))
    (table 1 funcref)
    (elem (i32.const 0) func $waits)
    (func $waits (export "waits") (drop (call $yield)))
    (func (export "by-reference") (call_indirect (i32.const 0)))
    (func (export "quiet")))
  (core instance $m (instantiate $m (with "" (instance (export "yield" (func $yield))))))
  (func (export "waits") async (canon lift (core func $m "waits") async))
  (func (export "by-reference") async (canon lift (core func $m "by-reference") async))
  (func (export "quiet") async (canon lift (core func $m "quiet") async)))
