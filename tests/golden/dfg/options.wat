;; RUN[txt]: inspect % --stage dfg
;;
;; Options with all their parts: encodings, a 64-bit memory, a realloc that is itself an adapter, a post-return that is
;; a trampoline, and a lift without any.
(component
  (import "done" (func $done (param "p" u32)))
  (core module $m
    (memory (export "m32") 1) (memory (export "m64") i64 1)
    (func (export "r32") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "r64") (param i64 i64 i64 i64) (result i64) unreachable)
    (func (export "s32") (param i32 i32) (result i32) unreachable)
    (func (export "s64") (param i64 i64)))
  (core instance $m (instantiate $m))
  (func $r (param "a" u32) (param "b" u32) (param "c" u32) (param "d" u32) (result u32) (canon lift (core func $m "r32")))
  (core func $realloc (canon lower (func $r)))
  (core func $done (canon lower (func $done)))
  (func (export "a") (param "s" string) (result string)
    (canon lift (core func $m "s32") (memory (core memory $m "m32")) (realloc $realloc) (post-return $done)
      string-encoding=latin1+utf16))
  (func (export "b") (param "s" string)
    (canon lift (core func $m "s64") (memory (core memory $m "m64")) (realloc (core func $m "r64")) string-encoding=utf16)))
