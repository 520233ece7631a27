;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; A component that calls itself: the call would trap, and that is all the adapter does.
(component
  (core module $callee (func (export "f")))
  (core instance $callee (instantiate $callee))
  (func $f (canon lift (core func $callee "f")))
  (core func $f (canon lower (func $f)))
  (core module $caller (import "" "f" (func)))
  (core instance (instantiate $caller (with "" (instance (export "f" (func $f)))))))
