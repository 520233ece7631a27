  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32)
    (local i32)
    block (result i32) ;; label = @1
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 17
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
      i32.const 17
      call $"core0 realloc"
      local.set 1
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 17
      i64.add
      memory.size $"core0 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      local.get 0
      i32.load8_u
      i32.store8 $"core0 memory"
      local.get 1
      local.get 0
      i32.load8_u offset=1
      i32.store8 $"core0 memory" offset=1
      local.get 1
      local.get 0
      i32.load8_u offset=2
      i32.store8 $"core0 memory" offset=2
      local.get 1
      local.get 0
      i32.load8_u offset=3
      i32.store8 $"core0 memory" offset=3
      local.get 1
      local.get 0
      i32.load8_u offset=4
      i32.store8 $"core0 memory" offset=4
      local.get 1
      local.get 0
      i32.load8_u offset=5
      i32.store8 $"core0 memory" offset=5
      local.get 1
      local.get 0
      i32.load8_u offset=6
      i32.store8 $"core0 memory" offset=6
      local.get 1
      local.get 0
      i32.load8_u offset=7
      i32.store8 $"core0 memory" offset=7
      local.get 1
      local.get 0
      i32.load8_u offset=8
      i32.store8 $"core0 memory" offset=8
      local.get 1
      local.get 0
      i32.load8_u offset=9
      i32.store8 $"core0 memory" offset=9
      local.get 1
      local.get 0
      i32.load8_u offset=10
      i32.store8 $"core0 memory" offset=10
      local.get 1
      local.get 0
      i32.load8_u offset=11
      i32.store8 $"core0 memory" offset=11
      local.get 1
      local.get 0
      i32.load8_u offset=12
      i32.store8 $"core0 memory" offset=12
      local.get 1
      local.get 0
      i32.load8_u offset=13
      i32.store8 $"core0 memory" offset=13
      local.get 1
      local.get 0
      i32.load8_u offset=14
      i32.store8 $"core0 memory" offset=14
      local.get 1
      local.get 0
      i32.load8_u offset=15
      i32.store8 $"core0 memory" offset=15
      local.get 1
      local.get 0
      i32.load8_u offset=16
      i32.store8 $"core0 memory" offset=16
      local.get 1
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
