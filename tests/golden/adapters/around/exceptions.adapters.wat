  (func $"adapter root/user -> root/provider f" (;1;) (type 0)
    block (result i32) ;; label = @1
      block ;; label = @2
        try_table (catch_all 0 (;@2;)) ;; label = @3
          call $"core0 f"
          return
        end
      end
      i32.const 11
    end
    i32.const 1
    call $trap
    unreachable
  )
