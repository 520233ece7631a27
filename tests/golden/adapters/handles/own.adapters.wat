  (func $"adapter root/user -> root/provider i#f" (;3;) (type 0) (param i32)
    i32.const 0
    i32.const 0
    i32.const 1
    i32.const 0
    local.get 0
    i32.const 1
    call $take_own
    call $new_own
    call $"core0 f"
  )
