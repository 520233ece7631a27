  (func $"lookup table 0 resource 0" (;3;) (type 1) (param i32 i32) (result i32)
    (local i32 i32)
    block ;; label = @1
      i32.const 128
      local.set 2
      local.get 0
      i32.const 1
      i32.sub
      local.get 2
      i32.load offset=4
      i32.ge_u
      br_if 0 (;@1;)
      local.get 2
      i32.load
      local.get 0
      i32.const 4
      i32.shl
      i32.add
      local.set 3
      local.get 3
      i32.load
      i32.const 268435456
      i32.ne
      br_if 0 (;@1;)
      local.get 3
      i32.load offset=4
      return
    end
    i32.const 0
    i32.const 0
    local.get 0
    local.get 1
    call $borrow_rep
  )
