  (func $"body of adapter root/caller -> root/callee f" (;11;) (type 1) (param i32 i32 i32 i32)
    (local i32)
    block (result i32) ;; label = @1
      i32.const 1
      local.get 0
      i32.const 3
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 20
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
      i32.const 1
      i32.const 0
      local.get 0
      i32.load
      local.get 2
      i32.const 1
      call $lend
      local.get 3
      call $new_borrow
      local.get 0
      i32.load offset=4
      local.get 0
      i32.load offset=8
      local.get 0
      i32.load offset=12
      local.get 0
      i32.load offset=16
      call $"core0 f"
      local.set 4
      call $"task check"
      i32.const 2
      local.get 4
      i64.extend_i32_u
      i64.const 2
      i64.add
      memory.size $"core0 m"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 2
      i64.add
      memory.size
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      local.get 4
      i32.load8_u $"core0 m"
      i32.store8
      local.get 1
      local.get 4
      i32.load8_u $"core0 m" offset=1
      i32.store8 offset=1
      call $"task returned"
      local.get 4
      call $"core0 post"
      call $"task exit"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
