  (func $"translate string root/user latin1+utf16 -> root/provider utf8" (;3;) (type 1) (param i32 i32 i32) (result i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
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
        i32.const 0
        i32.const 0
        i32.const 1
        local.get 5
        call $"core0 realloc"
        local.set 3
        i32.const 3
        local.get 3
        i64.extend_i32_u
        local.get 5
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
        call $"utf16-to-ascii memory0 memory1"
        local.set 7
        local.get 7
        local.set 4
        local.get 7
        local.get 5
        i32.lt_u
        if ;; label = @3
          local.get 5
          i32.const 3
          i32.mul
          local.set 8
          local.get 3
          local.get 5
          i32.const 1
          local.get 8
          call $"core0 realloc"
          local.set 3
          i32.const 3
          local.get 3
          i64.extend_i32_u
          local.get 8
          i64.extend_i32_u
          i64.add
          memory.size $"core0 memory"
          i64.extend_i32_u
          i64.const 16
          i64.shl
          i64.gt_u
          br_if 2 (;@1;)
          drop
          local.get 0
          local.get 7
          i32.const 2
          i32.mul
          i32.add
          local.get 5
          local.get 7
          i32.sub
          local.get 3
          local.get 7
          i32.add
          call $"utf16-to-utf8 memory0 memory1"
          local.set 9
          i32.const 6
          local.get 9
          i32.const 0
          i32.lt_s
          br_if 2 (;@1;)
          drop
          local.get 7
          local.get 9
          i32.add
          local.set 7
          local.get 7
          local.set 4
          local.get 4
          local.get 8
          i32.lt_u
          if ;; label = @4
            local.get 3
            local.get 8
            i32.const 1
            local.get 4
            call $"core0 realloc"
            local.set 3
            i32.const 3
            local.get 3
            i64.extend_i32_u
            local.get 4
            i64.extend_i32_u
            i64.add
            memory.size $"core0 memory"
            i64.extend_i32_u
            i64.const 16
            i64.shl
            i64.gt_u
            br_if 3 (;@1;)
            drop
          end
        end
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
        i32.const 0
        i32.const 0
        i32.const 1
        local.get 1
        call $"core0 realloc"
        local.set 3
        i32.const 3
        local.get 3
        i64.extend_i32_u
        local.get 1
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
        call $"latin1-to-ascii memory0 memory1"
        local.set 10
        local.get 10
        local.set 4
        local.get 10
        local.get 1
        i32.lt_u
        if ;; label = @3
          local.get 1
          i32.const 2
          i32.mul
          local.set 11
          local.get 3
          local.get 1
          i32.const 1
          local.get 11
          call $"core0 realloc"
          local.set 3
          i32.const 3
          local.get 3
          i64.extend_i32_u
          local.get 11
          i64.extend_i32_u
          i64.add
          memory.size $"core0 memory"
          i64.extend_i32_u
          i64.const 16
          i64.shl
          i64.gt_u
          br_if 2 (;@1;)
          drop
          local.get 0
          local.get 10
          i32.add
          local.get 1
          local.get 10
          i32.sub
          local.get 3
          local.get 10
          i32.add
          call $"latin1-to-utf8 memory0 memory1"
          local.set 12
          local.get 10
          local.get 12
          i32.add
          local.set 10
          local.get 10
          local.set 4
          local.get 4
          local.get 11
          i32.lt_u
          if ;; label = @4
            local.get 3
            local.get 11
            i32.const 1
            local.get 4
            call $"core0 realloc"
            local.set 3
            i32.const 3
            local.get 3
            i64.extend_i32_u
            local.get 4
            i64.extend_i32_u
            i64.add
            memory.size $"core0 memory"
            i64.extend_i32_u
            i64.const 16
            i64.shl
            i64.gt_u
            br_if 3 (;@1;)
            drop
          end
        end
      end
      local.get 3
      local.get 4
      return
    end
    local.get 2
    call $trap
    unreachable
  )
