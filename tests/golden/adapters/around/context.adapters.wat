  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32 i32)
    (local i32 i32 i32)
    block (result i32) ;; label = @1
      global.get $context1.0
      local.set 2
      global.get $context1.1
      local.set 3
      i32.const 4
      local.get 1
      i32.const 268435455
      i32.gt_u
      br_if 0 (;@1;)
      drop
      i32.const 4
      local.get 0
      i64.extend_i32_u
      local.get 1
      i64.extend_i32_u
      i64.add
      memory.size
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      i32.const 0
      global.set $context1.0
      i32.const 0
      global.set $context1.1
      i32.const 0
      i32.const 0
      i32.const 1
      local.get 1
      call $"core0 realloc"
      local.set 4
      i32.const 4
      local.get 4
      i64.extend_i32_u
      local.get 1
      i64.extend_i32_u
      i64.add
      memory.size $"core0 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 1
      local.get 4
      call $"copy-bytes memory0 memory1"
      local.get 4
      local.get 1
      i32.const 0
      global.set $context1.0
      i32.const 0
      global.set $context1.1
      call $"core0 f"
      local.get 2
      global.set $context1.0
      local.get 3
      global.set $context1.1
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
