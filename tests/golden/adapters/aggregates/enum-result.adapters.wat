  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (result i32)
    (local i32)
    block (result i32) ;; label = @1
      call $"core0 f"
      local.set 0
      i32.const 8
      local.get 0
      i32.const 2
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
