;; FAIL[err]: inspect % --stage dfg
;;
;; A lift whose type has an error context, exported in an instance of the root.
(component
  (core module $m (func (export "f") (param i32)))
  (core instance $m (instantiate $m))
  (func $f (param "e" error-context) (canon lift (core func $m "f")))
  (instance $i (export "f" (func $f)))
  (export "i" (instance $i)))
