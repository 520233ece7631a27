;; RUN[plan.json]: inspect % --stage plan
;;
;; A resource with a destructor. The runtime module is core instance 0 and gives the guest `resource.new` and
;; `resource.drop`. The destructor is in a module of its own, since it must exist when the resource is defined, which
;; the `resource` initializer marks; the guest that uses the resource comes after it.
(component
  (core module $dtor (func (export "dtor") (param i32)))
  (core instance $dtor (instantiate $dtor))
  (type $thing' (resource (rep i32) (dtor (core func $dtor "dtor"))))
  (export $thing "thing" (type $thing'))
  (core func $new (canon resource.new $thing'))
  (core func $drop (canon resource.drop $thing'))
  (core module $guest
    (import "thing" "new" (func (param i32) (result i32)))
    (import "thing" "drop" (func (param i32)))
    (func (export "make") (result i32) (unreachable))
    (func (export "use") (param i32)))
  (core instance $guest (instantiate $guest (with "thing" (instance
    (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "[constructor]thing") (result (own $thing))
    (canon lift (core func $guest "make")))
  (func (export "[method]thing.use") (param "self" (borrow $thing))
    (canon lift (core func $guest "use"))))
