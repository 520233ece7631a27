;; RUN[imports.txt]: inspect % --stage imports
;; RUN[exports.txt]: inspect % --stage exports
;; RUN[plan.json]: inspect % --stage plan
;;
;; What authors call an item outside of the component model goes with it into the plan, for tools.
(component
  (import "a:b/c" (external-id "the \"c\" of a") (instance $c
    (export "f" (external-id "") (func))))
  (import "g" (func))
  (export "h" (external-id "g, exported") (func 0)))
