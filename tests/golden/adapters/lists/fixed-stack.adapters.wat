  (func $"adapter root/user -> root/provider f" (;1;) (type 0) (param i32 i32 i32)
    local.get 0
    i32.const 255
    i32.and
    local.get 1
    i32.const 255
    i32.and
    local.get 2
    i32.const 255
    i32.and
    call $"core0 f"
  )
