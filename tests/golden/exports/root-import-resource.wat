;; RUN[txt]: inspect % --stage exports
;; RUN[imports.txt]: inspect % --stage imports
;;
;; A resource type of the host that is exported again, alone and in an instance: still the host's `r0`. The exported
;; function is lifted, its handles are of the host's type.
(component
  (import "r" (type $r (sub resource)))
  (core module $m (func (export "f") (param i32)))
  (core instance $m (instantiate $m))
  (export $r' "r2" (type $r))
  (instance $i (export "r3" (type $r')))
  (export "i" (instance $i))
  (func $f (param "x" (own $r')) (canon lift (core func $m "f")))
  (export "f" (func $f)))
