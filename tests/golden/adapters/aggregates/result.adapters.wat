  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32 i32)
    block (result i32) ;; label = @1
      i32.const 8
      local.get 0
      i32.const 2
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 0
      i32.const 7
      local.get 1
      i32.const 55296
      i32.xor
      i32.const 2048
      i32.sub
      i32.const 1112064
      i32.ge_u
      br_if 0 (;@1;)
      drop
      local.get 1
      call $"core0 f"
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
