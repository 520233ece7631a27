;; Hand-written adapter: a string result. The names follow the text: the source is the callee, the destination the caller.
(module
  (import "callee" "memory" (memory $src 1))
  (import "libc" "memory" (memory $dst 1))
  (import "libc" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "callee" "give" (func $give (result i32)))
  (import "callee" "given" (func $given (param i32)))
  (global $may-leave (mut i32) (i32.const 1))

{{checks.wat}}
{{allocate-flagged.wat}}
{{transcode.wat}}

  (func (export "give") (param $to i32) (local $from i32) (local $s i32) (local $n i32) (local $d i32)
    (if (i32.eqz (global.get $may-leave)) (then unreachable))
    (local.set $from (call $give))
    (call $check-source (local.get $from) (i32.const 2) (i32.const 4) (i32.const 4))
    (local.set $s (i32.load $src (local.get $from)))
    (local.set $n (i32.load $src offset=4 (local.get $from)))
    (call $check-source (local.get $s) (local.get $n) (i32.const 1) (i32.const 1))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (local.get $n)))
    (call $copy-utf8 (local.get $s) (local.get $n) (local.get $d))
    (if (i32.and (local.get $to) (i32.const 3)) (then unreachable))
    (i32.store $dst (local.get $to) (local.get $d))
    (i32.store $dst offset=4 (local.get $to) (local.get $n))
    ;; The callee imports nothing, so nothing could see that it may not call out during post-return.
    (call $given (local.get $from))))
