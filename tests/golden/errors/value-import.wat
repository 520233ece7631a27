;; FAIL[err]: inspect % --stage component
;;
;; Values are validated, then refused by name.
(component
  (import "v" (value string))
  (export "v2" (value 0)))
