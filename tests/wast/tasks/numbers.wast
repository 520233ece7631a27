;; Calls of the host whose parameters are all numbers: as core values, and in memory where there are more than 16.

(component
  (core module $main
    (memory (export "m") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "wide") (param i32 i32 f32 f64) (result f64)
      (f64.add
        (f64.add (f64.convert_i32_u (local.get 0)) (f64.convert_i32_s (local.get 1)))
        (f64.add (f64.promote_f32 (local.get 2)) (local.get 3))))
    (func (export "narrow") (param i32 i32 i32 i32) (result f64)
      (f64.add
        (f64.add (f64.convert_i32_u (local.get 0)) (f64.convert_i32_s (local.get 1)))
        (f64.add (f64.convert_i32_u (local.get 2)) (f64.convert_i32_s (local.get 3)))))
    (func (export "none") (result f64) (f64.const 1.5))
    (func (export "many") (param i32) (result f64)
      (f64.add (f64.convert_i32_u (i32.load (local.get 0))) (f64.convert_i32_u (i32.load offset=64 (local.get 0))))))
  (core instance $main (instantiate $main))
  (func (export "wide") async (param "a" u32) (param "b" s32) (param "c" f32) (param "d" f64) (result f64)
    (canon lift (core func $main "wide")))
  (func (export "narrow") async (param "a" u8) (param "b" s8) (param "c" u16) (param "d" s16) (result f64)
    (canon lift (core func $main "narrow")))
  (func (export "none") async (result f64) (canon lift (core func $main "none")))
  (func (export "many") async
    (param "a" u32) (param "b" u32) (param "c" u32) (param "d" u32) (param "e" u32) (param "f" u32) (param "g" u32) (param "h" u32)
    (param "i" u32) (param "j" u32) (param "k" u32) (param "l" u32) (param "m" u32) (param "n" u32) (param "o" u32) (param "p" u32)
    (param "q" u32) (result f64)
    (canon lift (core func $main "many") (memory (core memory $main "m")) (realloc (core func $main "realloc")))))

(assert_return (invoke "wide" (u32.const 4294967295) (s32.const -1) (f32.const 0.5) (f64.const 0.25)) (f64.const 4294967294.75))
(assert_return (invoke "narrow" (u8.const 255) (s8.const -1) (u16.const 65535) (s16.const -2)) (f64.const 65787))
(assert_return (invoke "none") (f64.const 1.5))
(assert_return (invoke "many"
    (u32.const 1) (u32.const 2) (u32.const 3) (u32.const 4) (u32.const 5) (u32.const 6) (u32.const 7) (u32.const 8)
    (u32.const 9) (u32.const 10) (u32.const 11) (u32.const 12) (u32.const 13) (u32.const 14) (u32.const 15) (u32.const 16)
    (u32.const 17)) (f64.const 18))
