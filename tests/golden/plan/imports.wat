;; RUN[plan.json]: inspect % --stage plan
;; RUN[check.txt]: check %
;;
;; Imports are a forest in the order of the source; a parent comes before its items. All of them are listed, also those
;; that no code calls, as the host must supply them. `f`, `g` and the method have one function type each only where the
;; parameter names are the same: `f` and `g` share one. Types are listed for bindings; the host supplies nothing for
;; them, so `check` does not print them.
(component
  (import "ns:pkg/streams@1.2.3" (instance
    (export "pair" (type $pair (sub resource)))
    (export "[method]pair.swap" (func (param "self" (borrow $pair)) (result (own $pair))))))
  (import "f" (func (param "x" u32)))
  (import "g" (func (param "x" u32)))
  (import "h" (func (param "y" u32)))
  (type $enum (enum "red" "green"))
  (import "color" (type $color (eq $enum)))
  (import "mix" (func (param "a" $color) (result $color))))
