  ;; Transcoders between two memories, $src and $dst: module fields that the hand-written adapters include.
  ;; Sizes and offsets are in bytes unless a name says units. Invalid text traps. V8 rebuilds a v128.const at each
  ;; use, hence the locals that hold constants in loops.

  ;; ---- UTF-8 to UTF-8: validate and copy ----

  (func $copy-utf8 (param $s i32) (param $n i32) (param $d i32)
    (local $last i32) (local $run i32) (local $a v128) (local $b v128) (local $c v128) (local $e v128)
    (if (i32.lt_u (local.get $n) (i32.const 16))
      (then (return (call $copy-short-utf8 (local.get $s) (local.get $n) (local.get $d)))))
    (local.set $last (i32.add (local.get $s) (i32.sub (local.get $n) (i32.const 16))))
    (block $not-ascii
      (if (i32.ge_u (local.get $n) (i32.const 64))
        (then
          (loop $four
            (local.set $a (v128.load $src (local.get $s)))
            (local.set $b (v128.load $src offset=16 (local.get $s)))
            (local.set $c (v128.load $src offset=32 (local.get $s)))
            (local.set $e (v128.load $src offset=48 (local.get $s)))
            (br_if $not-ascii
              (i8x16.bitmask
                (v128.or
                  (v128.or (local.get $a) (local.get $b))
                  (v128.or (local.get $c) (local.get $e)))))
            (v128.store $dst (local.get $d) (local.get $a))
            (v128.store $dst offset=16 (local.get $d) (local.get $b))
            (v128.store $dst offset=32 (local.get $d) (local.get $c))
            (v128.store $dst offset=48 (local.get $d) (local.get $e))
            (local.set $d (i32.add (local.get $d) (i32.const 64)))
            (local.set $s (i32.add (local.get $s) (i32.const 64)))
            (br_if $four (i32.le_s (local.get $s) (i32.sub (local.get $last) (i32.const 48)))))))
      (if (i32.lt_u (local.get $s) (local.get $last))
        (then
          (loop $one
            (local.set $a (v128.load $src (local.get $s)))
            (br_if $not-ascii (i8x16.bitmask (local.get $a)))
            (v128.store $dst (local.get $d) (local.get $a))
            (local.set $d (i32.add (local.get $d) (i32.const 16)))
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (br_if $one (i32.lt_u (local.get $s) (local.get $last))))))
      ;; The end, overlapping what is done.
      (local.set $a (v128.load $src (local.get $last)))
      (br_if $not-ascii (i8x16.bitmask (local.get $a)))
      (v128.store $dst (i32.add (local.get $d) (i32.sub (local.get $last) (local.get $s))) (local.get $a))
      (return))
    (local.set $n (i32.sub (i32.add (local.get $last) (i32.const 16)) (local.get $s)))
    (local.set $run (call $copy-three-byte (local.get $s) (local.get $n) (local.get $d)))
    (call $copy-mixed-utf8 (i32.add (local.get $s) (local.get $run))
      (i32.sub (local.get $n) (local.get $run)) (i32.add (local.get $d) (local.get $run))))

  ;; Under 16 bytes: two overlapping scalar moves, or bytes; if it is not all ASCII, validated after that.
  (func $copy-short-utf8 (param $s i32) (param $n i32) (param $d i32)
    (local $end i32) (local $char i32) (local $a i64) (local $b i64)
    (local.set $end (i32.add (local.get $s) (local.get $n)))
    (block $moved
      (if (i32.ge_u (local.get $n) (i32.const 8))
        (then
          (local.set $a (i64.load $src (local.get $s)))
          (local.set $b (i64.load $src (i32.sub (local.get $end) (i32.const 8))))
          (i64.store $dst (local.get $d) (local.get $a))
          (i64.store $dst (i32.sub (i32.add (local.get $d) (local.get $n)) (i32.const 8)) (local.get $b))
          (br $moved)))
      (if (i32.ge_u (local.get $n) (i32.const 4))
        (then
          (local.set $a (i64.load32_u $src (local.get $s)))
          (local.set $b (i64.load32_u $src (i32.sub (local.get $end) (i32.const 4))))
          (i64.store32 $dst (local.get $d) (local.get $a))
          (i64.store32 $dst (i32.sub (i32.add (local.get $d) (local.get $n)) (i32.const 4)) (local.get $b))
          (br $moved)))
      (if (i32.eqz (local.get $n)) (then (return)))
      ;; One to three bytes: the first, the last and the middle one.
      (local.set $char (i32.shr_u (local.get $n) (i32.const 1)))
      (local.set $a (i64.load8_u $src (local.get $s)))
      (i64.store8 $dst (local.get $d) (local.get $a))
      (local.set $b (i64.load8_u $src (i32.sub (local.get $end) (i32.const 1))))
      (i64.store8 $dst (i32.sub (i32.add (local.get $d) (local.get $n)) (i32.const 1)) (local.get $b))
      (local.set $a (i64.or (local.get $a) (local.get $b)))
      (local.set $b (i64.load8_u $src (i32.add (local.get $s) (local.get $char))))
      (i64.store8 $dst (i32.add (local.get $d) (local.get $char)) (local.get $b)))
    (if (i64.eqz (i64.and (i64.or (local.get $a) (local.get $b)) (i64.const 0x8080808080808080)))
      (then (return)))
    (loop $again
      (local.set $char (call $decode (local.get $s) (i32.sub (local.get $end) (local.get $s))))
      (local.set $s (i32.add (local.get $s) (call $utf8-size (local.get $char))))
      (br_if $again (i32.lt_u (local.get $s) (local.get $end)))))

  ;; Keiser and Lemire's lookup validation, fused with the copy. At least 16 bytes precede $s + $n in both memories.
  (func $copy-mixed-utf8 (param $s i32) (param $n i32) (param $d i32)
    (local $in v128) (local $prev v128) (local $error v128) (local $prev1 v128)
    (local $first-high v128) (local $first-low v128) (local $second-high v128) (local $nibble v128)
    (local $third v128) (local $fourth v128) (local $top v128) (local $complete v128)
    (local.set $first-high (v128.const i8x16 2 2 2 2 2 2 2 2 0x80 0x80 0x80 0x80 0x21 0x01 0x15 0x49))
    (local.set $first-low
      (v128.const i8x16 0xe7 0xa3 0x83 0x83 0x8b 0xcb 0xcb 0xcb 0xcb 0xcb 0xcb 0xcb 0xcb 0xdb 0xcb 0xcb))
    (local.set $second-high (v128.const i8x16 1 1 1 1 1 1 1 1 0xe6 0xae 0xba 0xba 1 1 1 1))
    (local.set $nibble (i8x16.splat (i32.const 0x0f)))
    (local.set $third (i8x16.splat (i32.const 0x60)))
    (local.set $fourth (i8x16.splat (i32.const 0x70)))
    (local.set $top (i8x16.splat (i32.const 0x80)))
    (local.set $complete (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 0xef 0xdf 0xbf))
    (loop $again
      (block $check
        (if (i32.ge_u (local.get $n) (i32.const 16))
          (then
            (local.set $in (v128.load $src (local.get $s)))
            (v128.store $dst (local.get $d) (local.get $in))
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (local.set $d (i32.add (local.get $d) (i32.const 16)))
            (br_if $check (i8x16.bitmask (local.get $in)))
            (local.set $error
              (v128.or (local.get $error) (i8x16.sub_sat_u (local.get $prev) (local.get $complete))))
            (local.set $prev (local.get $in))
            (local.set $n (i32.sub (local.get $n) (i32.const 16)))
            (br $again)))
        ;; The end: what is left, followed by zeros. They are ASCII, so a cut sequence is found.
        (local.set $in (v128.load $src (i32.sub (i32.add (local.get $s) (local.get $n)) (i32.const 16))))
        (v128.store $dst (i32.sub (i32.add (local.get $d) (local.get $n)) (i32.const 16)) (local.get $in))
        (local.set $in
          (i8x16.swizzle (local.get $in)
            (i8x16.add
              (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
              (i8x16.splat (i32.sub (i32.const 16) (local.get $n)))))))
      (local.set $prev1
        (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 (local.get $prev) (local.get $in)))
      (local.set $error
        (v128.or
          (local.get $error)
          (v128.xor
            (v128.and
              (v128.and
                (i8x16.swizzle (local.get $first-high)
                  (v128.and (i16x8.shr_u (local.get $prev1) (i32.const 4)) (local.get $nibble)))
                (i8x16.swizzle (local.get $first-low) (v128.and (local.get $prev1) (local.get $nibble))))
              (i8x16.swizzle (local.get $second-high)
                (v128.and (i16x8.shr_u (local.get $in) (i32.const 4)) (local.get $nibble))))
            (v128.and
              (v128.or
                (i8x16.sub_sat_u
                  (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $prev) (local.get $in))
                  (local.get $third))
                (i8x16.sub_sat_u
                  (i8x16.shuffle 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 (local.get $prev) (local.get $in))
                  (local.get $fourth)))
              (local.get $top)))))
      (if (i32.ge_u (local.get $n) (i32.const 16))
        (then
          (local.set $prev (local.get $in))
          (local.set $n (i32.sub (local.get $n) (i32.const 16)))
          (br $again))))
    (if (v128.any_true (local.get $error)) (then unreachable)))

  ;; The code point at $s, of which $left bytes remain.
  (func $decode (param $s i32) (param $left i32) (result i32)
    (local $lead i32) (local $char i32)
    (local.set $lead (i32.load8_u $src (local.get $s)))
    (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (local.get $lead))))
    (if (i32.or (i32.lt_u (local.get $left) (i32.const 2)) (i32.lt_u (local.get $lead) (i32.const 0xc2)))
      (then unreachable))
    (local.set $char (call $continue (i32.load8_u $src offset=1 (local.get $s))))
    (if (i32.lt_u (local.get $lead) (i32.const 0xe0))
      (then
        (return (i32.or (i32.shl (i32.and (local.get $lead) (i32.const 0x1f)) (i32.const 6)) (local.get $char)))))
    (if (i32.lt_u (local.get $left) (i32.const 3)) (then unreachable))
    (local.set $char
      (i32.or
        (i32.shl (local.get $char) (i32.const 6))
        (call $continue (i32.load8_u $src offset=2 (local.get $s)))))
    (if (i32.lt_u (local.get $lead) (i32.const 0xf0))
      (then
        (local.set $char
          (i32.or (i32.shl (i32.and (local.get $lead) (i32.const 0x0f)) (i32.const 12)) (local.get $char)))
        (if (i32.or
              (i32.lt_u (local.get $char) (i32.const 0x800))
              (i32.eq (i32.and (local.get $char) (i32.const 0xf800)) (i32.const 0xd800)))
          (then unreachable))
        (return (local.get $char))))
    (if (i32.or (i32.lt_u (local.get $left) (i32.const 4)) (i32.gt_u (local.get $lead) (i32.const 0xf4)))
      (then unreachable))
    (local.set $char
      (i32.or
        (i32.or
          (i32.shl (i32.and (local.get $lead) (i32.const 0x07)) (i32.const 18))
          (i32.shl (local.get $char) (i32.const 6)))
        (call $continue (i32.load8_u $src offset=3 (local.get $s)))))
    (if (i32.ge_u (i32.sub (local.get $char) (i32.const 0x10000)) (i32.const 0x100000)) (then unreachable))
    (local.get $char))

  ;; The six bits of a continuation byte.
  (func $continue (param $byte i32) (result i32)
    (if (i32.ne (i32.and (local.get $byte) (i32.const 0xc0)) (i32.const 0x80)) (then unreachable))
    (i32.and (local.get $byte) (i32.const 0x3f)))

  (func $utf8-size (param $char i32) (result i32)
    (i32.add
      (i32.add (i32.const 1) (i32.ge_u (local.get $char) (i32.const 0x80)))
      (i32.add
        (i32.ge_u (local.get $char) (i32.const 0x800))
        (i32.ge_u (local.get $char) (i32.const 0x10000)))))

  ;; ---- Runs of three-byte characters, 48 bytes at a time; both return the bytes that were such ----

  (func $copy-three-byte (param $s i32) (param $n i32) (param $d i32) (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $lead v128) (local $from i32)
    (local $m0 v128) (local $m1 v128) (local $m2 v128) (local $p0 v128) (local $p1 v128) (local $p2 v128)
    (local $e0 v128) (local $ed v128)
    (local.set $m0 (v128.const i8x16 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0))
    (local.set $m1 (v128.const i8x16 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0))
    (local.set $m2 (v128.const i8x16 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0 0xf0 0xc0 0xc0))
    (local.set $p0 (v128.const i8x16 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0))
    (local.set $p1 (v128.const i8x16 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80))
    (local.set $p2 (v128.const i8x16 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80 0xe0 0x80 0x80))
    (local.set $e0 (i8x16.splat (i32.const 0xe0)))
    (local.set $ed (i8x16.splat (i32.const 0xed)))
    (local.set $from (local.get $s))
    (block $end
      (loop $next
        (br_if $end (i32.lt_u (local.get $n) (i32.const 48)))
        (local.set $a (v128.load $src (local.get $s)))
        (local.set $b (v128.load $src offset=16 (local.get $s)))
        (local.set $c (v128.load $src offset=32 (local.get $s)))
        (br_if $end
          (v128.any_true
            (v128.or
              (v128.or
                (v128.and (v128.xor (local.get $a) (local.get $p0)) (local.get $m0))
                (v128.and (v128.xor (local.get $b) (local.get $p1)) (local.get $m1)))
              (v128.and (v128.xor (local.get $c) (local.get $p2)) (local.get $m2)))))
        ;; Leads E0 and ED, which restrict the second byte, are left to the caller.
        (local.set $lead (i8x16.max_u (i8x16.max_u (local.get $a) (local.get $b)) (local.get $c)))
        (br_if $end
          (v128.any_true
            (v128.or
              (i8x16.eq (local.get $lead) (local.get $e0))
              (i8x16.eq (local.get $lead) (local.get $ed)))))
        (v128.store $dst (local.get $d) (local.get $a))
        (v128.store $dst offset=16 (local.get $d) (local.get $b))
        (v128.store $dst offset=32 (local.get $d) (local.get $c))
        (local.set $s (i32.add (local.get $s) (i32.const 48)))
        (local.set $d (i32.add (local.get $d) (i32.const 48)))
        (local.set $n (i32.sub (local.get $n) (i32.const 48)))
        (br $next)))
    (i32.sub (local.get $s) (local.get $from)))

  (func $widen-three-byte (param $s i32) (param $n i32) (param $d i32) (result i32)
    (local $a v128) (local $b v128) (local $rest v128) (local $lead v128) (local $units v128) (local $from i32)
    (local $low-rest v128) (local $high-rest v128) (local $low-lead v128) (local $high-lead v128)
    (local $c0c0 v128) (local $8080 v128) (local $f000 v128) (local $e000 v128)
    (local $3f v128) (local $3f00 v128) (local $f800 v128) (local $d800 v128) (local $zero v128)
    (local.set $low-rest (v128.const i8x16 2 1 5 4 8 7 11 10 -1 -1 -1 -1 -1 -1 -1 -1))
    (local.set $high-rest (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 -1 6 5 9 8 12 11 15 14))
    (local.set $low-lead (v128.const i8x16 -1 0 -1 3 -1 6 -1 9 -1 -1 -1 -1 -1 -1 -1 -1))
    (local.set $high-lead (v128.const i8x16 -1 -1 -1 -1 -1 -1 -1 -1 -1 4 -1 7 -1 10 -1 13))
    (local.set $c0c0 (i16x8.splat (i32.const 0xc0c0)))
    (local.set $8080 (i16x8.splat (i32.const 0x8080)))
    (local.set $f000 (i16x8.splat (i32.const 0xf000)))
    (local.set $e000 (i16x8.splat (i32.const 0xe000)))
    (local.set $3f (i16x8.splat (i32.const 0x3f)))
    (local.set $3f00 (i16x8.splat (i32.const 0x3f00)))
    (local.set $f800 (i16x8.splat (i32.const 0xf800)))
    (local.set $d800 (i16x8.splat (i32.const 0xd800)))
    (local.set $from (local.get $s))
    (block $end
      (loop $next
        (br_if $end (i32.lt_u (local.get $n) (i32.const 24)))
        (local.set $a (v128.load $src (local.get $s)))
        (local.set $b (v128.load $src offset=8 (local.get $s)))
        (local.set $rest
          (v128.or
            (i8x16.swizzle (local.get $a) (local.get $low-rest))
            (i8x16.swizzle (local.get $b) (local.get $high-rest))))
        (local.set $lead
          (v128.or
            (i8x16.swizzle (local.get $a) (local.get $low-lead))
            (i8x16.swizzle (local.get $b) (local.get $high-lead))))
        (local.set $units
          (v128.or
            (v128.or
              (i16x8.shl (local.get $lead) (i32.const 4))
              (i16x8.shr_u (v128.and (local.get $rest) (local.get $3f00)) (i32.const 2)))
            (v128.and (local.get $rest) (local.get $3f))))
        (br_if $end
          (v128.any_true
            (v128.or
              (v128.or
                (v128.xor (v128.and (local.get $rest) (local.get $c0c0)) (local.get $8080))
                (v128.xor (v128.and (local.get $lead) (local.get $f000)) (local.get $e000)))
              (v128.or
                (i16x8.eq (v128.and (local.get $units) (local.get $f800)) (local.get $zero))
                (i16x8.eq (v128.and (local.get $units) (local.get $f800)) (local.get $d800))))))
        (v128.store $dst (local.get $d) (local.get $units))
        (local.set $s (i32.add (local.get $s) (i32.const 24)))
        (local.set $d (i32.add (local.get $d) (i32.const 16)))
        (local.set $n (i32.sub (local.get $n) (i32.const 24)))
        (br $next)))
    (i32.sub (local.get $s) (local.get $from)))

  ;; ---- UTF-8 to UTF-16: returns the units written. The destination has room for $n units. ----

  (func $widen-utf8 (param $s i32) (param $n i32) (param $d i32) (result i32)
    (local $end i32) (local $start i32) (local $char i32) (local $left i32) (local $mask i32)
    (local $in v128) (local $high v128) (local $low v128) (local $units v128) (local $room i32)
    (local $c0e0 v128) (local $80c0 v128) (local $1f v128)
    (local $3f v128) (local $80 v128)
    (local.set $c0e0 (i16x8.splat (i32.const 0xc0e0)))
    (local.set $80c0 (i16x8.splat (i32.const 0x80c0)))
    (local.set $1f (i16x8.splat (i32.const 0x1f)))
    (local.set $3f (i16x8.splat (i32.const 0x3f)))
    (local.set $80 (i16x8.splat (i32.const 0x80)))
    (local.set $end (i32.add (local.get $s) (local.get $n)))
    (local.set $start (local.get $d))
    (block $not-ascii
      (loop $two
        (br_if $not-ascii (i32.lt_u (i32.sub (local.get $end) (local.get $s)) (i32.const 32)))
        (local.set $low (v128.load $src (local.get $s)))
        (local.set $high (v128.load $src offset=16 (local.get $s)))
        (br_if $not-ascii (i8x16.bitmask (v128.or (local.get $low) (local.get $high))))
        (v128.store $dst (local.get $d) (i16x8.extend_low_i8x16_u (local.get $low)))
        (v128.store $dst offset=16 (local.get $d) (i16x8.extend_high_i8x16_u (local.get $low)))
        (v128.store $dst offset=32 (local.get $d) (i16x8.extend_low_i8x16_u (local.get $high)))
        (v128.store $dst offset=48 (local.get $d) (i16x8.extend_high_i8x16_u (local.get $high)))
        (local.set $s (i32.add (local.get $s) (i32.const 32)))
        (local.set $d (i32.add (local.get $d) (i32.const 64)))
        (br $two)))
    (loop $next
      (local.set $left (i32.sub (local.get $end) (local.get $s)))
      (if (i32.eqz (local.get $left))
        (then (return (i32.shr_u (i32.sub (local.get $d) (local.get $start)) (i32.const 1)))))
      (block $one
        (if (i32.lt_u (local.get $left) (i32.const 16))
          (then
            (if (i32.ge_u (local.get $n) (i32.const 16))
              (then
                ;; An ASCII end may overlap what is done: its last 16 bytes became 16 units.
                (local.set $in (v128.load $src (i32.sub (local.get $end) (i32.const 16))))
                (br_if $one (i8x16.bitmask (local.get $in)))
                (local.set $room (i32.sub (local.get $d) (i32.shl (i32.sub (i32.const 16) (local.get $left)) (i32.const 1))))
                (v128.store $dst (local.get $room) (i16x8.extend_low_i8x16_u (local.get $in)))
                (v128.store $dst offset=16 (local.get $room) (i16x8.extend_high_i8x16_u (local.get $in)))
                (local.set $d (i32.add (local.get $room) (i32.const 32)))
                (local.set $s (local.get $end))
                (br $next)))
            (br_if $one (i32.lt_u (local.get $left) (i32.const 8)))
            (local.set $in (v128.load64_zero $src (local.get $s)))
            (br_if $one (i8x16.bitmask (local.get $in)))
            (v128.store $dst (local.get $d) (i16x8.extend_low_i8x16_u (local.get $in)))
            (local.set $s (i32.add (local.get $s) (i32.const 8)))
            (local.set $d (i32.add (local.get $d) (i32.const 16)))
            (br $next)))
        (local.set $in (v128.load $src (local.get $s)))
        (local.set $mask (i8x16.bitmask (local.get $in)))
        (if (i32.eqz (i32.and (local.get $mask) (i32.const 1)))
          (then
            (v128.store $dst (local.get $d) (i16x8.extend_low_i8x16_u (local.get $in)))
            (v128.store $dst offset=16 (local.get $d) (i16x8.extend_high_i8x16_u (local.get $in)))
            ;; A predicted branch, not arithmetic: the next load need not wait for this one.
            (if (i32.eqz (local.get $mask))
              (then
                (local.set $s (i32.add (local.get $s) (i32.const 16)))
                (local.set $d (i32.add (local.get $d) (i32.const 32)))
                (br $next)))
            (local.set $mask (i32.ctz (local.get $mask)))
            (local.set $s (i32.add (local.get $s) (local.get $mask)))
            (local.set $d (i32.add (local.get $d) (i32.shl (local.get $mask) (i32.const 1))))
            (local.set $left (i32.sub (local.get $left) (local.get $mask)))
            (br $one)))
        (local.set $mask (i8x16.extract_lane_u 0 (local.get $in)))
        (if (i32.lt_u (local.get $mask) (i32.const 0xe0))
          (then
            ;; Eight characters of two bytes.
            (br_if $one
              (i32.eqz
                (i16x8.all_true
                  (i16x8.eq
                    (v128.and (local.get $in) (local.get $c0e0))
                    (local.get $80c0)))))
            (local.set $units
              (v128.or
                (i16x8.shl (v128.and (local.get $in) (local.get $1f)) (i32.const 6))
                (v128.and (i16x8.shr_u (local.get $in) (i32.const 8)) (local.get $3f))))
            (br_if $one (i32.eqz (i16x8.all_true (i16x8.ge_u (local.get $units) (local.get $80)))))
            (v128.store $dst (local.get $d) (local.get $units))
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (local.set $d (i32.add (local.get $d) (i32.const 16)))
            (br $next)))
        (br_if $one
          (i32.or (i32.ge_u (local.get $mask) (i32.const 0xf0)) (i32.lt_u (local.get $left) (i32.const 24))))
        (local.set $mask (call $widen-three-byte (local.get $s) (local.get $left) (local.get $d)))
        (br_if $one (i32.eqz (local.get $mask)))
        (local.set $s (i32.add (local.get $s) (local.get $mask)))
        (local.set $d (i32.add (local.get $d) (i32.shl (i32.div_u (local.get $mask) (i32.const 3)) (i32.const 1))))
        (br $next))
      (local.set $char (call $decode (local.get $s) (local.get $left)))
      (local.set $s (i32.add (local.get $s) (call $utf8-size (local.get $char))))
      (if (i32.ge_u (local.get $char) (i32.const 0x10000))
        (then
          (i32.store16 $dst (local.get $d)
            (i32.add (i32.const 0xd7c0) (i32.shr_u (local.get $char) (i32.const 10))))
          (local.set $d (i32.add (local.get $d) (i32.const 2)))
          (local.set $char (i32.or (i32.const 0xdc00) (i32.and (local.get $char) (i32.const 0x3ff))))))
      (i32.store16 $dst (local.get $d) (local.get $char))
      (local.set $d (i32.add (local.get $d) (i32.const 2)))
      (br $next))
    (unreachable))

  ;; ---- UTF-16 to narrower units ----

  ;; Copies units that fit $mask's complement into bytes; returns how many it did before meeting another.
  (func $narrow (param $s i32) (param $units i32) (param $d i32) (param $mask i32) (result i32)
    (local $at i32) (local $a v128) (local $b v128) (local $other v128)
    (local.set $other (i16x8.splat (local.get $mask)))
    (block $other-unit
      (if (i32.ge_u (local.get $units) (i32.const 16))
        (then
          (loop $vector
            (local.set $a (v128.load $src (i32.add (local.get $s) (i32.shl (local.get $at) (i32.const 1)))))
            (local.set $b (v128.load $src offset=16 (i32.add (local.get $s) (i32.shl (local.get $at) (i32.const 1)))))
            (br_if $other-unit
              (v128.any_true (v128.and (v128.or (local.get $a) (local.get $b)) (local.get $other))))
            (v128.store $dst (i32.add (local.get $d) (local.get $at))
              (i8x16.narrow_i16x8_u (local.get $a) (local.get $b)))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br_if $vector (i32.le_s (local.get $at) (i32.sub (local.get $units) (i32.const 16)))))
          (if (i32.eq (local.get $at) (local.get $units)) (then (return (local.get $units))))
          (local.set $at (i32.sub (local.get $units) (i32.const 16)))
          (local.set $a (v128.load $src (i32.add (local.get $s) (i32.shl (local.get $at) (i32.const 1)))))
          (local.set $b (v128.load $src offset=16 (i32.add (local.get $s) (i32.shl (local.get $at) (i32.const 1)))))
          (local.set $at (i32.and (local.get $units) (i32.const -16)))
          (br_if $other-unit
            (v128.any_true (v128.and (v128.or (local.get $a) (local.get $b)) (local.get $other))))
          (v128.store $dst (i32.add (local.get $d) (i32.sub (local.get $units) (i32.const 16)))
            (i8x16.narrow_i16x8_u (local.get $a) (local.get $b)))
          (return (local.get $units)))))
    (loop $unit
      (if (i32.ge_u (local.get $at) (local.get $units)) (then (return (local.get $at))))
      (if (i32.and
            (i32.load16_u $src (i32.add (local.get $s) (i32.shl (local.get $at) (i32.const 1))))
            (local.get $mask))
        (then (return (local.get $at))))
      (i32.store8 $dst (i32.add (local.get $d) (local.get $at))
        (i32.load16_u $src (i32.add (local.get $s) (i32.shl (local.get $at) (i32.const 1)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $unit))
    (unreachable))

  ;; Encodes from $s up to $end; returns the end of what it wrote. There is room for three bytes a unit.
  (func $encode-utf16 (param $s i32) (param $end i32) (param $d i32) (result i32)
    (local $in v128) (local $lead v128) (local $last v128) (local $left i32) (local $char i32)
    (local $ff80 v128) (local $3f v128) (local $80 v128)
    (local $800 v128) (local $f800 v128) (local $d800 v128)
    (local $80e0 v128) (local $3f00 v128) (local $c0 v128)
    (local $first-lead v128) (local $first-last v128) (local $second-lead v128) (local $second-last v128)
    (local.set $first-lead (v128.const i8x16 0 1 -1 2 3 -1 4 5 -1 6 7 -1 8 9 -1 10))
    (local.set $first-last (v128.const i8x16 -1 -1 0 -1 -1 2 -1 -1 4 -1 -1 6 -1 -1 8 -1))
    (local.set $second-lead (v128.const i8x16 11 -1 12 13 -1 14 15 -1 -1 -1 -1 -1 -1 -1 -1 -1))
    (local.set $second-last (v128.const i8x16 -1 10 -1 -1 12 -1 -1 14 -1 -1 -1 -1 -1 -1 -1 -1))
    (local.set $ff80 (i16x8.splat (i32.const 0xff80)))
    (local.set $3f (i16x8.splat (i32.const 0x3f)))
    (local.set $80 (i16x8.splat (i32.const 0x80)))
    (local.set $800 (i16x8.splat (i32.const 0x800)))
    (local.set $f800 (i16x8.splat (i32.const 0xf800)))
    (local.set $d800 (i16x8.splat (i32.const 0xd800)))
    (local.set $80e0 (i16x8.splat (i32.const 0x80e0)))
    (local.set $3f00 (i16x8.splat (i32.const 0x3f00)))
    (local.set $c0 (i16x8.splat (i32.const 0xc0)))
    (loop $next
      (local.set $left (i32.sub (local.get $end) (local.get $s)))
      (if (i32.eqz (local.get $left)) (then (return (local.get $d))))
      (block $one
        (br_if $one (i32.lt_u (local.get $left) (i32.const 16)))
        (local.set $in (v128.load $src (local.get $s)))
        (if (i32.eqz (v128.any_true (v128.and (local.get $in) (local.get $ff80))))
          (then
            (v128.store64_lane $dst 0 (local.get $d) (i8x16.narrow_i16x8_u (local.get $in) (local.get $in)))
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (local.set $d (i32.add (local.get $d) (i32.const 8)))
            (br $next)))
        (local.set $last
          (v128.or (v128.and (local.get $in) (local.get $3f)) (local.get $80)))
        (if (i16x8.all_true (i16x8.ge_u (local.get $in) (local.get $800)))
          (then
            ;; Eight units of three bytes, unless one is a surrogate.
            (br_if $one
              (i32.eqz
                (i16x8.all_true
                  (i16x8.ne
                    (v128.and (local.get $in) (local.get $f800))
                    (local.get $d800)))))
            (local.set $lead
              (v128.or
                (v128.or (i16x8.shr_u (local.get $in) (i32.const 12)) (local.get $80e0))
                (v128.and (i16x8.shl (local.get $in) (i32.const 2)) (local.get $3f00))))
            (v128.store $dst (local.get $d)
              (v128.or
                (i8x16.swizzle (local.get $lead) (local.get $first-lead))
                (i8x16.swizzle (local.get $last) (local.get $first-last))))
            (v128.store64_lane $dst offset=16 0 (local.get $d)
              (v128.or
                (i8x16.swizzle (local.get $lead) (local.get $second-lead))
                (i8x16.swizzle (local.get $last) (local.get $second-last))))
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (local.set $d (i32.add (local.get $d) (i32.const 24)))
            (br $next)))
        (if (i16x8.all_true
              (v128.and
                (i16x8.ge_u (local.get $in) (local.get $80))
                (i16x8.lt_u (local.get $in) (local.get $800))))
          (then
            (v128.store $dst (local.get $d)
              (v128.or
                (v128.or (i16x8.shr_u (local.get $in) (i32.const 6)) (local.get $c0))
                (i16x8.shl (local.get $last) (i32.const 8))))
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (local.set $d (i32.add (local.get $d) (i32.const 16)))
            (br $next))))
      (local.set $char (i32.load16_u $src (local.get $s)))
      (local.set $s (i32.add (local.get $s) (i32.const 2)))
      (if (i32.eq (i32.and (local.get $char) (i32.const 0xf800)) (i32.const 0xd800))
        (then
          (local.set $char (call $pair (local.get $char) (local.get $s) (local.get $end)))
          (local.set $s (i32.add (local.get $s) (i32.const 2)))))
      (local.set $d (call $encode (local.get $char) (local.get $d)))
      (br $next))
    (unreachable))

  ;; The code point of a surrogate pair whose first half is $half; $s is behind it.
  (func $pair (param $half i32) (param $s i32) (param $end i32) (result i32)
    (local $second i32)
    (if (i32.or
          (i32.ge_u (local.get $half) (i32.const 0xdc00))
          (i32.ge_u (local.get $s) (local.get $end)))
      (then unreachable))
    (local.set $second (i32.load16_u $src (local.get $s)))
    (if (i32.ne (i32.and (local.get $second) (i32.const 0xfc00)) (i32.const 0xdc00)) (then unreachable))
    (i32.add
      (i32.const 0x10000)
      (i32.or
        (i32.shl (i32.and (local.get $half) (i32.const 0x3ff)) (i32.const 10))
        (i32.and (local.get $second) (i32.const 0x3ff)))))

  ;; Writes a code point in UTF-8; returns the end of it.
  (func $encode (param $char i32) (param $d i32) (result i32)
    (if (i32.lt_u (local.get $char) (i32.const 0x80))
      (then
        (i32.store8 $dst (local.get $d) (local.get $char))
        (return (i32.add (local.get $d) (i32.const 1)))))
    (if (i32.lt_u (local.get $char) (i32.const 0x800))
      (then
        (i32.store8 $dst (local.get $d) (i32.or (i32.const 0xc0) (i32.shr_u (local.get $char) (i32.const 6))))
        (call $put-last (i32.add (local.get $d) (i32.const 1)) (local.get $char))
        (return (i32.add (local.get $d) (i32.const 2)))))
    (if (i32.lt_u (local.get $char) (i32.const 0x10000))
      (then
        (i32.store8 $dst (local.get $d) (i32.or (i32.const 0xe0) (i32.shr_u (local.get $char) (i32.const 12))))
        (call $put-last (i32.add (local.get $d) (i32.const 1)) (i32.shr_u (local.get $char) (i32.const 6)))
        (call $put-last (i32.add (local.get $d) (i32.const 2)) (local.get $char))
        (return (i32.add (local.get $d) (i32.const 3)))))
    (i32.store8 $dst (local.get $d) (i32.or (i32.const 0xf0) (i32.shr_u (local.get $char) (i32.const 18))))
    (call $put-last (i32.add (local.get $d) (i32.const 1)) (i32.shr_u (local.get $char) (i32.const 12)))
    (call $put-last (i32.add (local.get $d) (i32.const 2)) (i32.shr_u (local.get $char) (i32.const 6)))
    (call $put-last (i32.add (local.get $d) (i32.const 3)) (local.get $char))
    (i32.add (local.get $d) (i32.const 4)))

  (func $put-last (param $d i32) (param $bits i32)
    (i32.store8 $dst (local.get $d) (i32.or (i32.const 0x80) (i32.and (local.get $bits) (i32.const 0x3f)))))

  ;; ---- UTF-16 to UTF-16: validate and copy; returns all units or-ed together ----

  (func $copy-utf16 (param $s i32) (param $units i32) (param $d i32) (result i32)
    (local $end i32) (local $left i32) (local $all i32) (local $unit i32) (local $seen v128)
    (local $in v128) (local $in2 v128) (local $found v128) (local $mask v128) (local $half v128)
    (local.set $end (i32.add (local.get $s) (i32.shl (local.get $units) (i32.const 1))))
    (local.set $mask (i16x8.splat (i32.const 0xf800)))
    (local.set $half (i16x8.splat (i32.const 0xd800)))
    (loop $next
      (block $one
        (local.set $left (i32.sub (local.get $end) (local.get $s)))
        (br_if $one (i32.lt_u (local.get $left) (i32.const 16)))
        (local.set $in (v128.load $src (local.get $s)))
        (local.set $found (i16x8.eq (v128.and (local.get $in) (local.get $mask)) (local.get $half)))
        (if (i32.ge_u (local.get $left) (i32.const 32))
          (then
            (local.set $in2 (v128.load $src offset=16 (local.get $s)))
            (if (i32.eqz
                  (i8x16.bitmask
                    (v128.or
                      (local.get $found)
                      (i16x8.eq (v128.and (local.get $in2) (local.get $mask)) (local.get $half)))))
              (then
                (v128.store $dst (local.get $d) (local.get $in))
                (v128.store $dst offset=16 (local.get $d) (local.get $in2))
                (local.set $seen (v128.or (local.get $seen) (v128.or (local.get $in) (local.get $in2))))
                (local.set $s (i32.add (local.get $s) (i32.const 32)))
                (local.set $d (i32.add (local.get $d) (i32.const 32)))
                (br $next)))))
        (br_if $one (i8x16.bitmask (local.get $found)))
        (v128.store $dst (local.get $d) (local.get $in))
        (local.set $seen (v128.or (local.get $seen) (local.get $in)))
        (local.set $s (i32.add (local.get $s) (i32.const 16)))
        (local.set $d (i32.add (local.get $d) (i32.const 16)))
        (br $next))
      (if (i32.lt_u (local.get $s) (local.get $end))
        (then
          (local.set $unit (i32.load16_u $src (local.get $s)))
          (local.set $all (i32.or (local.get $all) (local.get $unit)))
          (i32.store16 $dst (local.get $d) (local.get $unit))
          (local.set $s (i32.add (local.get $s) (i32.const 2)))
          (local.set $d (i32.add (local.get $d) (i32.const 2)))
          (br_if $next (i32.ne (i32.and (local.get $unit) (i32.const 0xf800)) (i32.const 0xd800)))
          (drop (call $pair (local.get $unit) (local.get $s) (local.get $end)))
          (i32.store16 $dst (local.get $d) (i32.load16_u $src (local.get $s)))
          (local.set $s (i32.add (local.get $s) (i32.const 2)))
          (local.set $d (i32.add (local.get $d) (i32.const 2)))
          (br $next))))
    (i32.or (local.get $all) (call $or-lanes (local.get $seen))))

  (func $or-lanes (param $v v128) (result i32) (local $half i64)
    (local.set $half
      (i64.or (i64x2.extract_lane 0 (local.get $v)) (i64x2.extract_lane 1 (local.get $v))))
    (local.set $half (i64.or (local.get $half) (i64.shr_u (local.get $half) (i64.const 32))))
    (local.set $half (i64.or (local.get $half) (i64.shr_u (local.get $half) (i64.const 16))))
    (i32.and (i32.wrap_i64 (local.get $half)) (i32.const 0xffff)))

  ;; ---- Latin-1 ----

  ;; Copies bytes while they are ASCII; returns how many it did. Exact only to the vector.
  (func $copy-ascii (param $s i32) (param $n i32) (param $d i32) (result i32)
    (local $at i32) (local $in v128) (local $byte i32)
    (block $not-ascii
      (if (i32.ge_u (local.get $n) (i32.const 16))
        (then
          (loop $vector
            (local.set $in (v128.load $src (i32.add (local.get $s) (local.get $at))))
            (br_if $not-ascii (i8x16.bitmask (local.get $in)))
            (v128.store $dst (i32.add (local.get $d) (local.get $at)) (local.get $in))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br_if $vector (i32.le_s (local.get $at) (i32.sub (local.get $n) (i32.const 16)))))
          (if (i32.eq (local.get $at) (local.get $n)) (then (return (local.get $n))))
          (local.set $in (v128.load $src (i32.sub (i32.add (local.get $s) (local.get $n)) (i32.const 16))))
          (br_if $not-ascii (i8x16.bitmask (local.get $in)))
          (v128.store $dst (i32.sub (i32.add (local.get $d) (local.get $n)) (i32.const 16)) (local.get $in))
          (return (local.get $n)))))
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $n)) (then (return (local.get $at))))
      (local.set $byte (i32.load8_u $src (i32.add (local.get $s) (local.get $at))))
      (if (i32.ge_u (local.get $byte) (i32.const 0x80)) (then (return (local.get $at))))
      (i32.store8 $dst (i32.add (local.get $d) (local.get $at)) (local.get $byte))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; Returns the end of what it wrote. There is room for two bytes a byte.
  (func $latin1-to-utf8 (param $s i32) (param $n i32) (param $d i32) (result i32)
    (local $end i32) (local $in v128) (local $mask i32) (local $byte i32)
    (local.set $end (i32.add (local.get $s) (local.get $n)))
    (loop $next
      (block $one
        (br_if $one (i32.lt_u (i32.sub (local.get $end) (local.get $s)) (i32.const 16)))
        (local.set $in (v128.load $src (local.get $s)))
        (v128.store $dst (local.get $d) (local.get $in))
        (local.set $mask (i8x16.bitmask (local.get $in)))
        (if (i32.eqz (local.get $mask))
          (then
            (local.set $s (i32.add (local.get $s) (i32.const 16)))
            (local.set $d (i32.add (local.get $d) (i32.const 16)))
            (br $next)))
        (local.set $mask (i32.ctz (local.get $mask)))
        (local.set $s (i32.add (local.get $s) (local.get $mask)))
        (local.set $d (i32.add (local.get $d) (local.get $mask))))
      (if (i32.lt_u (local.get $s) (local.get $end))
        (then
          (local.set $byte (i32.load8_u $src (local.get $s)))
          (local.set $s (i32.add (local.get $s) (i32.const 1)))
          (if (i32.lt_u (local.get $byte) (i32.const 0x80))
            (then
              (i32.store8 $dst (local.get $d) (local.get $byte))
              (local.set $d (i32.add (local.get $d) (i32.const 1)))
              (br $next)))
          (i32.store16 $dst (local.get $d)
            (i32.or
              (i32.or (i32.const 0x80c0) (i32.shr_u (local.get $byte) (i32.const 6)))
              (i32.shl (i32.and (local.get $byte) (i32.const 0x3f)) (i32.const 8))))
          (local.set $d (i32.add (local.get $d) (i32.const 2)))
          (br $next))))
    (local.get $d))

  (func $latin1-to-utf16 (param $s i32) (param $n i32) (param $d i32)
    (local $at i32) (local $in v128) (local $to i32)
    (if (i32.lt_u (local.get $n) (i32.const 16))
      (then
        (loop $byte
          (if (i32.ge_u (local.get $at) (local.get $n)) (then (return)))
          (i32.store16 $dst (i32.add (local.get $d) (i32.shl (local.get $at) (i32.const 1)))
            (i32.load8_u $src (i32.add (local.get $s) (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $byte))))
    (loop $vector
      (local.set $in (v128.load $src (i32.add (local.get $s) (local.get $at))))
      (local.set $to (i32.add (local.get $d) (i32.shl (local.get $at) (i32.const 1))))
      (v128.store $dst (local.get $to) (i16x8.extend_low_i8x16_u (local.get $in)))
      (v128.store $dst offset=16 (local.get $to) (i16x8.extend_high_i8x16_u (local.get $in)))
      (if (i32.eq (local.get $at) (i32.sub (local.get $n) (i32.const 16))) (then (return)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (if (i32.gt_s (local.get $at) (i32.sub (local.get $n) (i32.const 16)))
        (then (local.set $at (i32.sub (local.get $n) (i32.const 16)))))
      (br $vector)))

  ;; UTF-8 to Latin-1 up to the first character that has none; returns the bytes read and written.
  (func $utf8-to-latin1 (param $s i32) (param $n i32) (param $d i32) (result i32 i32)
    (local $end i32) (local $from i32) (local $start i32) (local $in v128) (local $mask i32) (local $char i32)
    (local.set $end (i32.add (local.get $s) (local.get $n)))
    (local.set $from (local.get $s))
    (local.set $start (local.get $d))
    (block $done
      (loop $next
        (block $one
          (br_if $one (i32.lt_u (i32.sub (local.get $end) (local.get $s)) (i32.const 16)))
          (local.set $in (v128.load $src (local.get $s)))
          (v128.store $dst (local.get $d) (local.get $in))
          (local.set $mask (i8x16.bitmask (local.get $in)))
          (if (i32.eqz (local.get $mask))
            (then
              (local.set $s (i32.add (local.get $s) (i32.const 16)))
              (local.set $d (i32.add (local.get $d) (i32.const 16)))
              (br $next)))
          (local.set $mask (i32.ctz (local.get $mask)))
          (local.set $s (i32.add (local.get $s) (local.get $mask)))
          (local.set $d (i32.add (local.get $d) (local.get $mask))))
        (br_if $done (i32.ge_u (local.get $s) (local.get $end)))
        (local.set $char (i32.load8_u $src (local.get $s)))
        (if (i32.lt_u (local.get $char) (i32.const 0x80))
          (then
            (local.set $s (i32.add (local.get $s) (i32.const 1)))
            (i32.store8 $dst (local.get $d) (local.get $char))
            (local.set $d (i32.add (local.get $d) (i32.const 1)))
            (br $next)))
        ;; C2 and C3 lead to Latin-1. Whether what others lead to is valid is for the second pass to find.
        (br_if $done
          (i32.or
            (i32.ne (i32.and (local.get $char) (i32.const 0xfe)) (i32.const 0xc2))
            (i32.lt_u (i32.sub (local.get $end) (local.get $s)) (i32.const 2))))
        (i32.store8 $dst (local.get $d)
          (i32.or
            (i32.shl (local.get $char) (i32.const 6))
            (call $continue (i32.load8_u $src offset=1 (local.get $s)))))
        (local.set $d (i32.add (local.get $d) (i32.const 1)))
        (local.set $s (i32.add (local.get $s) (i32.const 2)))
        (br $next)))
    (i32.sub (local.get $s) (local.get $from))
    (i32.sub (local.get $d) (local.get $start)))

  ;; Latin-1 bytes at $d become UTF-16 in place, from the last to the first.
  (func $inflate (param $d i32) (param $n i32) (local $in v128)
    (loop $vector
      (if (i32.ge_u (local.get $n) (i32.const 16))
        (then
          (local.set $n (i32.sub (local.get $n) (i32.const 16)))
          (local.set $in (v128.load $dst (i32.add (local.get $d) (local.get $n))))
          (v128.store $dst offset=16 (i32.add (local.get $d) (i32.shl (local.get $n) (i32.const 1)))
            (i16x8.extend_high_i8x16_u (local.get $in)))
          (v128.store $dst (i32.add (local.get $d) (i32.shl (local.get $n) (i32.const 1)))
            (i16x8.extend_low_i8x16_u (local.get $in)))
          (br $vector))))
    (loop $byte
      (if (local.get $n)
        (then
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (i32.store16 $dst (i32.add (local.get $d) (i32.shl (local.get $n) (i32.const 1)))
            (i32.load8_u $dst (i32.add (local.get $d) (local.get $n))))
          (br $byte)))))

  ;; UTF-16 at $d that fits Latin-1 becomes that in place.
  (func $deflate (param $d i32) (param $units i32) (local $at i32) (local $from i32)
    (loop $vector
      (if (i32.le_s (local.get $at) (i32.sub (local.get $units) (i32.const 16)))
        (then
          (local.set $from (i32.add (local.get $d) (i32.shl (local.get $at) (i32.const 1))))
          (v128.store $dst (i32.add (local.get $d) (local.get $at))
            (i8x16.narrow_i16x8_u
              (v128.load $dst (local.get $from)) (v128.load $dst offset=16 (local.get $from))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $vector))))
    (loop $unit
      (if (i32.lt_u (local.get $at) (local.get $units))
        (then
          (i32.store8 $dst (i32.add (local.get $d) (local.get $at))
            (i32.load16_u $dst (i32.add (local.get $d) (i32.shl (local.get $at) (i32.const 1)))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $unit)))))
