;; FAIL[err]: check %
;; FAIL[build.err]: build % -o never-made
;;
;; A component that is not valid: `check` says so, with the offset, and not that it cannot be built. The realloc is
;; missing, which lowering a string result needs. `build` fails with the same reason.
(component
  (import "f" (func $f (result string)))
  (core module $m (memory (export "memory") 1))
  (core instance $m (instantiate $m))
  (core func (canon lower (func $f) (memory (core memory $m "memory")))))
