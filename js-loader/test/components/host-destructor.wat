;; A resource whose destructor is a lowered host function, so that the runtime module's table must hold that.
(component
  (import "gone" (func $gone (param "rep" u32)))
  (core func $gone' (canon lower (func $gone)))
  (type $r' (resource (rep i32) (dtor (core func $gone'))))
  (export $r "r" (type $r'))
  (core func $new (canon resource.new $r'))
  (core func $drop (canon resource.drop $r'))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "make-and-drop") (param i32) (call $drop (call $new (local.get 0)))))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
  (func (export "make-and-drop") (param "rep" u32) (canon lift (core func $i "make-and-drop"))))
