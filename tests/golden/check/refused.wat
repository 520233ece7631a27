;; FAIL[err]: check %
;; FAIL[plan.err]: inspect % --stage plan
;;
;; A component that is valid, but that corefuse cannot build: `check` tells the two apart, and says what, where, why and
;; what to do.
(component
  (import "v" (value u8))
  (export "w" (value 0)))
