  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32 i32)
    (local i32 i64 i64 i64 i64 i32 i32 i32 i32 i64 i64)
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
      local.get 1
      i64.extend_i32_u
      local.set 3
      local.get 3
      i64.const 16
      i64.mul
      local.set 4
      i64.const 0
      i64.const 0
      i64.const 8
      local.get 4
      call $"core0 realloc"
      local.set 5
      i32.const 1
      local.get 5
      i64.const 7
      i64.and
      i32.wrap_i64
      br_if 0 (;@1;)
      drop
      i32.const 4
      local.get 5
      local.get 4
      i64.add
      local.tee 6
      local.get 5
      i64.lt_u
      local.get 6
      memory.size $"core0 memory"
      i64.const 16
      i64.shl
      i64.gt_u
      i32.or
      br_if 0 (;@1;)
      drop
      local.get 0
      local.set 7
      local.get 5
      local.set 6
      local.get 1
      local.set 8
      local.get 8
      if ;; label = @2
        loop ;; label = @3
          local.get 7
          i32.load
          local.set 9
          local.get 7
          i32.load offset=4
          local.set 10
          local.get 9
          local.get 10
          i32.const 1
          call $"translate string root/user utf8 -> root/provider utf8"
          local.set 11
          local.set 12
          local.get 6
          local.get 12
          i64.store $"core0 memory"
          local.get 6
          local.get 11
          i64.store $"core0 memory" offset=8
          local.get 7
          i32.const 8
          i32.add
          local.set 7
          local.get 6
          i64.const 16
          i64.add
          local.set 6
          local.get 8
          i32.const 1
          i32.sub
          local.tee 8
          br_if 0 (;@3;)
        end
      end
      local.get 5
      local.get 3
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
