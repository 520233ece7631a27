  (func $borrow_rep (;10;) (type 4) (param i32 i32 i32 i32) (result i32)
    (local i32 i32 i32)
    local.get 0
    i32.const 4
    i32.shl
    i32.const 128
    i32.add
    local.set 6
    block ;; label = @1
      local.get 2
      i32.const 1
      i32.sub
      local.get 6
      i32.load offset=4 align=1
      i32.lt_u
      if ;; label = @2
        local.get 6
        i32.load align=1
        local.get 2
        i32.const 4
        i32.shl
        i32.add
        local.set 5
        local.get 5
        i32.load align=1
        local.tee 4
        local.get 1
        i32.const 268435456
        i32.add
        i32.eq
        br_if 1 (;@1;)
      end
      local.get 4
      local.get 2
      local.get 3
      call $reject
      unreachable
    end
    local.get 5
    i32.load offset=4 align=1
  )
  (func $"borrow_rep 0 0" (;3;) (type 1) (param i32 i32) (result i32)
    (local i32 i32)
    block ;; label = @1
      i32.const 128
      local.set 2
      local.get 0
      i32.const 1
      i32.sub
      local.get 2
      i32.load offset=4 align=1
      i32.ge_u
      br_if 0 (;@1;)
      local.get 2
      i32.load align=1
      local.get 0
      i32.const 4
      i32.shl
      i32.add
      local.set 3
      local.get 3
      i32.load align=1
      i32.const 268435456
      i32.ne
      br_if 0 (;@1;)
      local.get 3
      i32.load offset=4 align=1
      return
    end
    i32.const 0
    i32.const 0
    local.get 0
    local.get 1
    call $borrow_rep
  )
