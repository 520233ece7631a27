;; Hand-written adapter of the chain's second call. Its caller has a realloc, so its flag can be 0 and is checked.
(module
  (import "middle-libc" "memory" (memory $src 1))
  (import "last" "memory" (memory $dst 1))
  (import "last" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "last" "take" (func $take (param i32 i32) (result i32)))
  (global $caller-may-leave (export "may-leave") (mut i32) (i32.const 1))

{{checks.wat}}
{{allocate.wat}}
{{transcode.wat}}

  (func (export "take") (param $s i32) (param $n i32) (result i32) (local $d i32)
    (if (i32.eqz (global.get $caller-may-leave)) (then unreachable))
    (call $check-source (local.get $s) (local.get $n) (i32.const 1) (i32.const 1))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (local.get $n)))
    (call $copy-utf8 (local.get $s) (local.get $n) (local.get $d))
    (call $take (local.get $d) (local.get $n))))
