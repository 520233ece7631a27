;; FAIL[err]: inspect % --stage dfg
;;
;; An asynchronous lift is refused because the root exports it. The path names the component instance.
(component
  (component $provider
    (core module $m (func (export "run") (result i32) unreachable)
      (func (export "cb") (param i32 i32 i32) (result i32) unreachable))
    (core instance $m (instantiate $m))
    (func (export "run") async (canon lift (core func $m "run") async (callback (core func $m "cb")))))
  (instance $provider (instantiate $provider))
  (export "run" (func $provider "run")))
