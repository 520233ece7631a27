;; RUN[plan.json]: inspect % --stage plan
;;
;; Effects keep the order of the source, also across nested components, since start functions make it observable:
;; first `$first`, then both modules of the nested component, then `$last`. The nested ones have equal bytes and share an
;; entry and a file. The arguments of `$last` follow the order of its imports, not of the `with`s.
(component
  (core module $first
    (func (export "f") (result i32) (i32.const 1))
    (global (export "g") i32 (i32.const 1)))
  (core instance $first (instantiate $first))
  (component $nested
    (core module (func) (start 0))
    (core instance (instantiate 0))
    (core module (func) (start 0))
    (core instance (instantiate 1)))
  (instance (instantiate $nested))
  (core module $last
    (import "b" "g" (global i32))
    (import "a" "f" (func (result i32)))
    (import "b" "h" (func (result i32))))
  (core instance (instantiate $last
    (with "a" (instance $first))
    (with "b" (instance (export "h" (func $first "f")) (export "g" (global $first "g")))))))
