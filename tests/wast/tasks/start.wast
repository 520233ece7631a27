;; Start functions are calls like those of functions that are not async: they may use streams and futures as long as they
;; need not wait. Elements that are more than numbers are moved by generated code, which must be there by then.

(component definition $Start
  (component $writer
    (type $words (stream string))
    (core module $memory
      (memory (export "memory") 1)
      ;; Two strings, as a stream has them.
      (data (i32.const 16) "\40\00\00\00\03\00\00\00\48\00\00\00\04\00\00\00")
      (data (i32.const 64) "one")
      (data (i32.const 72) "four"))
    (core instance $memory (instantiate $memory))
    (core func $new (canon stream.new $words))
    (core func $write (canon stream.write $words async (memory (core memory $memory "memory"))))
    (core module $m
      (import "" "new" (func $new (result i64)))
      (import "" "write" (func $write (param i32 i32 i32) (result i32)))
      (func (export "give") (result i32)
        (local $ends i64)
        (local.set $ends (call $new))
        (if (i32.ne (call $write (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))) (i32.const 16) (i32.const 2)) (i32.const -1))
          (then unreachable))
        (i32.wrap_i64 (local.get $ends))))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "write" (func $write))))))
    (func (export "give") (result $words) (canon lift (core func $i "give"))))

  (component $reader
    (type $words (stream string))
    (import "give" (func $give (result $words)))
    (core module $memory
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $next (i32.add (global.get $next) (local.get 3)))
        (i32.sub (global.get $next) (local.get 3))))
    (core instance $memory (instantiate $memory))
    (core func $give (canon lower (func $give)))
    (core func $read (canon stream.read $words async
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core module $m
      (import "" "memory" (memory 1))
      (import "" "give" (func $give (result i32)))
      (import "" "read" (func $read (param i32 i32 i32) (result i32)))
      (global $lengths (mut i32) (i32.const 0))
      (func $start
        ;; Two elements at once: COMPLETED.
        (if (i32.ne (call $read (call $give) (i32.const 16) (i32.const 8)) (i32.const 0x20)) (then unreachable))
        (if (i32.ne (i32.load8_u (i32.load (i32.const 24))) (i32.const 0x66 (; f ;))) (then unreachable))
        (global.set $lengths (i32.add (i32.load (i32.const 20)) (i32.load (i32.const 28)))))
      (start $start)
      (func (export "lengths") (result i32) (global.get $lengths)))
    (core instance $i (instantiate $m (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "give" (func $give)) (export "read" (func $read))))))
    (func (export "lengths") (result u32) (canon lift (core func $i "lengths"))))

  (instance $w (instantiate $writer))
  (instance $r (instantiate $reader (with "give" (func $w "give"))))
  (export "lengths" (func $r "lengths")))

(component instance $start $Start)
(assert_return (invoke "lengths") (u32.const 7))

;; Nothing has been written, so the read would have to wait.
(assert_trap
  (component
    (type $words (stream string))
    (core module $memory
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $memory (instantiate $memory))
    (core func $new (canon stream.new $words))
    (core func $read (canon stream.read $words (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core module $m
      (import "" "new" (func $new (result i64)))
      (import "" "read" (func $read (param i32 i32 i32) (result i32)))
      (func $start (drop (call $read (i32.wrap_i64 (call $new)) (i32.const 16) (i32.const 1))))
      (start $start))
    (core instance (instantiate $m (with "" (instance (export "new" (func $new)) (export "read" (func $read)))))))
  "cannot block a synchronous task before returning")
