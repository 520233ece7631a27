  (func $"adapter root/user -> root/provider f" (;2;) (type 0) (param i32 i32)
    local.get 0
    local.get 1
    i32.const 1
    call $"translate string root/user utf8 -> root/provider utf8"
    call $"core0 f"
  )
