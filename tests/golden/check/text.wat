;; FAIL[err]: check %
;;
;; Text that is not a component: the error has line and column.
(component (core modul))
