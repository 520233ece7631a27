;; RUN[plan.json]: inspect % --stage plan
;;
;; The memory is extracted just before the first initializer that uses a lowered import with it, and once, although
;; two lowers and three lifts name it; the realloc likewise. What only exports need, here the post-return, comes last.
;; Both lowers of `a` have equal options and so are one trampoline; `b` has other options.
(component
  (import "a" (func $a (param "s" string)))
  (import "b" (func $b (result string)))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (unreachable)))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $a1 (canon lower (func $a) (memory $mem)))
  (core func $a2 (canon lower (func $a) (memory $mem)))
  (core func $b (canon lower (func $b) (memory $mem) (realloc $realloc)))
  (core module $guest
    (import "host" "a1" (func (param i32 i32)))
    (import "host" "a2" (func (param i32 i32)))
    (import "host" "b" (func (param i32)))
    (func (export "get") (result i32) (unreachable))
    (func (export "put") (param i32 i32) (unreachable))
    (func (export "post") (param i32) (unreachable)))
  (core instance $guest (instantiate $guest (with "host" (instance
    (export "a1" (func $a1)) (export "a2" (func $a2)) (export "b" (func $b))))))
  (func (export "get") (result string)
    (canon lift (core func $guest "get") (memory $mem) (post-return (core func $guest "post"))))
  (func (export "put") (param "s" string)
    (canon lift (core func $guest "put") (memory $mem) (realloc $realloc)))
  (func (export "put-wide") (param "s" string)
    (canon lift (core func $guest "put") (memory $mem) (realloc $realloc) string-encoding=utf16)))
