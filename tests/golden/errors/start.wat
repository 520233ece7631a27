;; FAIL[err]: inspect % --stage component
;;
;; So are start functions, with the path of the nested component by its position.
(component
  (component $before)
  (component
    (import "f" (func $f))
    (start $f)))
