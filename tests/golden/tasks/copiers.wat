;; RUN[adapters.wat]: inspect % --stage adapters --function copy
;; RUN[partition.txt]: inspect % --stage partition
;; RUN[plan.json]: inspect % --stage plan
;;
;; One component writes strings to streams, which another may read, and both read and write tuples of numbers: elements
;; are moved by generated functions in a module of their own. The two reads of strings share one. Plain tuples are
;; copied as bytes. The `stream<u8>` has none, as the host copies numbers itself, and so has a pair within an instance.
(component
  (component $a
    (core module $mem (memory (export "m") 1))
    (core instance $mem (instantiate $mem))
    (alias core export $mem "m" (core memory $m))
    (type $s (stream string)) (type $t (stream (tuple u32 u32))) (type $u (stream u8))
    (core func $ws (canon stream.write $s async (memory $m)))
    (core func $wt (canon stream.write $t async (memory $m)))
    (core func $wu (canon stream.write $u async (memory $m)))
    (core func $rt (canon stream.read $t async (memory $m)))
    (core module $g (import "" "ws" (func (param i32 i32 i32) (result i32)))
      (import "" "wt" (func (param i32 i32 i32) (result i32))) (import "" "rt" (func (param i32 i32 i32) (result i32)))
      (import "" "wu" (func (param i32 i32 i32) (result i32))))
    (core instance (instantiate $g (with "" (instance (export "ws" (func $ws)) (export "wt" (func $wt))
      (export "wu" (func $wu)) (export "rt" (func $rt)))))))
  (component $b
    (core module $mem (memory (export "m") i64 1)
      (func (export "r") (param i64 i64 i64 i64) (result i64) unreachable))
    (core instance $mem (instantiate $mem))
    (alias core export $mem "m" (core memory $m))
    (alias core export $mem "r" (core func $r))
    (type $s (stream string)) (type $t (stream (tuple u32 u32))) (type $u (stream u8))
    (core func $rs (canon stream.read $s (memory $m) (realloc $r) string-encoding=utf16))
    (core func $rsa (canon stream.read $s async (memory $m) (realloc $r) string-encoding=utf16))
    (core func $rt (canon stream.read $t async (memory $m)))
    (core func $ru (canon stream.read $u async (memory $m)))
    (core module $g (import "" "rs" (func (param i32 i64 i64) (result i64)))
      (import "" "rsa" (func (param i32 i64 i64) (result i64))) (import "" "ru" (func (param i32 i64 i64) (result i64)))
      (import "" "rt" (func (param i32 i64 i64) (result i64))))
    (core instance (instantiate $g (with "" (instance (export "rs" (func $rs)) (export "rsa" (func $rsa))
      (export "rt" (func $rt)) (export "ru" (func $ru)))))))
  (instance (instantiate $a))
  (instance (instantiate $b)))
