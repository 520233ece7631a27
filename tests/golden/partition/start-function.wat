;; RUN[partition.txt]: inspect % --stage partition
;;
;; The start function of the second module calls through an adapter, whose module must therefore be there
;; before it, and before a third instance that only the other adapter needs.
(component
  (component $def
    (core module $m (func (export "f") (param i32)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" bool) (canon lift (core func $m "f"))))
  (component $use
    (import "f" (func $f (param "b" bool)))
    (core func $f (canon lower (func $f)))
    (core module $m
      (import "" "f" (func $f (param i32)))
      (func $start (call $f (i32.const 1)))
      (start $start))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $a (instantiate $def))
  (instance (instantiate $use (with "f" (func $a "f"))))
  (instance $b (instantiate $def))
  (instance (instantiate $use (with "f" (func $b "f")))))
