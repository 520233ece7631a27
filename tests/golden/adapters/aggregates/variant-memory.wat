;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; In memory the payload of every case is at the same offset, after the discriminant and as aligned as the
;; most demanding case.
(component
  (component $provider
    (type $v' (variant (case "f" f32) (case "n") (case "d" f64) (case "i" s8) (case "g" f32)))
    (export $v "v" (type $v'))
    (core module $m
      (memory (export "memory") 1)
      (func (export "f") (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (result (tuple u8 $v))
      (canon lift (core func $m "f") (memory (core memory $m "memory")))))
  (component $user
    (import "i" (instance $i
      (type $v' (variant (case "f" f32) (case "n") (case "d" f64) (case "i" s8) (case "g" f32)))
      (export "v" (type $v (eq $v')))
      (export "f" (func (result (tuple u8 $v))))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $i "f") (memory (core memory $libc "memory"))))
    (core module $m (import "" "f" (func (param i32))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
