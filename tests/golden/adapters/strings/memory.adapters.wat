  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32)
    (local i32 i32 i32 i32 i32)
    block (result i32) ;; label = @1
      call $"core0 f"
      local.set 1
      i32.const 1
      local.get 1
      i32.const 3
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 12
      i64.add
      memory.size
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      i32.const 1
      local.get 0
      i32.const 3
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 12
      i64.add
      memory.size $"core1 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      i32.load
      local.set 2
      local.get 1
      i32.load offset=4
      local.set 3
      local.get 2
      local.get 3
      i32.const 1
      call $"translate string root/provider utf8 -> root/user utf8"
      local.set 4
      local.set 5
      local.get 0
      local.get 5
      i32.store $"core1 memory"
      local.get 0
      local.get 4
      i32.store $"core1 memory" offset=4
      local.get 0
      local.get 1
      i32.load8_u offset=8
      i32.store8 $"core1 memory" offset=8
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
