  ;; What every adapter with a memory on both sides checks: a module field that the hand-written adapters include.

  ;; A string or list of $count items in the caller: at most 2^28-1 bytes, aligned, inside the memory.
  (func $check-source (param $ptr i32) (param $count i32) (param $width i32) (param $align i32)
    (local $size i64)
    (local.set $size
      (i64.mul (i64.extend_i32_u (local.get $count)) (i64.extend_i32_u (local.get $width))))
    (if (i64.gt_u (local.get $size) (i64.const 0x0fffffff)) (then unreachable))
    (if (i32.and (local.get $ptr) (i32.sub (local.get $align) (i32.const 1))) (then unreachable))
    (if (i64.gt_u
          (i64.add (i64.extend_i32_u (local.get $ptr)) (local.get $size))
          (i64.shl (i64.extend_i32_u (memory.size $src)) (i64.const 16)))
      (then unreachable)))
