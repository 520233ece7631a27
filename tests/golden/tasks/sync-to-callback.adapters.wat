(module $runtime
  (type (;0;) (func (param i32 i32 i32)))
  (global $trap_code (;0;) (mut i32) i32.const 0)
  (global $trap_arg (;1;) (mut i32) i32.const 0)
  (global $trap_site (;2;) (mut i32) i32.const 0)
  (global $blocked (;3;) (mut i32) i32.const 0)
  (export "trap_code" (global $trap_code))
  (export "trap_arg" (global $trap_arg))
  (export "trap_site" (global $trap_site))
  (export "blocked" (global $blocked))
  (func $trap (;0;) (type 0) (param i32 i32 i32)
    local.get 0
    global.set $trap_code
    local.get 1
    global.set $trap_arg
    local.get 2
    global.set $trap_site
    unreachable
  )
)
(module $adapters
  (type (;0;) (func (param i64) (result i32)))
  (type (;1;) (func (param i64)))
  (type (;2;) (func (param i32)))
  (type (;3;) (func (param i32) (result i32)))
  (type (;4;) (func (param i64 funcref funcref) (result i32)))
  (type (;5;) (func))
  (type (;6;) (func (result i32)))
  (import "core0" "f" (func $"core0 f" (;0;) (type 0) (param i64) (result i32)))
  (import "task" "code" (func $"task code" (;1;) (type 2) (param i32)))
  (import "task" "start a0" (func $"task start a0" (;2;) (type 4) (param i64 funcref funcref) (result i32)))
  (import "runtime" "blocked" (global $blocked (;0;) (mut i32)))
  (import "task" "wait" (func $"task wait" (;3;) (type 5)))
  (import "task" "resumed i32" (func $"task resumed i32" (;4;) (type 6) (result i32)))
  (export "a0" (func $"adapter root/caller -> root/callee f"))
  (export "a0.body" (func $"body of adapter root/caller -> root/callee f"))
  (export "a0.return" (func $"return of adapter root/caller -> root/callee f"))
  (func $"adapter root/caller -> root/callee f" (;5;) (type 0) (param i64) (result i32)
    (local i32)
    local.get 0
    ref.func $"body of adapter root/caller -> root/callee f"
    ref.func $"return of adapter root/caller -> root/callee f"
    call $"task start a0"
    local.set 1
    global.get $blocked
    if ;; label = @1
      i32.const 0
      global.set $blocked
      call $"task wait"
      call $"task resumed i32"
      local.set 1
    end
    local.get 1
  )
  (func $"body of adapter root/caller -> root/callee f" (;6;) (type 1) (param i64)
    (local i32)
    local.get 0
    call $"core0 f"
    local.set 1
    local.get 1
    call $"task code"
  )
  (func $"return of adapter root/caller -> root/callee f" (;7;) (type 3) (param i32) (result i32)
    local.get 0
    i32.const 255
    i32.and
  )
)
