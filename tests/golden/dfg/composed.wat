;; RUN[txt]: inspect % --stage dfg
;;
;; Two components joined: what the consumer lowers is what the provider lifts, so the call is an adapter, named as the
;; consumer knows it. Its options are those of each side's own instance and memory; nothing is left of the instances
;; and aliases between.
(component
  (component $provider
    (core module $m
      (memory (export "mem") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "upper") (param i32 i32) (result i32) unreachable)
      (func (export "free") (param i32)))
    (core instance $m (instantiate $m))
    (func $upper (param "s" string) (result string)
      (canon lift (core func $m "upper") (memory (core memory $m "mem")) (realloc (core func $m "realloc"))
        (post-return (core func $m "free"))))
    (instance $text (export "upper" (func $upper)))
    (export "ns:pkg/text@1.0.0" (instance $text)))
  (component $consumer
    (import "ns:pkg/text@1.0.0" (instance $text (export "upper" (func (param "s" string) (result string)))))
    (core module $libc
      (memory (export "mem") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $libc (instantiate $libc))
    (core func $upper
      (canon lower (func $text "upper") (memory (core memory $libc "mem")) (realloc (core func $libc "realloc"))
        string-encoding=utf16))
    (core module $main (import "text" "upper" (func (param i32 i32 i32))))
    (core instance (instantiate $main (with "text" (instance (export "upper" (func $upper)))))))
  (instance $provider (instantiate $provider))
  (instance $consumer (instantiate $consumer
    (with "ns:pkg/text@1.0.0" (instance $provider "ns:pkg/text@1.0.0")))))
