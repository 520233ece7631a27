  ;; Allocation in an instance that could call out: it may not while its realloc runs, and $may-leave says so. A module
  ;; field that the hand-written adapters include.

  (func $allocate (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $new i32)
    (global.set $may-leave (i32.const 0))
    (local.set $new
      (call $realloc (local.get $old) (local.get $old-size) (local.get $align) (local.get $size)))
    (global.set $may-leave (i32.const 1))
    (if (i32.and (local.get $new) (i32.sub (local.get $align) (i32.const 1))) (then unreachable))
    (if (i64.gt_u
          (i64.add (i64.extend_i32_u (local.get $new)) (i64.extend_i32_u (local.get $size)))
          (i64.shl (i64.extend_i32_u (memory.size $dst)) (i64.const 16)))
      (then unreachable))
    (local.get $new))
