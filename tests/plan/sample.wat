;; A component whose plan has something in every table: see tests/plan.rs.
(component
  (import "ns:pkg/host@1.0.0" (instance $host
    (export "file" (type $file (sub resource)))
    (export "open" (func (param "path" string) (result (own $file))))))
  (alias export $host "file" (type $file))
  (import "code" (core module $code (import "env" "memory" (memory 1)) (export "g" (func (result i32)))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
    (func (export "dtor") (param i32)))
  (core instance $memory (instantiate $memory))
  (core instance (instantiate $code (with "env" (instance $memory))))
  (type $thing' (resource (rep i32) (dtor (core func $memory "dtor"))))
  (export $thing "thing" (type $thing'))
  (core func $open (canon lower (func $host "open") (memory (core memory $memory "memory"))))
  (core func $close (canon resource.drop $file))
  (core func $new (canon resource.new $thing'))
  (component $inner
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
      (func (export "f") (param i32 i32) (result i32) (local.get 1)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "s" string) (result u32)
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (instance $inner (instantiate $inner))
  (core func $f (canon lower (func $inner "f") (memory (core memory $memory "memory"))))
  (core module $guest
    (import "host" "open" (func (param i32 i32) (result i32)))
    (import "host" "close" (func $close (param i32)))
    (import "host" "new" (func (param i32) (result i32)))
    (import "host" "f" (func (param i32 i32) (result i32)))
    (func (export "make") (result i32) (unreachable))
    (func (export "echo") (param i32 i32) (result i32) (unreachable))
    ;; It could call out, so that there is a may-leave flag.
    (func (export "post") (param i32) (call $close (local.get 0))))
  (core instance $guest (instantiate $guest (with "host" (instance
    (export "open" (func $open)) (export "close" (func $close)) (export "new" (func $new)) (export "f" (func $f))))))
  (func (export "make") (result (own $thing)) (canon lift (core func $guest "make")))
  (type $shape (variant (case "dot") (case "line" (tuple u8 u32))))
  (export $shape' "shape" (type $shape))
  (func (export "echo") (param "s" string) (result (list (option $shape')))
    (canon lift (core func $guest "echo") (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")) (post-return (core func $guest "post"))))
  (export "again" (instance $host))
  (export "module" (core module $guest)))
