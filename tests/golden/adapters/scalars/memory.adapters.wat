  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32)
    (local i32 i32)
    block (result i32) ;; label = @1
      call $"core0 f"
      local.set 1
      i32.const 1
      local.get 1
      i32.const 7
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 24
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
      i32.const 7
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 24
      i64.add
      memory.size $"core1 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 1
      i32.load8_u
      i32.const 0
      i32.ne
      i32.store8 $"core1 memory"
      local.get 0
      local.get 1
      i32.load8_u offset=1
      i32.store8 $"core1 memory" offset=1
      local.get 0
      local.get 1
      i32.load16_s offset=2
      i32.store16 $"core1 memory" offset=2
      local.get 1
      i32.load offset=4
      local.set 2
      i32.const 7
      local.get 2
      i32.const 55296
      i32.xor
      i32.const 2048
      i32.sub
      i32.const 1112064
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 2
      i32.store $"core1 memory" offset=4
      local.get 0
      local.get 1
      f32.load offset=8
      f32.store $"core1 memory" offset=8
      local.get 0
      local.get 1
      i64.load offset=16
      i64.store $"core1 memory" offset=16
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
