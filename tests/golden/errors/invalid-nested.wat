;; FAIL[err]: inspect % --stage component
;;
;; What is invalid in a component inside is said to be there: the offset alone helps nobody find it in a composition.
(component
  (component)
  (component
    (component (export "a" (func 0)))))
