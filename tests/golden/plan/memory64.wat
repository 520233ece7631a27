;; RUN[plan.json]: inspect % --stage plan
;;
;; A guest with a 64-bit memory: its options say `"pointer": 64`, so that hosts use the second of each pair in the table
;; of types, the rep of its resource is an `i64`, and the plan needs `memory64`. Options without a memory have 32.
(component
  (core module $m
    (memory (export "memory") i64 1)
    (func (export "realloc") (param i64 i64 i64 i64) (result i64) (unreachable))
    (func (export "put") (param i64 i64) (unreachable))
    (func (export "make") (result i32) (unreachable)))
  (core instance $m (instantiate $m))
  (type $r' (resource (rep i64)))
  (export $r "r" (type $r'))
  (func (export "put") (param "s" string)
    (canon lift (core func $m "put") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
  (func (export "make") (result (own $r)) (canon lift (core func $m "make"))))
