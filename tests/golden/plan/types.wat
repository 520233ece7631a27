;; RUN[plan.json]: inspect % --stage plan
;;
;; Value types at the host boundary: each once, children before parents, with size, alignment and flat types for 32-
;; and 64-bit memories. `flat` is null where there are more than 16. A type that only a component inside uses
;; (`list<u16>` here) is not in the table.
(component
  (type $point (record (field "x" f32) (field "y" f64)))
  (import "point" (type $point' (eq $point)))
  (type $shape (variant (case "dot") (case "line" (tuple $point' $point')) (case "text" string)))
  (import "shape" (type $shape' (eq $shape)))
  (type $flags (flags "a" "b" "c"))
  (import "flags" (type $flags' (eq $flags)))
  (import "f" (func (param "shapes" (list $shape')) (result (result $point' (error (list u64 17))))))
  (import "g" (func (param "o" (option $flags')) (result (tuple char bool))))
  (component $inner (import "h" (func (param "l" (list u16))))))
