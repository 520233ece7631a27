;; RUN[plan.json]: inspect % --stage plan
;;
;; A host function, instance or module that is exported again is the very item that the host supplied: the export
;; refers to the import, and nothing is lifted or lowered. No initializer is needed.
(component
  (import "f" (func $f (result u32)))
  (import "ns:pkg/api" (instance $api (export "g" (func))))
  (import "m" (core module $m (export "x" (func))))
  (export "again" (func $f))
  (export "ns:pkg/copy" (instance $api))
  (export "module" (core module $m))
  (instance $bag (export "inner" (func $f)) (export "nested" (instance $api)))
  (export "ns:pkg/bag" (instance $bag)))
