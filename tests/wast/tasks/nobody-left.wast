;; A call that is not asynchronous waits for another thread of its instance, which ends without resuming it: nobody else
;; may run until it returns, so it never can.

(component
  (core module $libc (table (export "t") 1 funcref))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "t" (core table $t))
  (core type $start (func (param i32)))
  (core func $new (canon thread.new-indirect $start (core table $t)))
  (core func $switch (canon thread.suspend-then-resume))
  (core module $main
    (import "" "t" (table 1 funcref))
    (import "" "new" (func $new (param i32 i32) (result i32)))
    (import "" "switch" (func $switch (param i32) (result i32)))
    (elem (table 0) (i32.const 0) func $ends)
    (func $ends (param i32))
    (func (export "waits") (drop (call $switch (call $new (i32.const 0) (i32.const 0))))))
  (core instance $main (instantiate $main (with "" (instance
    (export "t" (table $t)) (export "new" (func $new)) (export "switch" (func $switch))))))
  (func (export "waits") (canon lift (core func $main "waits"))))

(assert_trap (invoke "waits") "cannot block a synchronous task before returning: deadlock detected")
