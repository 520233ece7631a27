;; RUN[txt]: inspect % --stage component
;; RUN[dfg.txt]: inspect % --stage dfg
;;
;; What is not built yet is read without complaint, and inlining leaves it out as long as nothing needs it: the graph
;; below has no trampoline, no adapter and no options.
(component
  (import "f" (func $f async (param "s" (stream u8))))
  (type $s (stream u8))
  (core module $mem (memory (export "m") 1) (func (export "cb") (param i32 i32 i32) (result i32) unreachable)
    (func (export "run") (result i32) unreachable))
  (core instance $mem (instantiate $mem))
  (alias core export $mem "m" (core memory $m))
  (core func $new (canon stream.new $s))
  (core func (canon stream.read $s async (memory $m)))
  (core func (canon task.return))
  (core func (canon waitable-set.new))
  (core func (canon backpressure.inc))
  (core func (canon error-context.drop))
  (core func (canon thread.yield))
  (core func (canon thread.index))
  (core func (canon lower (func $f) async))
  (func $run async (canon lift (core func $mem "run") async (callback (core func $mem "cb"))))
  (core instance $bag (export "new" (func $new)))
  (core module $small (import "" "m" (memory 1)))
  (core instance (instantiate $small (with "" (instance (export "m" (memory $m)) (export "new" (func $new)))))))
