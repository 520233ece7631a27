;; FAIL[err]: check %
;; FAIL[plan.err]: inspect % --stage plan
;;
;; A component that is valid, but that corefuse cannot build: `check` tells the two apart, and says what, where, why and
;; what to do.
(component
  (core func $new (canon error-context.drop))
  (core module $m (import "host" "drop" (func (param i32))))
  (core instance (instantiate $m (with "host" (instance (export "drop" (func $new)))))))
