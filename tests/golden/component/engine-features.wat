;; RUN[txt]: inspect % --stage dfg
;;
;; What each module needs beyond the baseline: from sections (memories, tables, types, constant expressions) and from
;; instructions in bodies. Tail calls, SIMD, bulk memory and reference types are the baseline. Only tags make a module
;; one that may throw.
(component
  (core module (func (drop (v128.const i64x2 0 0)) (return_call 0)) (table 1 externref))
  (core module (memory 1) (memory 1))
  (core module (memory i64 1) (table i64 1 funcref))
  (core module (func (atomic.fence)))
  (core module (memory 1 1 shared))
  (core module (func (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))))
  (core module (func (local exnref)))
  (core module (func (block (try_table (catch_all 0)))))
  (core module (tag))
  (core module (func try catch_all end))
  (core module (type (struct)))
  (core module (func (drop (ref.i31 (i32.const 0)))))
  (core module (func (param (ref func))))
  (core module (global i32 (i32.add (i32.const 1) (i32.const 2))))
  (core module (func (drop (drop (i64.add128 (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)))))
    (func (atomic.fence))))
