;; FAIL[err]: inspect % --stage dfg
;;
;; What cannot be used makes what is made of it unusable: the lift has a post-return that is a lower of an
;; asynchronous function. The error is that of the lower.
(component
  (core module $m (memory (export "m") 1) (func (export "f") (result i32) unreachable)
    (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $m (instantiate $m))
  (import "log" (func $log async (param "p" u32)))
  (core func $log (canon lower (func $log)))
  (func $f (result string)
    (canon lift (core func $m "f") (memory (core memory $m "m")) (realloc (core func $m "r")) (post-return $log)))
  (export "f" (func $f)))
