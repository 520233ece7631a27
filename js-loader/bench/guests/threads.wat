;; Tasks that only give way to each other on their stacks: what is timed is the switch.
(component
  (core func $yield (canon thread.yield))
  (core func $return (canon task.return (result u32)))
  (core module $main
    (import "" "yield" (func $yield (result i32)))
    (import "" "return" (func $return (param i32)))
    (func (export "switches") (param $n i32)
      (local $i i32)
      (loop $more
        (if (i32.lt_u (local.get $i) (local.get $n)) (then
          (drop (call $yield))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $more))))
      (call $return (local.get $i))))
  (core instance $main (instantiate $main (with "" (instance
    (export "yield" (func $yield))
    (export "return" (func $return))))))
  (func (export "switches") async (param "n" u32) (result u32) (canon lift (core func $main "switches") async)))
