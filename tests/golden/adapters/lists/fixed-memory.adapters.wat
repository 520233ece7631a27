  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32)
    (local i32 i32 i32 i32 i32 i32 i32)
    block (result i32) ;; label = @1
      call $"core0 f"
      local.set 1
      i32.const 1
      local.get 1
      i32.const 1
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 300
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
      i32.const 1
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 300
      i64.add
      memory.size $"core1 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      local.set 2
      local.get 0
      local.set 3
      i32.const 200
      local.set 4
      local.get 2
      local.get 4
      local.get 3
      call $"copy-bytes memory0 memory1"
      local.get 1
      i32.const 200
      i32.add
      local.set 2
      local.get 0
      i32.const 200
      i32.add
      local.set 3
      i32.const 100
      local.set 4
      local.get 2
      local.set 5
      local.get 3
      local.set 6
      local.get 4
      local.set 7
      local.get 7
      if ;; label = @2
        loop ;; label = @3
          local.get 6
          local.get 5
          i32.load8_u
          i32.const 0
          i32.ne
          i32.store8 $"core1 memory"
          local.get 5
          i32.const 1
          i32.add
          local.set 5
          local.get 6
          i32.const 1
          i32.add
          local.set 6
          local.get 7
          i32.const 1
          i32.sub
          local.tee 7
          br_if 0 (;@3;)
        end
      end
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
