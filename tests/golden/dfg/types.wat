;; RUN[txt]: inspect % --stage dfg
;;
;; Every value type, converted once however often and under however many names it is used: the two functions have one
;; type.
(component
  (type $rec' (record (field "a" bool) (field "b" s8) (field "c" u16)))
  (import "rec" (type $rec (eq $rec')))
  (type $var' (variant (case "x" $rec) (case "y" (tuple char f32)) (case "z")))
  (import "var" (type $var (eq $var')))
  (type $en' (enum "e1" "e2"))
  (import "en" (type $en (eq $en')))
  (type $fl' (flags "f1" "f2"))
  (import "fl" (type $fl (eq $fl')))
  (type $res (result $var (error $en)))
  (type $map (map string (list u8)))
  (type $fix (list s32 3))
  (import "f" (func (param "a" $var) (param "b" (option $fl)) (param "c" $map) (result $res)))
  (import "again" (type $again (eq $var)))
  (import "g" (func (param "a" $again) (param "b" (option $fl)) (param "c" $map) (result $res)))
  (import "h" (func (param "a" $fix) (param "b" (result)) (param "c" (result (error u64))) (result f64)))
  (import "i" (func async (param "a" (stream s64)) (param "b" (future)) (param "c" error-context))))
