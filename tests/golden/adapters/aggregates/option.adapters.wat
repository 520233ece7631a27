  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32 i32)
    block (result i32) ;; label = @1
      i32.const 8
      local.get 0
      i32.const 2
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      local.get 0
      if (result i32) ;; label = @2
        local.get 1
        i32.const 65535
        i32.and
      else
        i32.const 0
      end
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
