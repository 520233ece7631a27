;; FAIL[err]: inspect % --stage dfg
;;
;; Each instance holds the one before three times: half a million exported items from a few bytes.
(component
  (instance $i0)
  (instance $i1 (export "a" (instance $i0)) (export "b" (instance $i0)) (export "c" (instance $i0)))
  (instance $i2 (export "a" (instance $i1)) (export "b" (instance $i1)) (export "c" (instance $i1)))
  (instance $i3 (export "a" (instance $i2)) (export "b" (instance $i2)) (export "c" (instance $i2)))
  (instance $i4 (export "a" (instance $i3)) (export "b" (instance $i3)) (export "c" (instance $i3)))
  (instance $i5 (export "a" (instance $i4)) (export "b" (instance $i4)) (export "c" (instance $i4)))
  (instance $i6 (export "a" (instance $i5)) (export "b" (instance $i5)) (export "c" (instance $i5)))
  (instance $i7 (export "a" (instance $i6)) (export "b" (instance $i6)) (export "c" (instance $i6)))
  (instance $i8 (export "a" (instance $i7)) (export "b" (instance $i7)) (export "c" (instance $i7)))
  (instance $i9 (export "a" (instance $i8)) (export "b" (instance $i8)) (export "c" (instance $i8)))
  (instance $i10 (export "a" (instance $i9)) (export "b" (instance $i9)) (export "c" (instance $i9)))
  (instance $i11 (export "a" (instance $i10)) (export "b" (instance $i10)) (export "c" (instance $i10)))
  (export "x" (instance $i11)))
