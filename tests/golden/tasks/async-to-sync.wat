;; RUN[adapters.wat]: inspect % --stage adapters --function body
;; RUN[plan.json]: inspect % --stage plan
;;
;; An asynchronous lower calls a synchronous lift of an asynchronous function. Five flat parameters are too many for the
;; caller, which passes a pointer; its result goes where its last parameter points. `body` does all of it, post-return
;; last, and ends the task. A borrow of another component's resource has two scopes, passed to `body`.
(component
  (component $callee
    (import "r" (type $r (sub resource)))
    (core module $m
      (memory (export "m") 1)
      (func (export "post") (param i32) unreachable)
      (func (export "f") (param i32 i32 i32 i32 i32) (result i32) unreachable))
    (core instance $m (instantiate $m))
    (alias core export $m "m" (core memory $m))
    (func (export "f") async (param "r" (borrow $r)) (param "x" (tuple u32 u32 u32 u32)) (result (tuple u8 u8))
      (canon lift (core func $m "f") (memory $m) (post-return (core func $m "post")))))
  (component $caller
    (import "r" (type $r (sub resource)))
    (import "f" (func $f async (param "r" (borrow $r)) (param "x" (tuple u32 u32 u32 u32)) (result (tuple u8 u8))))
    (core module $mem (memory (export "m") 1))
    (core instance $mem (instantiate $mem))
    (core func $f (canon lower (func $f) async (memory (core memory $mem "m"))))
    (core module $m (import "" "f" (func (param i32 i32) (result i32))))
    (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (import "r" (type $r (sub resource)))
  (instance $callee (instantiate $callee (with "r" (type $r))))
  (instance (instantiate $caller (with "r" (type $r)) (with "f" (func $callee "f")))))
