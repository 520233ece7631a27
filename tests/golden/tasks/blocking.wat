;; RUN[txt]: inspect % --stage adapters --function waitable-set.wait
;; RUN[check.txt]: check %
;; RUN[partition.txt]: inspect % --stage partition
;; RUN[plan.json]: inspect % --stage plan
;;
;; What may block is reached through the runtime module, which calls the host plainly first and suspends only where the
;; host says that the call must wait. Its part of the host is used (by the runtime module, which comes first) before the
;; memory of its options exists. What cannot block (`poll`, the asynchronous lower) is the host's alone. `check` says why
;; stack switching may be needed.
(component
  (import "f" (func $f async (param "x" u64) (result f32)))
  (core module $mem (memory (export "m") 1))
  (core instance $mem (instantiate $mem))
  (alias core export $mem "m" (core memory $m))
  (core func $wait (canon waitable-set.wait (memory $m)))
  (core func $poll (canon waitable-set.poll (memory $m)))
  (core func $f (canon lower (func $f)))
  (core func $f' (canon lower (func $f) async (memory $m)))
  (core module $guest
    (import "" "wait" (func (param i32 i32) (result i32)))
    (import "" "poll" (func (param i32 i32) (result i32)))
    (import "" "f" (func (param i64) (result f32)))
    (import "" "f'" (func (param i64 i32) (result i32))))
  (core instance (instantiate $guest (with "" (instance (export "wait" (func $wait)) (export "poll" (func $poll))
    (export "f" (func $f)) (export "f'" (func $f')))))))
