;; Resources that come and go, in both directions, for tests of what is left behind.
(component
  (import "test:host/things" (instance $host
    (export "thing" (type $thing (sub resource)))
    (export "[constructor]thing" (func (param "name" string) (result (own $thing))))
    (export "[method]thing.size" (func (param "self" (borrow $thing)) (result u32)))))
  (alias export $host "thing" (type $thing))
  (core module $libc
    (memory (export "memory") 1)
    (data (i32.const 8) "hello")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
  (core instance $libc (instantiate $libc))
  (core func $make-thing (canon lower (func $host "[constructor]thing") (memory (core memory $libc "memory"))))
  (core func $size (canon lower (func $host "[method]thing.size")))
  (core func $drop-thing (canon resource.drop $thing))
  (type $box' (resource (rep i32)))
  (core func $new (canon resource.new $box'))
  (core module $m
    (import "host" "make-thing" (func $make-thing (param i32 i32) (result i32)))
    (import "host" "size" (func $size (param i32) (result i32)))
    (import "host" "drop-thing" (func $drop-thing (param i32)))
    (import "host" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "content") (param i32) (result i32) (local.get 0))
    ;; Makes and drops that many things, and gives the sum of their sizes.
    (func (export "cycle") (param $n i32) (result i32) (local $thing i32) (local $sum i32)
      (loop $again
        (local.set $thing (call $make-thing (i32.const 8) (i32.const 5)))
        (local.set $sum (i32.add (local.get $sum) (call $size (local.get $thing))))
        (call $drop-thing (local.get $thing))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum))
    ;; Which handle the thing is lent as.
    (func (export "handle-of") (param $thing i32) (param i32 i32) (result i32)
      (call $drop-thing (local.get $thing))
      (local.get $thing)))
  (core instance $i (instantiate $m (with "host" (instance
    (export "make-thing" (func $make-thing)) (export "size" (func $size))
    (export "drop-thing" (func $drop-thing)) (export "new" (func $new))))))
  (func (export "cycle") (param "times" u32) (result u32) (canon lift (core func $i "cycle")))
  (func (export "handle-of") (param "thing" (borrow $thing)) (param "text" string) (result u32)
    (canon lift (core func $i "handle-of") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (export $box "box" (type $box'))
  (func $make (param "content" u32) (result (own $box)) (canon lift (core func $i "make")))
  (export "[constructor]box" (func $make))
  (func $content (param "self" (borrow $box)) (result u32) (canon lift (core func $i "content")))
  (export "[method]box.content" (func $content)))
