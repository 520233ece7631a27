  (func $"translate string root/user latin1+utf16 -> root/provider utf16" (;3;) (type 1) (param i32 i32 i32) (result i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32)
    block (result i32) ;; label = @1
      local.get 1
      i32.const 0
      i32.lt_s
      if ;; label = @2
        local.get 1
        i32.const -2147483648
        i32.xor
        local.set 5
        i32.const 3
        local.get 5
        i32.const 134217727
        i32.gt_u
        br_if 1 (;@1;)
        drop
        local.get 5
        i32.const 2
        i32.mul
        local.set 6
        i32.const 1
        local.get 0
        i32.const 1
        i32.and
        br_if 1 (;@1;)
        drop
        i32.const 3
        local.get 0
        i64.extend_i32_u
        local.get 6
        i64.extend_i32_u
        i64.add
        memory.size
        i64.extend_i32_u
        i64.const 16
        i64.shl
        i64.gt_u
        br_if 1 (;@1;)
        drop
        local.get 5
        i32.const 2
        i32.mul
        local.set 7
        i32.const 0
        i32.const 0
        i32.const 2
        local.get 7
        call $"core0 realloc"
        local.set 3
        i32.const 1
        local.get 3
        i32.const 1
        i32.and
        br_if 1 (;@1;)
        drop
        i32.const 3
        local.get 3
        i64.extend_i32_u
        local.get 7
        i64.extend_i32_u
        i64.add
        memory.size $"core0 memory"
        i64.extend_i32_u
        i64.const 16
        i64.shl
        i64.gt_u
        br_if 1 (;@1;)
        drop
        local.get 0
        local.get 5
        local.get 3
        call $"copy-utf16 memory0 memory1"
        local.set 8
        i32.const 6
        local.get 8
        i32.const 0
        i32.lt_s
        br_if 1 (;@1;)
        drop
        local.get 5
        local.set 4
      else
        i32.const 3
        local.get 1
        i32.const 268435455
        i32.gt_u
        br_if 1 (;@1;)
        drop
        i32.const 1
        local.get 0
        i32.const 1
        i32.and
        br_if 1 (;@1;)
        drop
        i32.const 3
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
        br_if 1 (;@1;)
        drop
        local.get 1
        i32.const 2
        i32.mul
        local.set 9
        i32.const 0
        i32.const 0
        i32.const 2
        local.get 9
        call $"core0 realloc"
        local.set 3
        i32.const 1
        local.get 3
        i32.const 1
        i32.and
        br_if 1 (;@1;)
        drop
        i32.const 3
        local.get 3
        i64.extend_i32_u
        local.get 9
        i64.extend_i32_u
        i64.add
        memory.size $"core0 memory"
        i64.extend_i32_u
        i64.const 16
        i64.shl
        i64.gt_u
        br_if 1 (;@1;)
        drop
        local.get 0
        local.get 1
        local.get 3
        call $"latin1-to-utf16 memory0 memory1"
        local.get 1
        local.set 4
      end
      local.get 3
      local.get 4
      return
    end
    local.get 2
    call $trap
    unreachable
  )
