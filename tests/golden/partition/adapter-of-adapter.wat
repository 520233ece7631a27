;; RUN[partition.txt]: inspect % --stage partition
;;
;; The middle component lifts what it lowered, without a core module between: one adapter calls the other in
;; the same module.
(component
  (component $def
    (core module $m (func (export "f") (param i32)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" bool) (canon lift (core func $m "f"))))
  (component $pass
    (import "f" (func $f (param "b" bool)))
    (core func $f (canon lower (func $f)))
    (func (export "f") (param "b" bool) (canon lift (core func $f))))
  (component $use
    (import "f" (func $f (param "b" bool)))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func $f (param i32))) (func (export "f") (param i32) (call $f (local.get 0))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func (export "f") (param "b" bool) (canon lift (core func $m "f"))))
  (instance $a (instantiate $def))
  (instance $b (instantiate $pass (with "f" (func $a "f"))))
  (instance (instantiate $use (with "f" (func $b "f")))))
