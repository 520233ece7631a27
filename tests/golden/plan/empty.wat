;; RUN[plan.json]: inspect % --stage plan
;; RUN[check.txt]: check %
;;
;; The smallest component: every table is there and empty, and the root instance exists.
(component)
