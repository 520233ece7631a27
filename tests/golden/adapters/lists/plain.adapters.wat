  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32 i32)
    (local i32 i32)
    block (result i32) ;; label = @1
      i32.const 4
      local.get 1
      i32.const 67108863
      i32.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      i32.const 4
      i32.mul
      local.set 2
      i32.const 1
      local.get 0
      i32.const 3
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 4
      local.get 0
      i64.extend_i32_u
      local.get 2
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
      i32.const 0
      i32.const 4
      local.get 2
      call $"core0 realloc"
      local.set 3
      i32.const 1
      local.get 3
      i32.const 3
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 4
      local.get 3
      i64.extend_i32_u
      local.get 2
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
      local.get 2
      local.get 3
      call $"copy-bytes memory0 memory1"
      local.get 3
      local.get 1
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
