;; Hand-written adapter: a list<u32> is copied at once.
(module
  (import "libc" "memory" (memory $src 1))
  (import "callee" "memory" (memory $dst 1))
  (import "callee" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "callee" "take" (func $take (param i32 i32) (result i32)))

{{checks.wat}}
{{allocate.wat}}

  (func (export "take") (param $s i32) (param $count i32) (result i32) (local $d i32)
    (call $check-source (local.get $s) (local.get $count) (i32.const 4) (i32.const 4))
    (local.set $d
      (call $allocate (i32.const 0) (i32.const 0) (i32.const 4) (i32.shl (local.get $count) (i32.const 2))))
    (memory.copy $dst $src (local.get $d) (local.get $s) (i32.shl (local.get $count) (i32.const 2)))
    (call $take (local.get $d) (local.get $count))))
