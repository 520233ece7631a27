;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; The slot of the payload is an i64, the join of f32, f64 and i32: values are taken out of it and put into
;; it by their bits. Both cases of f32 share an arm.
(component
  (component $provider
    (type $v' (variant (case "f" f32) (case "n") (case "d" f64) (case "i" s8) (case "g" f32)))
    (export $v "v" (type $v'))
    (core module $m
      (func (export "f") (param i32 i64) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "v" $v)
      (canon lift (core func $m "f"))))
  (component $user
    (import "i" (instance $i
      (type $v' (variant (case "f" f32) (case "n") (case "d" f64) (case "i" s8) (case "g" f32)))
      (export "v" (type $v (eq $v')))
      (export "f" (func (param "v" $v)))))
    (core func $f (canon lower (func $i "f")))
    (core module $m (import "" "f" (func (param i32 i64))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
