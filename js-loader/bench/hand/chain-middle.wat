;; Hand-written adapter of the chain's first call. The callee's flag is the one that the adapter of the second call checks.
(module
  (import "libc" "memory" (memory $src 1))
  (import "middle-libc" "memory" (memory $dst 1))
  (import "middle-libc" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "middle" "take" (func $take (param i32 i32) (result i32)))
  (import "to-last" "may-leave" (global $may-leave (mut i32)))

{{checks.wat}}
{{allocate-flagged.wat}}
{{transcode.wat}}

  (func (export "take") (param $s i32) (param $n i32) (result i32) (local $d i32)
    (call $check-source (local.get $s) (local.get $n) (i32.const 1) (i32.const 1))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (local.get $n)))
    (call $copy-utf8 (local.get $s) (local.get $n) (local.get $d))
    (call $take (local.get $d) (local.get $n))))
