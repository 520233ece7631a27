  (func $"adapter root/user -> root/provider i#f" (;2;) (type 0) (param i32 i32)
    local.get 0
    i32.const 1
    call $"lookup table 0 resource 0"
    local.get 1
    call $"core0 f"
  )
