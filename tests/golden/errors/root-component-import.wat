;; FAIL[err]: inspect % --stage dfg
;;
;; The host cannot be asked for a component, not even inside an instance.
(component
  (type $c (component))
  (import "i" (instance (export "c" (component (type $c))))))
