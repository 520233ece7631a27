;; FAIL[err]: inspect % --stage dfg
;;
;; A built-in is refused where a core module imports it, with the offset of its definition.
(component
  (type $s (stream u8))
  (core func $new (canon stream.new $s))
  (core module $m (import "" "new" (func (result i64))))
  (core instance (instantiate $m (with "" (instance (export "new" (func $new)))))))
