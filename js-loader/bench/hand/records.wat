;; Hand-written adapter: a list of records with a string each.
(module
  (import "libc" "memory" (memory $src 1))
  (import "callee" "memory" (memory $dst 1))
  (import "callee" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "callee" "take" (func $take (param i32 i32) (result i32)))

{{checks.wat}}
{{allocate.wat}}
{{transcode.wat}}

  (func (export "take") (param $s i32) (param $count i32) (result i32)
    (local $d i32) (local $list i32) (local $end i32) (local $text i32) (local $n i32) (local $copy i32)
    (call $check-source (local.get $s) (local.get $count) (i32.const 24) (i32.const 8))
    (local.set $list
      (local.tee $d
        (call $allocate (i32.const 0) (i32.const 0) (i32.const 8) (i32.mul (local.get $count) (i32.const 24)))))
    (local.set $end (i32.add (local.get $s) (i32.mul (local.get $count) (i32.const 24))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $s) (local.get $end)))
        (i32.store $dst (local.get $d) (i32.load $src (local.get $s)))
        (i64.store $dst offset=8 (local.get $d) (i64.load $src offset=8 (local.get $s)))
        (local.set $text (i32.load $src offset=16 (local.get $s)))
        (local.set $n (i32.load $src offset=20 (local.get $s)))
        (if (i32.gt_u (local.get $n) (i32.const 0x0fffffff)) (then unreachable))
        (if (i64.gt_u
              (i64.add (i64.extend_i32_u (local.get $text)) (i64.extend_i32_u (local.get $n)))
              (i64.shl (i64.extend_i32_u (memory.size $src)) (i64.const 16)))
          (then unreachable))
        (local.set $copy (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $n)))
        (if (i64.gt_u
              (i64.add (i64.extend_i32_u (local.get $copy)) (i64.extend_i32_u (local.get $n)))
              (i64.shl (i64.extend_i32_u (memory.size $dst)) (i64.const 16)))
          (then unreachable))
        (call $copy-utf8 (local.get $text) (local.get $n) (local.get $copy))
        (i32.store $dst offset=16 (local.get $d) (local.get $copy))
        (i32.store $dst offset=20 (local.get $d) (local.get $n))
        (local.set $s (i32.add (local.get $s) (i32.const 24)))
        (local.set $d (i32.add (local.get $d) (i32.const 24)))
        (br $next)))
    (call $take (local.get $list) (local.get $count))))
