  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32)
    (local i32)
    block (result i32) ;; label = @1
      call $"core0 f"
      local.set 1
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 243
      i64.add
      memory.size
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 243
      i64.add
      memory.size $"core1 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      local.get 0
      i32.const 1
      call $"translate tuple #5 root/provider memory -> root/user memory"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
