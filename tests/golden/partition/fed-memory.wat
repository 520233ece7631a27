;; RUN[partition.txt]: inspect % --stage partition
;;
;; The second adapter's memory is that of an instance which the first adapter feeds, so it must be in a later
;; module.
(component
  (component $def
    (core module $m (func (export "f") (param i32)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" bool) (canon lift (core func $m "f"))))
  (component $strings
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "g") (param i32 i32)))
    (core instance $m (instantiate $m))
    (func (export "g") (param "s" string)
      (canon lift (core func $m "g") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $use
    (import "f" (func $f (param "b" bool)))
    (import "g" (func $g (param "s" string)))
    (core func $f (canon lower (func $f)))
    (core module $libc (import "" "f" (func (param i32))) (memory (export "memory") 1))
    (core instance $libc (instantiate $libc (with "" (instance (export "f" (func $f))))))
    (core func $g (canon lower (func $g) (memory (core memory $libc "memory"))))
    (core module $m (import "" "g" (func (param i32 i32))))
    (core instance (instantiate $m (with "" (instance (export "g" (func $g)))))))
  (instance $a (instantiate $def))
  (instance $s (instantiate $strings))
  (instance (instantiate $use (with "f" (func $a "f")) (with "g" (func $s "g")))))
