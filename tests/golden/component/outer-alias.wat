;; RUN[txt]: inspect % --stage component
;;
;; Outer aliases become captures, passed on through every body between. `$leaf` takes `$m` from the root by way of
;; `$middle`, although `$middle` does not use it, and asks for it twice but captures it once. An alias of the body itself
;; is no capture.
(component $root
  (core module $m)
  (component $c)
  (component $middle
    (component $leaf
      (alias outer $root $m (core module))
      (alias outer $root $m (core module))
      (alias outer $root $c (component))
      (core module $own)
      (alias outer $leaf $own (core module)))
    (alias outer $root $c (component))))
