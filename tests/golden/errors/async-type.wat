;; FAIL[err]: inspect % --stage dfg
;;
;; A synchronous lower of a function whose type is async may block its caller: refused where it is used.
(component
  (import "f" (func $f async))
  (core func $f (canon lower (func $f)))
  (core module $m (import "" "f" (func)))
  (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
