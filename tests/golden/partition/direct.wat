;; RUN[partition.txt]: inspect % --stage partition
;;
;; A function of numbers that any bits are good for needs no adapter: the caller's import is the callee
;; itself, also through a component that only passes it on.
(component
  (component $def
    (core module $m (func (export "f") (param i32 i64) (result f32) (f32.const 0)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "a" u32) (param "b" s64) (result f32) (canon lift (core func $m "f"))))
  (component $pass
    (import "f" (func $f (param "a" u32) (param "b" s64) (result f32)))
    (core func $f (canon lower (func $f)))
    (func (export "f") (param "a" u32) (param "b" s64) (result f32) (canon lift (core func $f))))
  (component $use
    (import "f" (func $f (param "a" u32) (param "b" s64) (result f32)))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32 i64) (result f32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $a (instantiate $def))
  (instance $b (instantiate $pass (with "f" (func $a "f"))))
  (instance (instantiate $use (with "f" (func $b "f")))))
