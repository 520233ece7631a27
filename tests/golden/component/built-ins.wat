;; RUN[txt]: inspect % --stage component
;; RUN[dfg.txt]: inspect % --stage dfg
;;
;; Built-ins of tasks, streams and threads are read with their operands; inlining leaves out those that nothing uses.
(component
  (import "f" (func $f async (param "s" (stream u8))))
  (type $s (stream u8))
  (core type $start (func (param i32)))
  (core module $mem (memory (export "m") 1) (table (export "t") 1 funcref)
    (func (export "cb") (param i32 i32 i32) (result i32) unreachable)
    (func (export "run") (result i32) unreachable))
  (core instance $mem (instantiate $mem))
  (alias core export $mem "m" (core memory $m))
  (core func $new (canon stream.new $s))
  (core func $read (canon stream.read $s async (memory $m)))
  (core func (canon stream.cancel-read $s async))
  (core func (canon task.return (result u32)))
  (core func $wait (canon waitable-set.wait (memory $m)))
  (core func (canon backpressure.inc))
  (core func (canon error-context.drop))
  (core func (canon thread.new-indirect $start (core table $mem "t")))
  (core func $lowered (canon lower (func $f) async))
  (func $run async (canon lift (core func $mem "run") async (callback (core func $mem "cb"))))
  (core module $small
    (import "" "new" (func (result i64)))
    (import "" "read" (func (param i32 i32 i32) (result i32)))
    (import "" "wait" (func (param i32 i32) (result i32)))
    (import "" "f" (func (param i32) (result i32))))
  (core instance (instantiate $small (with "" (instance (export "new" (func $new)) (export "read" (func $read))
    (export "wait" (func $wait)) (export "f" (func $lowered))))))
  (export "run" (func $run)))
