;; RUN[plan.json]: inspect % --stage plan
;; RUN[check.txt]: check %
;;
;; Engine features beyond the baseline, each with the modules that need it: three modules need `multi-memory`, one of
;; them `memory64` too. A module that is not in the plan demands nothing.
(component
  (core module $unused (memory i64 1) (memory 1) (tag))
  (core module $two (memory 1) (memory 1))
  (core module $three (memory 1) (memory 1) (memory 1))
  (core module $wide (memory i64 1) (memory 1))
  (core instance (instantiate $two))
  (core instance (instantiate $three))
  (core instance (instantiate $wide)))
