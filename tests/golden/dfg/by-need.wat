;; RUN[txt]: inspect % --stage dfg
;;
;; Lifts and lowers by the dozen, but only what something needs gets into the graph. `$main` imports `f`, which is two
;; adapters deep; `g` is gathered and passed but not imported; the rest is not used at all. Equal lowers are one.
(component
  (core module $m (func (export "f")))
  (core instance $m (instantiate $m))
  (func $one (canon lift (core func $m "f")))
  (core func $one-low (canon lower (func $one)))
  (func $two (canon lift (core func $one-low)))
  (core func $two-low (canon lower (func $two)))
  (core func $two-again (canon lower (func $two)))
  (func $unused (canon lift (core func $two-low)))
  (core func $unused-low (canon lower (func $unused)))
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core module $main (import "" "f" (func)) (import "" "f2" (func)))
  (core instance (instantiate $main (with "" (instance
    (export "f" (func $two-low)) (export "f2" (func $two-again)) (export "g" (func $unused-low))
    (export "new" (func $new)))))))
