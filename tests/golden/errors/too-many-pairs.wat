;; FAIL[err]: inspect % --stage dfg
;;
;; Whoever writes strings to streams may meet whoever reads any, so what moves them multiplies: 110 instances of a
;; component that does both are too many.
(component
  (component $one
    (core module $mem (memory (export "m") 1)
      (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $mem (instantiate $mem))
    (type $s (stream string))
    (core func $w (canon stream.write $s async (memory (core memory $mem "m"))))
    (core func $r (canon stream.read $s async (memory (core memory $mem "m")) (realloc (core func $mem "r"))))
    (core module $m (import "" "w" (func (param i32 i32 i32) (result i32)))
      (import "" "r" (func (param i32 i32 i32) (result i32))))
    (core instance (instantiate $m (with "" (instance (export "w" (func $w)) (export "r" (func $r)))))))
  (component $ten
    (alias outer 1 $one (component $one))
    (instance (instantiate $one)) (instance (instantiate $one)) (instance (instantiate $one))
    (instance (instantiate $one)) (instance (instantiate $one)) (instance (instantiate $one))
    (instance (instantiate $one)) (instance (instantiate $one)) (instance (instantiate $one))
    (instance (instantiate $one)))
  (instance (instantiate $ten)) (instance (instantiate $ten)) (instance (instantiate $ten))
  (instance (instantiate $ten)) (instance (instantiate $ten)) (instance (instantiate $ten))
  (instance (instantiate $ten)) (instance (instantiate $ten)) (instance (instantiate $ten))
  (instance (instantiate $ten)) (instance (instantiate $ten)))
