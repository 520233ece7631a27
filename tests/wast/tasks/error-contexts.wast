;; What an error context says comes to each guest as its options have strings, and belongs to nobody: dropping a handle
;; takes nothing from others.

(component definition $Errors
  (component $maker
    (core module $memory (memory (export "memory") 1) (data (i32.const 8) "Zo\c3\ab"))
    (core instance $memory (instantiate $memory))
    (core func $new (canon error-context.new (memory (core memory $memory "memory"))))
    (core func $drop (canon error-context.drop))
    (core module $m
      (import "" "new" (func $new (param i32 i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (result i32)
        (call $drop (call $new (i32.const 8) (i32.const 2)))
        (call $new (i32.const 8) (i32.const 4)))
      (func (export "outside") (result i32) (call $new (i32.const 65535) (i32.const 2)))
      (func (export "twice") (local $made i32)
        (local.set $made (call $new (i32.const 8) (i32.const 4)))
        (call $drop (local.get $made))
        (call $drop (local.get $made))))
    (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
    (type $error error-context)
    (func (export "make") (result $error) (canon lift (core func $i "make")))
    (func (export "outside") (result $error) (canon lift (core func $i "outside")))
    (func (export "twice") (canon lift (core func $i "twice"))))

  ;; As UTF-16, in a 32-bit memory.
  (component $narrow
    (type $error error-context)
    (import "make" (func $make (result $error)))
    (core module $memory
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
    (core instance $memory (instantiate $memory))
    (core func $make (canon lower (func $make)))
    (core func $text (canon error-context.debug-message string-encoding=utf16
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core func $drop (canon error-context.drop))
    (core module $m
      (import "" "memory" (memory 1))
      (import "" "make" (func $make (result i32)))
      (import "" "text" (func $text (param i32 i32)))
      (import "" "drop" (func $drop (param i32)))
      (func $read (export "read") (param $at i32) (result i32)
        (local $made i32)
        (local.set $made (call $make))
        (call $text (local.get $made) (local.get $at))
        (call $drop (local.get $made))
        ;; The address, the length and the third character.
        (i32.or (i32.load (local.get $at))
          (i32.or (i32.shl (i32.load (i32.add (local.get $at) (i32.const 4))) (i32.const 16))
            (i32.shl (i32.load16_u (i32.add (i32.load (local.get $at)) (i32.const 4))) (i32.const 24)))))
      (func (export "unknown") (call $text (i32.const 1) (i32.const 16))))
    (core instance $i (instantiate $m (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "make" (func $make)) (export "text" (func $text)) (export "drop" (func $drop))))))
    (func (export "read") (param "at" u32) (result u32) (canon lift (core func $i "read")))
    (func (export "unknown") (canon lift (core func $i "unknown"))))

  ;; As Latin-1, in a 64-bit memory.
  (component $wide
    (type $error error-context)
    (import "make" (func $make (result $error)))
    (core module $memory
      (memory (export "memory") i64 1)
      (func (export "realloc") (param i64 i64 i64 i64) (result i64) (i64.const 2048)))
    (core instance $memory (instantiate $memory))
    (core func $make (canon lower (func $make)))
    (core func $text (canon error-context.debug-message string-encoding=latin1+utf16
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core module $m
      (import "" "memory" (memory i64 1))
      (import "" "make" (func $make (result i32)))
      (import "" "text" (func $text (param i32 i64)))
      (func (export "read") (result i32)
        (call $text (call $make) (i64.const 16))
        (i32.wrap_i64 (i64.or (i64.load (i64.const 16))
          (i64.or (i64.shl (i64.load (i64.const 24)) (i64.const 16))
            (i64.shl (i64.load8_u (i64.add (i64.load (i64.const 16)) (i64.const 2))) (i64.const 24)))))))
    (core instance $i (instantiate $m (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "make" (func $make)) (export "text" (func $text))))))
    (func (export "read") (result u32) (canon lift (core func $i "read"))))

  (instance $maker (instantiate $maker))
  (instance $narrow (instantiate $narrow (with "make" (func $maker "make"))))
  (instance $wide (instantiate $wide (with "make" (func $maker "make"))))
  (export "outside" (func $maker "outside"))
  (export "twice" (func $maker "twice"))
  (export "read" (func $narrow "read"))
  (export "unknown" (func $narrow "unknown"))
  (export "read-wide" (func $wide "read")))

(component instance $i $Errors)
(assert_return (invoke "read" (u32.const 16)) (u32.const 0xeb030400))
(assert_return (invoke "read-wide") (u32.const 0xeb030800))
(assert_trap (invoke "read" (u32.const 18)) "pointer not aligned")
(component instance $i $Errors)
(assert_trap (invoke "read" (u32.const 65532)) "pointer out of bounds of memory")
(component instance $i $Errors)
(assert_trap (invoke "unknown") "unknown handle index 1")
(component instance $i $Errors)
(assert_trap (invoke "outside") "string pointer/length out of bounds of memory")
(component instance $i $Errors)
(assert_trap (invoke "twice") "unknown handle index")
