;; RUN[plan.json]: inspect % --stage plan
;;
;; An adapter that only an export uses is instantiated after the last effect: the component lowers the function of
;; another one and lifts the result again, without a core module of its own.
(component
  (component $callee
    (core module $m (func (export "f") (param i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "c" char) (result u8) (canon lift (core func $m "f"))))
  (component $caller
    (import "f" (func $f (param "c" char) (result u8)))
    (core func $f' (canon lower (func $f)))
    (func (export "f") (param "c" char) (result u8) (canon lift (core func $f'))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "f" (func $callee "f"))))
  (core module $last (func $start) (start $start))
  (core instance (instantiate $last))
  (export "f" (func $caller "f")))
