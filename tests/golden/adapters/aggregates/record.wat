;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Fields of a record go one by one, at the offsets of each side.
(component
  (component $provider
    (type $r' (record (field "a" u8) (field "b" s64)))
    (export $r "r" (type $r'))
    (core module $m
      (memory (export "memory") 1)
      (func (export "f") (param i32 i64) (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "r" $r) (result $r)
      (canon lift (core func $m "f") (memory (core memory $m "memory")))))
  (component $user
    (import "i" (instance $i
      (type $r' (record (field "a" u8) (field "b" s64)))
      (export "r" (type $r (eq $r')))
      (export "f" (func (param "r" $r) (result $r)))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $i "f") (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32 i64 i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
