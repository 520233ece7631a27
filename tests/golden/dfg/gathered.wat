;; RUN[txt]: inspect % --stage dfg
;;
;; Inline exports of core instances may mix sorts and sources, be aliased again and be passed on; in the graph nothing
;; is left of them. Each argument is the export of the instance it came from, or the trampoline.
(component
  (import "host" (func $host))
  (core module $lib (memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") i32 (i32.const 0))
    (tag (export "e")) (func (export "f")))
  (core instance $lib (instantiate $lib))
  (core func $lowered (canon lower (func $host)))
  (core instance $first (export "mem" (memory $lib "m")) (export "call" (func $lowered)) (export "tab" (table $lib "t")))
  (core instance $second (export "mem2" (memory $first "mem")) (export "call2" (func $first "call"))
    (export "f" (func $lib "f")) (export "g" (global $lib "g")) (export "e" (tag $lib "e"))
    (export "t" (table $first "tab")))
  (core module $user
    (import "a" "mem2" (memory 1)) (import "a" "call2" (func)) (import "a" "f" (func)) (import "a" "g" (global i32))
    (import "a" "e" (tag)) (import "a" "t" (table 1 funcref)) (import "lib" "f" (func)))
  (core instance (instantiate $user (with "a" (instance $second)) (with "lib" (instance $lib)))))
