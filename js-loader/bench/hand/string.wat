;; Hand-written adapters for a string parameter, one for each of the nine pairs of encodings; `take` is the pair
;; {{caller}} to {{callee}}. Each makes the calls of realloc that the Canonical ABI prescribes, in its order.
(module
  (import "libc" "memory" (memory $src 1))
  (import "callee" "memory" (memory $dst 1))
  (import "callee" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "callee" "take" (func $take (param i32 i32) (result i32)))
  (export "take" (func ${{caller}}-to-{{callee}}))

{{checks.wat}}
{{allocate.wat}}
{{transcode.wat}}

  (func $utf8-to-utf8 (param $s i32) (param $n i32) (result i32) (local $d i32)
    (call $check-source (local.get $s) (local.get $n) (i32.const 1) (i32.const 1))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (local.get $n)))
    (call $copy-utf8 (local.get $s) (local.get $n) (local.get $d))
    (call $take (local.get $d) (local.get $n)))

  (func $utf8-to-utf16 (param $s i32) (param $n i32) (result i32) (local $d i32) (local $units i32)
    (call $check-source (local.get $s) (local.get $n) (i32.const 1) (i32.const 1))
    (local.set $d
      (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (i32.shl (local.get $n) (i32.const 1))))
    (local.set $units (call $widen-utf8 (local.get $s) (local.get $n) (local.get $d)))
    (if (i32.ne (local.get $units) (local.get $n))
      (then
        (local.set $d
          (call $allocate (local.get $d) (i32.shl (local.get $n) (i32.const 1))
            (i32.const 2) (i32.shl (local.get $units) (i32.const 1))))))
    (call $take (local.get $d) (local.get $units)))

  (func $utf8-to-latin1+utf16 (param $s i32) (param $n i32) (result i32)
    (local $d i32) (local $read i32) (local $units i32)
    (call $check-source (local.get $s) (local.get $n) (i32.const 1) (i32.const 1))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (local.get $n)))
    (call $utf8-to-latin1 (local.get $s) (local.get $n) (local.get $d))
    (local.set $units)
    (local.set $read)
    (if (i32.eq (local.get $read) (local.get $n))
      (then
        (if (i32.ne (local.get $units) (local.get $n))
          (then
            (local.set $d
              (call $allocate (local.get $d) (local.get $n) (i32.const 2) (local.get $units)))))
        (return (call $take (local.get $d) (local.get $units)))))
    (local.set $d
      (call $allocate (local.get $d) (local.get $n) (i32.const 2) (i32.shl (local.get $n) (i32.const 1))))
    (call $inflate (local.get $d) (local.get $units))
    (local.set $units
      (i32.add
        (local.get $units)
        (call $widen-utf8
          (i32.add (local.get $s) (local.get $read))
          (i32.sub (local.get $n) (local.get $read))
          (i32.add (local.get $d) (i32.shl (local.get $units) (i32.const 1))))))
    (call $take-tagged (local.get $d) (local.get $n) (local.get $units)))

  (func $utf16-to-utf8 (param $s i32) (param $units i32) (result i32)
    (call $check-source (local.get $s) (local.get $units) (i32.const 2) (i32.const 2))
    (call $take-utf16-as-utf8 (local.get $s) (local.get $units)))

  (func $take-utf16-as-utf8 (param $s i32) (param $units i32) (result i32)
    (local $d i32) (local $done i32) (local $size i32)
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (local.get $units)))
    (local.set $done (call $narrow (local.get $s) (local.get $units) (local.get $d) (i32.const 0xff80)))
    (if (i32.eq (local.get $done) (local.get $units))
      (then (return (call $take (local.get $d) (local.get $units)))))
    (local.set $size (i32.mul (local.get $units) (i32.const 3)))
    (local.set $d (call $allocate (local.get $d) (local.get $units) (i32.const 1) (local.get $size)))
    (local.set $done
      (i32.sub
        (call $encode-utf16
          (i32.add (local.get $s) (i32.shl (local.get $done) (i32.const 1)))
          (i32.add (local.get $s) (i32.shl (local.get $units) (i32.const 1)))
          (i32.add (local.get $d) (local.get $done)))
        (local.get $d)))
    (if (i32.ne (local.get $done) (local.get $size))
      (then
        (local.set $d (call $allocate (local.get $d) (local.get $size) (i32.const 1) (local.get $done)))))
    (call $take (local.get $d) (local.get $done)))

  (func $utf16-to-utf16 (param $s i32) (param $units i32) (result i32)
    (call $check-source (local.get $s) (local.get $units) (i32.const 2) (i32.const 2))
    (call $take-utf16 (local.get $s) (local.get $units)))

  (func $take-utf16 (param $s i32) (param $units i32) (result i32) (local $d i32)
    (local.set $d
      (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (i32.shl (local.get $units) (i32.const 1))))
    (drop (call $copy-utf16 (local.get $s) (local.get $units) (local.get $d)))
    (call $take (local.get $d) (local.get $units)))

  (func $utf16-to-latin1+utf16 (param $s i32) (param $units i32) (result i32) (local $d i32) (local $done i32)
    (call $check-source (local.get $s) (local.get $units) (i32.const 2) (i32.const 2))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (local.get $units)))
    (local.set $done (call $narrow (local.get $s) (local.get $units) (local.get $d) (i32.const 0xff00)))
    (if (i32.eq (local.get $done) (local.get $units))
      (then (return (call $take (local.get $d) (local.get $units)))))
    (local.set $d
      (call $allocate (local.get $d) (local.get $units) (i32.const 2) (i32.shl (local.get $units) (i32.const 1))))
    (call $inflate (local.get $d) (local.get $done))
    (drop
      (call $copy-utf16
        (i32.add (local.get $s) (i32.shl (local.get $done) (i32.const 1)))
        (i32.sub (local.get $units) (local.get $done))
        (i32.add (local.get $d) (i32.shl (local.get $done) (i32.const 1)))))
    (call $take-tagged (local.get $d) (local.get $units) (local.get $units)))

  (func $latin1+utf16-to-utf8 (param $s i32) (param $tagged i32) (result i32)
    (local $n i32) (local $d i32) (local $done i32) (local $size i32)
    (local.set $n (call $check-tagged (local.get $s) (local.get $tagged)))
    (if (i32.lt_s (local.get $tagged) (i32.const 0))
      (then (return (call $take-utf16-as-utf8 (local.get $s) (local.get $n)))))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (local.get $n)))
    (local.set $done (call $copy-ascii (local.get $s) (local.get $n) (local.get $d)))
    (if (i32.eq (local.get $done) (local.get $n))
      (then (return (call $take (local.get $d) (local.get $n)))))
    (local.set $size (i32.shl (local.get $n) (i32.const 1)))
    (local.set $d (call $allocate (local.get $d) (local.get $n) (i32.const 1) (local.get $size)))
    (local.set $done
      (i32.sub
        (call $latin1-to-utf8
          (i32.add (local.get $s) (local.get $done))
          (i32.sub (local.get $n) (local.get $done))
          (i32.add (local.get $d) (local.get $done)))
        (local.get $d)))
    (if (i32.ne (local.get $done) (local.get $size))
      (then
        (local.set $d (call $allocate (local.get $d) (local.get $size) (i32.const 1) (local.get $done)))))
    (call $take (local.get $d) (local.get $done)))

  (func $latin1+utf16-to-utf16 (param $s i32) (param $tagged i32) (result i32) (local $n i32) (local $d i32)
    (local.set $n (call $check-tagged (local.get $s) (local.get $tagged)))
    (if (i32.lt_s (local.get $tagged) (i32.const 0))
      (then (return (call $take-utf16 (local.get $s) (local.get $n)))))
    (local.set $d
      (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (i32.shl (local.get $n) (i32.const 1))))
    (call $latin1-to-utf16 (local.get $s) (local.get $n) (local.get $d))
    (call $take (local.get $d) (local.get $n)))

  (func $latin1+utf16-to-latin1+utf16 (param $s i32) (param $tagged i32) (result i32)
    (local $n i32) (local $d i32) (local $size i32)
    (local.set $n (call $check-tagged (local.get $s) (local.get $tagged)))
    (if (i32.ge_s (local.get $tagged) (i32.const 0))
      (then
        (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (local.get $n)))
        (call $copy-bytes (local.get $s) (local.get $n) (local.get $d))
        (return (call $take (local.get $d) (local.get $n)))))
    (local.set $size (i32.shl (local.get $n) (i32.const 1)))
    (local.set $d (call $allocate (i32.const 0) (i32.const 0) (i32.const 2) (local.get $size)))
    (if (i32.gt_u (call $copy-utf16 (local.get $s) (local.get $n) (local.get $d)) (i32.const 0xff))
      (then (return (call $take-tagged (local.get $d) (local.get $n) (local.get $n)))))
    (call $deflate (local.get $d) (local.get $n))
    (local.set $d (call $allocate (local.get $d) (local.get $size) (i32.const 2) (local.get $n)))
    (call $take (local.get $d) (local.get $n)))

  ;; A string of $units in a block of twice $n bytes, which shrinks to fit.
  (func $take-tagged (param $d i32) (param $n i32) (param $units i32) (result i32)
    (if (i32.ne (local.get $n) (local.get $units))
      (then
        (local.set $d
          (call $allocate (local.get $d) (i32.shl (local.get $n) (i32.const 1))
            (i32.const 2) (i32.shl (local.get $units) (i32.const 1))))))
    (call $take (local.get $d) (i32.or (local.get $units) (i32.const 0x80000000))))

  ;; Checks a source in latin1+utf16; returns its length without the tag.
  (func $check-tagged (param $s i32) (param $tagged i32) (result i32) (local $n i32)
    (local.set $n (i32.and (local.get $tagged) (i32.const 0x7fffffff)))
    (call $check-source (local.get $s) (local.get $n)
      (i32.add (i32.const 1) (i32.shr_u (local.get $tagged) (i32.const 31))) (i32.const 2))
    (local.get $n))

  ;; Short blocks by overlapping moves, which beat memory.copy there.
  (func $copy-bytes (param $s i32) (param $n i32) (param $d i32)
    (if (i32.le_u (i32.sub (local.get $n) (i32.const 16)) (i32.const 16))
      (then
        (v128.store $dst (local.get $d) (v128.load $src (local.get $s)))
        (v128.store $dst (i32.sub (i32.add (local.get $d) (local.get $n)) (i32.const 16))
          (v128.load $src (i32.sub (i32.add (local.get $s) (local.get $n)) (i32.const 16)))))
      (else (memory.copy $dst $src (local.get $d) (local.get $s) (local.get $n))))))
