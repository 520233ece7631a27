  (func $"adapter root/user -> root/provider i#f" (;6;) (type 0) (param i32 i32)
    (local i32)
    call $enter_scope
    local.set 2
    i32.const 1
    i32.const 0
    local.get 0
    local.get 2
    i32.const 1
    call $lend
    i32.const 0
    i32.const 0
    i32.const 1
    i32.const 0
    local.get 1
    i32.const 1
    call $take_own
    call $new_own
    call $"core0 f"
    local.get 2
    i32.const 1
    call $leave_scope
  )
