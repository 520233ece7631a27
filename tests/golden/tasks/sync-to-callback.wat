;; RUN[adapters.wat]: inspect % --stage adapters
;; RUN[partition.txt]: inspect % --stage partition
;;
;; A synchronous lower calls an asynchronous lift with a callback. The caller's function starts the call and waits in
;; wasm; `body` translates the parameter and gives what the callee returns to the host; `return` is called by the host
;; in `task.return`, and leaves the caller's flat result.
(component
  (component $callee
    (core func $return (canon task.return (result u8)))
    (core module $m
      (import "" "return" (func (param i32)))
      (func (export "cb") (param i32 i32 i32) (result i32) unreachable)
      (func (export "f") (param i64) (result i32) unreachable))
    (core instance $m (instantiate $m (with "" (instance (export "return" (func $return))))))
    (func (export "f") async (param "x" u64) (result u8)
      (canon lift (core func $m "f") async (callback (core func $m "cb")))))
  (component $caller
    (import "f" (func $f async (param "x" u64) (result u8)))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i64) (result i32))))
    (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $callee (instantiate $callee))
  (instance (instantiate $caller (with "f" (func $callee "f")))))
