;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; A variant in a variant: slots are joined on each level, and unused ones of both become zero.
(component
  (component $provider
    (core module $m
      (func (export "f") (param i32 i32 i64) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "v" (option (result f32 (error u64))))
      (canon lift (core func $m "f"))))
  (component $user
    (import "f" (func $f (param "v" (option (result f32 (error u64))))))
    (core func $f (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32 i32 i64))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
