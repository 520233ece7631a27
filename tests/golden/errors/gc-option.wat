;; FAIL[err]: inspect % --stage component
;;
;; The canonical ABI for garbage-collected types: refused by name, not as invalid.
(component
  (core type $t (func))
  (import "f" (func $f))
  (core func (canon lower (func $f) gc (core-type $t))))
