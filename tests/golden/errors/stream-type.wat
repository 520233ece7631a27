;; FAIL[err]: inspect % --stage dfg
;;
;; A stream deep in a parameter's type refuses the function, however many types are around it.
(component
  (type $t' (record (field "a" u8) (field "b" (option (list (tuple string (stream u8)))))))
  (import "t" (type $t (eq $t')))
  (import "f" (func $f (param "t" $t)))
  (core module $mem (memory (export "m") 1))
  (core instance $mem (instantiate $mem))
  (core func $f (canon lower (func $f) (memory (core memory $mem "m"))))
  (core module $m (import "" "f" (func (param i32 i32 i32 i32))))
  (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
