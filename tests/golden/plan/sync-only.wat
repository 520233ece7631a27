;; RUN[plan.txt]: inspect % --stage plan
;;
;; A component without anything asynchronous pays nothing for it: the sizes and hashes of its modules, which other
;; goldens leave out, do not depend on any of it, and the plan is one of format 1.0. A change here is fine if
;; generated code became better; it is not if the change is about tasks.
(component
  (component $provider
    (core func $get (canon context.get i32 0))
    (core module $m
      (import "" "get" (func (result i32)))
      (memory (export "m") 1)
      (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "drop") (param i32))
      (func (export "post") (param i32))
      (func (export "f") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $m (instantiate $m (with "" (instance (export "get" (func $get))))))
    (alias core export $m "m" (core memory $m))
    (alias core export $m "r" (core func $r))
    (type $res' (resource (rep i32) (dtor (core func $m "drop"))))
    (export $res "res" (type $res'))
    (func (export "f") (param "r" (borrow $res)) (param "o" (own $res)) (param "s" string) (result (list string))
      (canon lift (core func $m "f") (memory $m) (realloc $r) (post-return (core func $m "post")))))
  (component $caller
    (import "res" (type $res (sub resource)))
    (import "f" (func $f (param "r" (borrow $res)) (param "o" (own $res)) (param "s" string) (result (list string))))
    (core module $mem (memory (export "m") i64 1)
      (func (export "r") (param i64 i64 i64 i64) (result i64) unreachable))
    (core instance $mem (instantiate $mem))
    (core func $f (canon lower (func $f) (memory (core memory $mem "m")) (realloc (core func $mem "r"))
      string-encoding=utf16))
    (core func $drop (canon resource.drop $res))
    (core module $m (import "" "f" (func (param i32 i32 i64 i64 i64))) (import "" "drop" (func (param i32))))
    (core instance (instantiate $m (with "" (instance (export "f" (func $f)) (export "drop" (func $drop)))))))
  (instance $provider (instantiate $provider))
  (instance (instantiate $caller
    (with "res" (type $provider "res")) (with "f" (func $provider "f")))))
