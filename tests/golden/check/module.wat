;; FAIL[err]: check %
;;
;; A core module instead of a component: the error says what to do about it.
(module)
