;; FAIL[err]: inspect % --stage component
;;
;; The error is that of the first invalid function body in the input, whichever core found one first.
(component
  (core module (func (result i32) i32.const 0) (func (result i32) i64.const 0) (func (result i32) f32.const 0))
  (core module (func drop)))
