;; FAIL[err]: inspect % --stage dfg
;;
;; An asynchronous lower is refused because a core module imports it.
(component
  (import "f" (func $f async))
  (core func $f (canon lower (func $f) async))
  (core module $m (import "" "f" (func (result i32))))
  (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
