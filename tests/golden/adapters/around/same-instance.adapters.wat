  (func $"adapter root -> root f" (;0;) (type 0)
    block (result i32) ;; label = @1
      i32.const 10
      br 0 (;@1;)
      return
    end
    i32.const 1
    call $trap
    unreachable
  )
