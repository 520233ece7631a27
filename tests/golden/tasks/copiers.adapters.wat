  (func $"copy t0 root/a -> root/b" (;1;) (type 0) (param i32 i64 i32)
    (local i32 i64 i32 i32 i32 i64 i64)
    local.get 0
    local.set 3
    local.get 1
    local.set 4
    local.get 2
    local.set 5
    local.get 5
    if ;; label = @1
      loop ;; label = @2
        local.get 3
        i32.load
        local.set 6
        local.get 3
        i32.load offset=4
        local.set 7
        local.get 6
        local.get 7
        i32.const 0
        call $"translate string root/a utf8 -> root/b utf16"
        local.set 8
        local.set 9
        local.get 4
        local.get 9
        i64.store $"core2 m"
        local.get 4
        local.get 8
        i64.store $"core2 m" offset=8
        local.get 3
        i32.const 8
        i32.add
        local.set 3
        local.get 4
        i64.const 16
        i64.add
        local.set 4
        local.get 5
        i32.const 1
        i32.sub
        local.tee 5
        br_if 0 (;@2;)
      end
    end
  )
  (func $"copy t3 root/a -> root/b" (;3;) (type 0) (param i32 i64 i32)
    local.get 1
    local.get 0
    local.get 2
    i32.const 8
    i32.mul
    memory.copy $"core2 m" $"core0 m"
  )
