;; RUN[txt]: inspect % --stage imports
;;
;; One instance type imported under two names: its resource type is two different ones.
(component
  (type $api (instance (export "r" (type $r (sub resource))) (export "f" (func (param "x" (own $r))))))
  (import "first" (instance (type $api)))
  (import "second" (instance (type $api))))
