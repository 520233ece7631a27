  (func $"adapter root/user -> root/provider i#f" (;1;) (type 0) (param i32 i64)
    block (result i32) ;; label = @1
      i32.const 8
      local.get 0
      i32.const 5
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      block (result i64) ;; label = @2
        block ;; label = @3
          block ;; label = @4
            block ;; label = @5
              block ;; label = @6
                local.get 0
                br_table 0 (;@6;) 1 (;@5;) 2 (;@4;) 3 (;@3;) 0 (;@6;)
              end
              local.get 1
              i32.wrap_i64
              f32.reinterpret_i32
              i32.reinterpret_f32
              i64.extend_i32_u
              br 3 (;@2;)
            end
            i64.const 0
            br 2 (;@2;)
          end
          local.get 1
          f64.reinterpret_i64
          i64.reinterpret_f64
          br 1 (;@2;)
        end
        local.get 1
        i32.wrap_i64
        i32.extend8_s
        i64.extend_i32_u
      end
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
