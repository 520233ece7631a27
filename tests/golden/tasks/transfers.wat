;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;; RUN[plan.json]: inspect % --stage plan
;;
;; A synchronous function passes a stream and returns an error context: the host passes both on. The callee uses a
;; built-in that depends on the current task, so the adapter tells the host that a synchronous call begins and ends.
(component
  (component $callee
    (core func $yield (canon thread.yield))
    (core module $m
      (import "" "yield" (func (result i32)))
      (func (export "f") (param i32) (result i32) unreachable))
    (core instance $m (instantiate $m (with "" (instance (export "yield" (func $yield))))))
    (func (export "f") (param "s" (stream u8)) (result error-context) (canon lift (core func $m "f"))))
  (component $caller
    (import "f" (func $f (param "s" (stream u8)) (result error-context)))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32) (result i32))))
    (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $callee (instantiate $callee))
  (instance (instantiate $caller (with "f" (func $callee "f")))))
