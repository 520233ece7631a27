  (func $"adapter root/user -> root/provider i#f" (;1;) (type 0) (param i32)
    (local i32 i32)
    block (result i32) ;; label = @1
      call $"core0 f"
      local.set 1
      i32.const 1
      local.get 1
      i32.const 7
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 1
      i64.extend_i32_u
      i64.const 24
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
      i32.const 7
      i32.and
      br_if 0 (;@1;)
      drop
      i32.const 2
      local.get 0
      i64.extend_i32_u
      i64.const 24
      i64.add
      memory.size $"core1 memory"
      i64.extend_i32_u
      i64.const 16
      i64.shl
      i64.gt_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 1
      i32.load8_u
      i32.store8 $"core1 memory"
      local.get 1
      i32.load8_u offset=8
      local.set 2
      i32.const 8
      local.get 2
      i32.const 5
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 2
      i32.store8 $"core1 memory" offset=8
      block ;; label = @2
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                local.get 2
                br_table 0 (;@6;) 1 (;@5;) 2 (;@4;) 3 (;@3;) 0 (;@6;)
              end
              local.get 0
              local.get 1
              f32.load offset=16
              f32.store $"core1 memory" offset=16
              br 3 (;@2;)
            end
            br 2 (;@2;)
          end
          local.get 0
          local.get 1
          f64.load offset=16
          f64.store $"core1 memory" offset=16
          br 1 (;@2;)
        end
        local.get 0
        local.get 1
        i32.load8_s offset=16
        i32.store8 $"core1 memory" offset=16
      end
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
