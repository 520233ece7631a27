  (func $"adapter root/user -> root/provider i#f" (;1;) (type 0) (param i32 i64 i32)
    (local i32)
    block (result i32) ;; label = @1
      local.get 0
      i32.const 255
      i32.and
      local.get 1
      call $"core0 f"
      local.set 3
      i32.const 1
      local.get 3
      i32.const 7
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 3
      i64.extend_i32_u
      i64.const 16
      i64.add
      memory.size
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      i32.const 1
      local.get 2
      i32.const 7
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 2
      i64.extend_i32_u
      i64.const 16
      i64.add
      memory.size $"core1 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 2
      local.get 3
      i32.load8_u
      i32.store8 $"core1 memory"
      local.get 2
      local.get 3
      i64.load offset=8
      i64.store $"core1 memory" offset=8
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
