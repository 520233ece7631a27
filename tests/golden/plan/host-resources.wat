;; RUN[plan.json]: inspect % --stage plan
;;
;; A resource of the host. The guest drops its handles through the runtime module, which tells the host by a
;; `dropHostResource` trampoline among its own imports. Type imports that are equal to the resource add no resource.
(component
  (import "res" (type $res (sub resource)))
  (import "alias" (type $alias (eq $res)))
  (import "open" (func $open (result (own $alias))))
  (core func $open (canon lower (func $open)))
  (core func $drop (canon resource.drop $alias))
  (core module $guest
    (import "host" "open" (func (result i32)))
    (import "host" "drop" (func (param i32))))
  (core instance (instantiate $guest (with "host" (instance
    (export "open" (func $open)) (export "drop" (func $drop)))))))
