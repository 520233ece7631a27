;; FAIL[err]: inspect % --stage dfg
;;
;; A plan cannot hold a component to be instantiated later.
(component
  (component $c (import "f" (func)))
  (export "c" (component $c)))
