  (func $"adapter root/caller -> root/callee f" (;5;) (type 0) (param i32) (result i32)
    (local i32)
    call $"task enter a0"
    local.get 0
    call $"task transfer t1 i2 to i1"
    call $"core0 f"
    local.set 1
    local.get 1
    call $"task transfer t2 i1 to i2"
    call $"task leave"
  )
