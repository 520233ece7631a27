;; RUN[adapters.wat]: inspect % --stage adapters --function adapter
;;
;; Numbers on the stack. Narrow ones are cut or extended, a bool becomes 0 or 1, a char and an enum are
;; checked, bits that flags have no name for are masked, wide ones pass as they are.
(component
  (component $provider
    (type $e' (enum "x" "y" "z"))
    (export $e "e" (type $e'))
    (type $n' (flags "p" "q" "r"))
    (export $n "n" (type $n'))
    (core module $m
      (func (export "f") (param i32 i32 i32 i32 i32 i32 i64) unreachable))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" bool) (param "u" u8) (param "s" s16) (param "c" char) (param "e" $e) (param "n" $n) (param "w" u64)
      (canon lift (core func $m "f"))))
  (component $user
    (import "i" (instance $i
      (type $e' (enum "x" "y" "z"))
      (export "e" (type $e (eq $e')))
      (type $n' (flags "p" "q" "r"))
      (export "n" (type $n (eq $n')))
      (export "f" (func (param "b" bool) (param "u" u8) (param "s" s16) (param "c" char) (param "e" $e) (param "n" $n) (param "w" u64)))))
    (core func $f (canon lower (func $i "f")))
    (core module $m (import "" "f" (func (param i32 i32 i32 i32 i32 i32 i64))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
  (instance $provider (instantiate $provider))
  (instance $user (instantiate $user (with "i" (instance $provider)))))
