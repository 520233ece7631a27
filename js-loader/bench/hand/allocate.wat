  ;; Allocation in an instance that imports nothing: nothing could see a may-leave flag of it, so it has none. A module
  ;; field that the hand-written adapters include.

  (func $allocate (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $new i32)
    (local.set $new
      (call $realloc (local.get $old) (local.get $old-size) (local.get $align) (local.get $size)))
    (if (i32.and (local.get $new) (i32.sub (local.get $align) (i32.const 1))) (then unreachable))
    (if (i64.gt_u
          (i64.add (i64.extend_i32_u (local.get $new)) (i64.extend_i32_u (local.get $size)))
          (i64.shl (i64.extend_i32_u (memory.size $dst)) (i64.const 16)))
      (then unreachable))
    (local.get $new))
