;; RUN[partition.txt]: inspect % --stage partition
;;
;; The destructor of the second component's resource calls the first through an adapter, so the adapter's
;; module comes before the resource is defined. Its user is the runtime, by way of the host.
(component
  (component $def
    (core module $m (func (export "f") (param i32)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "b" bool) (canon lift (core func $m "f"))))
  (component $use
    (import "f" (func $f (param "b" bool)))
    (core func $f (canon lower (func $f)))
    (type $r (resource (rep i32) (dtor (core func $f))))
    (core func $new (canon resource.new $r))
    (core func $drop (canon resource.drop $r))
    (core module $m (import "" "new" (func (param i32) (result i32))) (import "" "drop" (func (param i32))))
    (core instance
      (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop)))))))
  (instance $a (instantiate $def))
  (instance (instantiate $use (with "f" (func $a "f")))))
