;; RUN[txt]: inspect % --stage dfg
;;
;; `$inner` is one component in the input, but `$outer` is instantiated with two different modules and `$inner`
;; captures them: the two closures instantiate `m0` and `m1`.
(component
  (core module $a (func (export "a")))
  (core module $b (func (export "b")))
  (component $outer
    (import "m" (core module $m))
    (component $inner
      (alias outer $outer $m (core module $m))
      (core instance (instantiate $m)))
    (export "inner" (component $inner)))
  (instance $x (instantiate $outer (with "m" (core module $a))))
  (instance $y (instantiate $outer (with "m" (core module $b))))
  (alias export $x "inner" (component $ix))
  (alias export $y "inner" (component $iy))
  (instance $from-a (instantiate $ix))
  (instance $from-b (instantiate $iy)))
