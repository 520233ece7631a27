;; Two components made one: `greeter`, whose strings are UTF-8, asks `phrases`, whose strings are UTF-16, for a phrase
;; and puts a name behind it. Components written apart are composed with `wac plug`, which gives a component of just
;; this form; this one is text, so that it can be read. corefuse makes an adapter module of the call between the two.
(component
  (component $phrases
    (core module $main
      (memory (export "memory") 1)
      ;; What is known: languages of two letters, and where their phrases are.
      (data (i32.const 0) "e\00n\00" "f\00r\00" "j\00a\00")
      (data (i32.const 32) "H\00e\00l\00l\00o\00")
      (data (i32.const 64) "S\00a\00l\00u\00t\00")
      (data (i32.const 96) "\53\30\93\30\6b\30\61\30\6f\30")
      ;; Each call needs room for one string, which the next call may use again.
      (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
        (if (i32.gt_u (local.get $size) (i32.const 1024)) (then unreachable))
        i32.const 1024)
      ;; hello(language) -> option<string>, which is returned in memory at 256.
      (func (export "hello") (param $language i32) (param $units i32) (result i32)
        (local $i i32)
        (i32.store8 (i32.const 256) (i32.const 0))
        (if (i32.eq (local.get $units) (i32.const 2))
          (then
            (loop $next
              (if (i32.eq (i32.load (local.get $language)) (i32.load (i32.shl (local.get $i) (i32.const 2))))
                (then
                  (i32.store8 (i32.const 256) (i32.const 1))
                  (i32.store (i32.const 260) (i32.shl (i32.add (local.get $i) (i32.const 1)) (i32.const 5)))
                  (i32.store (i32.const 264) (i32.const 5))))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br_if $next (i32.lt_u (local.get $i) (i32.const 3))))))
        i32.const 256))
    (core instance $main (instantiate $main))
    (func $hello (param "language" string) (result (option string))
      (canon lift (core func $main "hello") string-encoding=utf16
        (memory (core memory $main "memory")) (realloc (core func $main "realloc"))))
    (instance (export "example:greeting/phrases@0.1.0") (export "hello" (func $hello))))

  (component $greeter
    (import "example:greeting/phrases@0.1.0" (instance $phrases
      (export "hello" (func (param "language" string) (result (option string))))))
    (core module $memory
      (memory (export "memory") 1)
      ;; The first free byte. Whatever a call was given is free again when it has returned.
      (global $free (mut i32) (i32.const 1024))
      (func (export "reset") (param i32)
        (global.set $free (i32.const 1024)))
      (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
        (local $new i32)
        (local.set $new (global.get $free))
        (global.set $free (i32.add (local.get $new) (local.get $size)))
        (if (i32.gt_u (global.get $free) (i32.const 65536)) (then unreachable))
        (memory.copy (local.get $new) (local.get $old) (local.get $old-size))
        local.get $new))
    (core instance $memory (instantiate $memory))
    (core func $hello (canon lower (func $phrases "hello")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core module $main
      (import "phrases" "hello" (func $hello (param i32 i32 i32)))
      (import "memory" "memory" (memory 1))
      (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
      (data (i32.const 64) "no greeting in that language")
      ;; greet(name, language) -> result<string, string>, which is returned in memory at 16.
      (func (export "greet") (param $name i32) (param $name-size i32) (param $language i32) (param $language-size i32) (result i32)
        (local $to i32)
        (call $hello (local.get $language) (local.get $language-size) (i32.const 0))
        (if (i32.eqz (i32.load8_u (i32.const 0)))
          (then
            (i32.store8 (i32.const 16) (i32.const 1))
            (i32.store (i32.const 20) (i32.const 64))
            (i32.store (i32.const 24) (i32.const 28))
            (return (i32.const 16))))
        (i32.store8 (i32.const 16) (i32.const 0))
        (i32.store (i32.const 24) (i32.add (i32.add (i32.load (i32.const 8)) (local.get $name-size)) (i32.const 3)))
        (local.set $to (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.load (i32.const 24))))
        (i32.store (i32.const 20) (local.get $to))
        (memory.copy (local.get $to) (i32.load (i32.const 4)) (i32.load (i32.const 8)))
        (local.set $to (i32.add (local.get $to) (i32.load (i32.const 8))))
        (i32.store16 (local.get $to) (i32.const 0x202c))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (memory.copy (local.get $to) (local.get $name) (local.get $name-size))
        (i32.store8 (i32.add (local.get $to) (local.get $name-size)) (i32.const 0x21))
        i32.const 16))
    (core instance $main (instantiate $main
      (with "phrases" (instance (export "hello" (func $hello))))
      (with "memory" (instance $memory))))
    (func (export "greet") (param "name" string) (param "language" string) (result (result string (error string)))
      (canon lift (core func $main "greet")
        (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))
        (post-return (core func $memory "reset")))))

  (instance $phrases (instantiate $phrases))
  (instance $greeter (instantiate $greeter (with "example:greeting/phrases@0.1.0" (instance $phrases "example:greeting/phrases@0.1.0"))))
  (export "greet" (func $greeter "greet")))
