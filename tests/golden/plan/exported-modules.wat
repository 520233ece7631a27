;; RUN[plan.json]: inspect % --stage plan
;;
;; Modules that are instantiated or exported are in the plan, in the order of the input; module 0 is neither and is
;; left out. Module 2 has the bytes of module 1, so both are one entry and one file. (A `$name` would be in the bytes.)
(component
  (core module (func (export "unused")))
  (core module (func (export "f")))
  (core module (func (export "f")))
  (core module (global (export "g") i32 (i32.const 0)))
  (core instance (instantiate 1))
  (export "other" (core module 3))
  (export "same" (core module 2)))
