;; RUN[plan.json]: inspect % --stage plan
;;
;; An adapter that would do nothing observable is no function at all: the caller gets the callee's core function (the
;; argument of the second module is an export of the first core instance), and the plan has no generated module. It is
;; still in the table of adapters, whose numbers generated code knows.
(component
  (component $callee
    (core module $m (func (export "f") (param i32 i64) (result f64) (f64.const 0)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "a" u32) (param "b" u64) (result f64) (canon lift (core func $m "f"))))
  (component $caller
    (import "f" (func $f (param "a" u32) (param "b" u64) (result f64)))
    (core func $f' (canon lower (func $f)))
    (core module $m (import "" "f" (func (param i32 i64) (result f64))))
    (core instance (instantiate $m (with "" (instance (export "f" (func $f')))))))
  (instance $callee (instantiate $callee))
  (instance (instantiate $caller (with "f" (func $callee "f")))))
