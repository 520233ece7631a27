  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32 i32 i64)
    block (result i32) ;; label = @1
      i32.const 8
      local.get 0
      i32.const 2
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 0
      if (type 1) (result i32 i64) ;; label = @2
        i32.const 8
        local.get 1
        i32.const 2
        i32.ge_u
        br_if 1 (;@1;)
        drop
        local.get 1
        local.get 1
        if (result i64) ;; label = @3
          local.get 2
        else
          local.get 2
          i32.wrap_i64
          f32.reinterpret_i32
          i32.reinterpret_f32
          i64.extend_i32_u
        end
      else
        i32.const 0
        i64.const 0
      end
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
