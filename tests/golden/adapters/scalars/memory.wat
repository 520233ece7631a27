;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; The same in memory, from the callee's area to the caller's: both pointers are checked, alignment first;
;; loads and stores cut and extend, so only a bool and a char need more.
(component
  (component $provider
    (core module $m
      (memory (export "memory") 1)
      (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result (tuple bool u8 s16 char f32 u64))
      (canon lift (core func $m "f") (memory (core memory $m "memory")))))
  (component $user
    (import "f" (func $f (result (tuple bool u8 s16 char f32 u64))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "f" (func $provider "f")))))
