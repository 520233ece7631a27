;; FAIL[err]: inspect % --stage component
;;
;; A core module with a construct that no engine has.
(component
  (core module (type $f (func)) (type (cont $f))))
