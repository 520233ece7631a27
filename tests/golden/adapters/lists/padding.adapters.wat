  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32 i32)
    (local i32 i32 i32 i32 i32)
    block (result i32) ;; label = @1
      i32.const 4
      local.get 1
      i32.const 33554431
      i32.gt_u
      br_if 0 (;@1;)
      drop
      local.get 1
      i32.const 8
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
      local.set 4
      local.get 3
      local.set 5
      local.get 1
      local.set 6
      local.get 6
      if ;; label = @2
        loop ;; label = @3
          local.get 5
          local.get 4
          i32.load8_u
          i32.store8 $"core0 memory"
          local.get 5
          local.get 4
          i32.load offset=4
          i32.store $"core0 memory" offset=4
          local.get 4
          i32.const 8
          i32.add
          local.set 4
          local.get 5
          i32.const 8
          i32.add
          local.set 5
          local.get 6
          i32.const 1
          i32.sub
          local.tee 6
          br_if 0 (;@3;)
        end
      end
      local.get 3
      local.get 1
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
