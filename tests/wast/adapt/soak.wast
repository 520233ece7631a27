;; Ten million calls from one component to another, with strings, owned and borrowed handles, leave memories and
;; handle tables where they were: the number of pages and the next free handle are the same before and after.

(component
  (component $Lib
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core func $drop (canon resource.drop $r'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (memory (export "memory") 1)
      (global $top (mut i32) (i32.const 1024))
      ;; Allocates one string a call; every call that got one gives it back by starting over.
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (global.get $top))
        (global.set $top (i32.add (local.get $at) (local.get 3)))
        (if (i32.gt_u (global.get $top) (i32.const 65536)) (then unreachable))
        (local.get $at))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "weigh") (param $rep i32) (param $text i32) (param $length i32) (result i32)
        (global.set $top (i32.const 1024))
        (i32.add (local.get $rep) (local.get $length)))
      (func (export "take") (param i32) (call $drop (local.get 0)))
      (func (export "pages") (result i32) (memory.size))
      (func (export "next") (result i32)
        (local $handle i32)
        (local.set $handle (call $new (i32.const 0)))
        (call $drop (local.get $handle))
        (local.get $handle)))
    (core instance $i (instantiate $m (with "" (instance
      (export "new" (func $new)) (export "drop" (func $drop))))))
    (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
    (func (export "weigh") (param "r" (borrow $r)) (param "text" string) (result u32)
      (canon lift (core func $i "weigh") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
    (func (export "take") (param "r" (own $r)) (canon lift (core func $i "take")))
    (func (export "pages") (result u32) (canon lift (core func $i "pages")))
    (func (export "next") (result u32) (canon lift (core func $i "next"))))
  (instance $lib (instantiate $Lib))

  (component $App
    (import "lib" (instance $lib
      (export "r" (type $r (sub resource)))
      (export "make" (func (param "rep" u32) (result (own $r))))
      (export "weigh" (func (param "r" (borrow $r)) (param "text" string) (result u32)))
      (export "take" (func (param "r" (own $r))))))
    (alias export $lib "r" (type $r))
    (core module $memory (memory (export "memory") 1) (data (i32.const 16) "twelve bytes"))
    (core instance $memory (instantiate $memory))
    (core func $make (canon lower (func $lib "make")))
    (core func $weigh (canon lower (func $lib "weigh") (memory (core memory $memory "memory"))))
    (core func $take (canon lower (func $lib "take")))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "weigh" (func $weigh (param i32 i32 i32) (result i32)))
      (import "" "take" (func $take (param i32)))
      (import "" "drop" (func $drop (param i32)))
      ;; Calls `weigh` for each of `count` resources, half of which it drops and half of which it gives back.
      (func (export "run") (param $count i32) (result i32)
        (local $handle i32) (local $wrong i32)
        (loop $again
          (local.set $handle (call $make (local.get $count)))
          (if (i32.ne (call $weigh (local.get $handle) (i32.const 16) (i32.const 12))
                      (i32.add (local.get $count) (i32.const 12)))
            (then (local.set $wrong (i32.add (local.get $wrong) (i32.const 1)))))
          (if (i32.and (local.get $count) (i32.const 1))
            (then (call $drop (local.get $handle)))
            (else (call $take (local.get $handle))))
          (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        ;; The first free handle once more, so that a leak of one in all these calls shows.
        (local.set $handle (call $make (i32.const 0)))
        (call $drop (local.get $handle))
        (i32.add (i32.mul (local.get $wrong) (i32.const 1000)) (local.get $handle))))
    (core instance $i (instantiate $m (with "" (instance
      (export "make" (func $make)) (export "weigh" (func $weigh))
      (export "take" (func $take)) (export "drop" (func $drop))))))
    (func (export "run") (param "count" u32) (result u32) (canon lift (core func $i "run"))))
  (instance $app (instantiate $App (with "lib" (instance $lib))))

  (func (export "run") (alias export $app "run"))
  (func (export "pages") (alias export $lib "pages"))
  (func (export "next") (alias export $lib "next")))

(assert_return (invoke "pages") (u32.const 1))
(assert_return (invoke "next") (u32.const 1))
(assert_return (invoke "run" (u32.const 10000000)) (u32.const 1))
(assert_return (invoke "pages") (u32.const 1))
(assert_return (invoke "next") (u32.const 1))
