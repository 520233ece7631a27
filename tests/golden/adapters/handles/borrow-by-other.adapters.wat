  (func $"adapter root/user -> root/provider f" (;5;) (type 0) (param i32)
    (local i32)
    call $enter_scope
    local.set 1
    i32.const 0
    i32.const 0
    local.get 0
    i32.const 1
    call $"lookup table 1 resource 0"
    local.get 1
    call $new_borrow
    call $"core0 f"
    local.get 1
    i32.const 1
    call $leave_scope
  )
