;; RUN[plan.json]: inspect % --stage plan
;; RUN[partition.txt]: inspect % --stage partition
;;
;; An adapter module is instantiated just before the first initializer that uses one of its exports, and once. `$b`
;; calls `$a`, and `$c` calls both. The adapter for the call to `$b` needs the core instance of `$b`, which itself needs
;; an adapter, so there are two modules. Memories that only adapters use have no `memory` initializer.
(component
  (component $a
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
      (func (export "f") (param i32 i32)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "s" string)
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $caller
    (import "f" (func $f (param "s" string)))
    (import "g" (func $g (param "s" string)))
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8)))
    (core instance $m (instantiate $m))
    (core func $f (canon lower (func $f) (memory (core memory $m "memory"))))
    (core func $g (canon lower (func $g) (memory (core memory $m "memory"))))
    (core module $calls
      (import "a" "f" (func $f (param i32 i32)))
      (import "a" "g" (func $g (param i32 i32)))
      (func (export "f") (param i32 i32) (call $f (i32.const 0) (i32.const 0))))
    (core instance $calls (instantiate $calls
      (with "a" (instance (export "f" (func $f)) (export "g" (func $g))))))
    (func (export "f") (param "s" string)
      (canon lift (core func $calls "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (instance $a (instantiate $a))
  (instance $b (instantiate $caller (with "f" (func $a "f")) (with "g" (func $a "f"))))
  (instance $c (instantiate $caller (with "f" (func $a "f")) (with "g" (func $b "f"))))
  (export "f" (func $c "f")))
