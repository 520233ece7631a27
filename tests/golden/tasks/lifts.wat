;; RUN[plan.json]: inspect % --stage plan
;;
;; Exported asynchronous functions, of all three kinds of lift. No code here blocks, so no export has `mayBlock`, no
;; engine feature is needed, and there is no runtime module but for handles.
(component
  (core func $return (canon task.return (result u32)))
  (core module $m
    (import "" "return" (func (param i32)))
    (func (export "cb") (param i32 i32 i32) (result i32) unreachable)
    (func (export "run") (result i32) unreachable)
    (func (export "stackful") unreachable))
  (core instance $m (instantiate $m (with "" (instance (export "return" (func $return))))))
  (func (export "sync") async (result u32) (canon lift (core func $m "run")))
  (func (export "callback") async (result u32)
    (canon lift (core func $m "run") async (callback (core func $m "cb"))))
  (func (export "stackful") async (result u32) (canon lift (core func $m "stackful") async)))
