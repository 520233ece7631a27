;; Variants from one component to another: sizes of discriminants, joined flat types, unused slots.

;; An enum of 256 cases takes one byte in memory, one of 257 takes two. The record's second field shows where the
;; first one ends: at offset 1 or 2 (found in bytes, so that no alignment hides it).
(component
  (component $callee
    (type $e' (enum "c0" "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "c10" "c11" "c12" "c13" "c14" "c15" "c16" "c17"
      "c18" "c19" "c20" "c21" "c22" "c23" "c24" "c25" "c26" "c27" "c28" "c29" "c30" "c31" "c32" "c33" "c34" "c35"
      "c36" "c37" "c38" "c39" "c40" "c41" "c42" "c43" "c44" "c45" "c46" "c47" "c48" "c49" "c50" "c51" "c52" "c53"
      "c54" "c55" "c56" "c57" "c58" "c59" "c60" "c61" "c62" "c63" "c64" "c65" "c66" "c67" "c68" "c69" "c70" "c71"
      "c72" "c73" "c74" "c75" "c76" "c77" "c78" "c79" "c80" "c81" "c82" "c83" "c84" "c85" "c86" "c87" "c88" "c89"
      "c90" "c91" "c92" "c93" "c94" "c95" "c96" "c97" "c98" "c99" "c100" "c101" "c102" "c103" "c104" "c105" "c106"
      "c107" "c108" "c109" "c110" "c111" "c112" "c113" "c114" "c115" "c116" "c117" "c118" "c119" "c120" "c121" "c122"
      "c123" "c124" "c125" "c126" "c127" "c128" "c129" "c130" "c131" "c132" "c133" "c134" "c135" "c136" "c137" "c138"
      "c139" "c140" "c141" "c142" "c143" "c144" "c145" "c146" "c147" "c148" "c149" "c150" "c151" "c152" "c153" "c154"
      "c155" "c156" "c157" "c158" "c159" "c160" "c161" "c162" "c163" "c164" "c165" "c166" "c167" "c168" "c169" "c170"
      "c171" "c172" "c173" "c174" "c175" "c176" "c177" "c178" "c179" "c180" "c181" "c182" "c183" "c184" "c185" "c186"
      "c187" "c188" "c189" "c190" "c191" "c192" "c193" "c194" "c195" "c196" "c197" "c198" "c199" "c200" "c201" "c202"
      "c203" "c204" "c205" "c206" "c207" "c208" "c209" "c210" "c211" "c212" "c213" "c214" "c215" "c216" "c217" "c218"
      "c219" "c220" "c221" "c222" "c223" "c224" "c225" "c226" "c227" "c228" "c229" "c230" "c231" "c232" "c233" "c234"
      "c235" "c236" "c237" "c238" "c239" "c240" "c241" "c242" "c243" "c244" "c245" "c246" "c247" "c248" "c249" "c250"
      "c251" "c252" "c253" "c254" "c255"))
    (export $e "e" (type $e'))
    (type $pair' (record (field "first" $e) (field "second" u8)))
    (export $pair "pair" (type $pair'))
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (if (i32.ne (local.get 2) (i32.const 1)) (then unreachable))
        (i32.const 64))
      ;; Of a list of pairs, the first and second field of the last one.
      (func (export "last") (param $ptr i32) (param $len i32) (result i32)
        (local.set $ptr (i32.add (local.get $ptr)
          (i32.mul (i32.const 2) (i32.sub (local.get $len) (i32.const 1)))))
        (i32.add (i32.mul (i32.load8_u (local.get $ptr)) (i32.const 1000)) (i32.load8_u offset=1 (local.get $ptr)))))
    (core instance $i (instantiate $m))
    (func (export "last") (param "x" (list $pair)) (result u32)
      (canon lift (core func $i "last") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
  (component $caller
    (import "c" (instance $c
      (type $e' (enum "c0" "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "c10" "c11" "c12" "c13" "c14" "c15" "c16"
        "c17" "c18" "c19" "c20" "c21" "c22" "c23" "c24" "c25" "c26" "c27" "c28" "c29" "c30" "c31" "c32" "c33" "c34"
        "c35" "c36" "c37" "c38" "c39" "c40" "c41" "c42" "c43" "c44" "c45" "c46" "c47" "c48" "c49" "c50" "c51" "c52"
        "c53" "c54" "c55" "c56" "c57" "c58" "c59" "c60" "c61" "c62" "c63" "c64" "c65" "c66" "c67" "c68" "c69" "c70"
        "c71" "c72" "c73" "c74" "c75" "c76" "c77" "c78" "c79" "c80" "c81" "c82" "c83" "c84" "c85" "c86" "c87" "c88"
        "c89" "c90" "c91" "c92" "c93" "c94" "c95" "c96" "c97" "c98" "c99" "c100" "c101" "c102" "c103" "c104" "c105"
        "c106" "c107" "c108" "c109" "c110" "c111" "c112" "c113" "c114" "c115" "c116" "c117" "c118" "c119" "c120"
        "c121" "c122" "c123" "c124" "c125" "c126" "c127" "c128" "c129" "c130" "c131" "c132" "c133" "c134" "c135"
        "c136" "c137" "c138" "c139" "c140" "c141" "c142" "c143" "c144" "c145" "c146" "c147" "c148" "c149" "c150"
        "c151" "c152" "c153" "c154" "c155" "c156" "c157" "c158" "c159" "c160" "c161" "c162" "c163" "c164" "c165"
        "c166" "c167" "c168" "c169" "c170" "c171" "c172" "c173" "c174" "c175" "c176" "c177" "c178" "c179" "c180"
        "c181" "c182" "c183" "c184" "c185" "c186" "c187" "c188" "c189" "c190" "c191" "c192" "c193" "c194" "c195"
        "c196" "c197" "c198" "c199" "c200" "c201" "c202" "c203" "c204" "c205" "c206" "c207" "c208" "c209" "c210"
        "c211" "c212" "c213" "c214" "c215" "c216" "c217" "c218" "c219" "c220" "c221" "c222" "c223" "c224" "c225"
        "c226" "c227" "c228" "c229" "c230" "c231" "c232" "c233" "c234" "c235" "c236" "c237" "c238" "c239" "c240"
        "c241" "c242" "c243" "c244" "c245" "c246" "c247" "c248" "c249" "c250" "c251" "c252" "c253" "c254" "c255"))
      (export "e" (type $e (eq $e')))
      (type $pair' (record (field "first" $e) (field "second" u8)))
      (export "pair" (type $pair (eq $pair')))
      (export "last" (func (param "x" (list $pair)) (result u32)))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $last (canon lower (func $c "last") (memory (core memory $libc "memory"))))
    (core module $m
      (import "libc" "memory" (memory 1))
      (import "c" "last" (func $last (param i32 i32) (result i32)))
      (func (export "call") (param $case i32) (result i32)
        (i32.store8 (i32.const 17) (i32.const 7))
        (i32.store8 (i32.const 18) (local.get $case))
        (i32.store8 (i32.const 19) (i32.const 9))
        (call $last (i32.const 16) (i32.const 2))))
    (core instance $i (instantiate $m
      (with "libc" (instance $libc))
      (with "c" (instance (export "last" (func $last))))))
    (func (export "call") (param "case" u32) (result u32) (canon lift (core func $i "call"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "c" (instance $callee))))
  (export "call" (func $caller "call")))

(assert_return (invoke "call" (u32.const 0)) (u32.const 9))
(assert_return (invoke "call" (u32.const 255)) (u32.const 255009))

(component
  (component $callee
    (type $e' (enum "c0" "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "c10" "c11" "c12" "c13" "c14" "c15" "c16" "c17"
      "c18" "c19" "c20" "c21" "c22" "c23" "c24" "c25" "c26" "c27" "c28" "c29" "c30" "c31" "c32" "c33" "c34" "c35"
      "c36" "c37" "c38" "c39" "c40" "c41" "c42" "c43" "c44" "c45" "c46" "c47" "c48" "c49" "c50" "c51" "c52" "c53"
      "c54" "c55" "c56" "c57" "c58" "c59" "c60" "c61" "c62" "c63" "c64" "c65" "c66" "c67" "c68" "c69" "c70" "c71"
      "c72" "c73" "c74" "c75" "c76" "c77" "c78" "c79" "c80" "c81" "c82" "c83" "c84" "c85" "c86" "c87" "c88" "c89"
      "c90" "c91" "c92" "c93" "c94" "c95" "c96" "c97" "c98" "c99" "c100" "c101" "c102" "c103" "c104" "c105" "c106"
      "c107" "c108" "c109" "c110" "c111" "c112" "c113" "c114" "c115" "c116" "c117" "c118" "c119" "c120" "c121" "c122"
      "c123" "c124" "c125" "c126" "c127" "c128" "c129" "c130" "c131" "c132" "c133" "c134" "c135" "c136" "c137" "c138"
      "c139" "c140" "c141" "c142" "c143" "c144" "c145" "c146" "c147" "c148" "c149" "c150" "c151" "c152" "c153" "c154"
      "c155" "c156" "c157" "c158" "c159" "c160" "c161" "c162" "c163" "c164" "c165" "c166" "c167" "c168" "c169" "c170"
      "c171" "c172" "c173" "c174" "c175" "c176" "c177" "c178" "c179" "c180" "c181" "c182" "c183" "c184" "c185" "c186"
      "c187" "c188" "c189" "c190" "c191" "c192" "c193" "c194" "c195" "c196" "c197" "c198" "c199" "c200" "c201" "c202"
      "c203" "c204" "c205" "c206" "c207" "c208" "c209" "c210" "c211" "c212" "c213" "c214" "c215" "c216" "c217" "c218"
      "c219" "c220" "c221" "c222" "c223" "c224" "c225" "c226" "c227" "c228" "c229" "c230" "c231" "c232" "c233" "c234"
      "c235" "c236" "c237" "c238" "c239" "c240" "c241" "c242" "c243" "c244" "c245" "c246" "c247" "c248" "c249" "c250"
      "c251" "c252" "c253" "c254" "c255" "c256"))
    (export $e "e" (type $e'))
    (type $pair' (record (field "first" $e) (field "second" u8)))
    (export $pair "pair" (type $pair'))
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (if (i32.ne (local.get 2) (i32.const 2)) (then unreachable))
        (i32.const 64))
      ;; Of a list of pairs, the first and second field of the last one.
      (func (export "last") (param $ptr i32) (param $len i32) (result i32)
        (local.set $ptr (i32.add (local.get $ptr)
          (i32.mul (i32.const 4) (i32.sub (local.get $len) (i32.const 1)))))
        (i32.add (i32.mul (i32.load16_u (local.get $ptr)) (i32.const 1000)) (i32.load8_u offset=2 (local.get $ptr)))))
    (core instance $i (instantiate $m))
    (func (export "last") (param "x" (list $pair)) (result u32)
      (canon lift (core func $i "last") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
  (component $caller
    (import "c" (instance $c
      (type $e' (enum "c0" "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "c10" "c11" "c12" "c13" "c14" "c15" "c16"
        "c17" "c18" "c19" "c20" "c21" "c22" "c23" "c24" "c25" "c26" "c27" "c28" "c29" "c30" "c31" "c32" "c33" "c34"
        "c35" "c36" "c37" "c38" "c39" "c40" "c41" "c42" "c43" "c44" "c45" "c46" "c47" "c48" "c49" "c50" "c51" "c52"
        "c53" "c54" "c55" "c56" "c57" "c58" "c59" "c60" "c61" "c62" "c63" "c64" "c65" "c66" "c67" "c68" "c69" "c70"
        "c71" "c72" "c73" "c74" "c75" "c76" "c77" "c78" "c79" "c80" "c81" "c82" "c83" "c84" "c85" "c86" "c87" "c88"
        "c89" "c90" "c91" "c92" "c93" "c94" "c95" "c96" "c97" "c98" "c99" "c100" "c101" "c102" "c103" "c104" "c105"
        "c106" "c107" "c108" "c109" "c110" "c111" "c112" "c113" "c114" "c115" "c116" "c117" "c118" "c119" "c120"
        "c121" "c122" "c123" "c124" "c125" "c126" "c127" "c128" "c129" "c130" "c131" "c132" "c133" "c134" "c135"
        "c136" "c137" "c138" "c139" "c140" "c141" "c142" "c143" "c144" "c145" "c146" "c147" "c148" "c149" "c150"
        "c151" "c152" "c153" "c154" "c155" "c156" "c157" "c158" "c159" "c160" "c161" "c162" "c163" "c164" "c165"
        "c166" "c167" "c168" "c169" "c170" "c171" "c172" "c173" "c174" "c175" "c176" "c177" "c178" "c179" "c180"
        "c181" "c182" "c183" "c184" "c185" "c186" "c187" "c188" "c189" "c190" "c191" "c192" "c193" "c194" "c195"
        "c196" "c197" "c198" "c199" "c200" "c201" "c202" "c203" "c204" "c205" "c206" "c207" "c208" "c209" "c210"
        "c211" "c212" "c213" "c214" "c215" "c216" "c217" "c218" "c219" "c220" "c221" "c222" "c223" "c224" "c225"
        "c226" "c227" "c228" "c229" "c230" "c231" "c232" "c233" "c234" "c235" "c236" "c237" "c238" "c239" "c240"
        "c241" "c242" "c243" "c244" "c245" "c246" "c247" "c248" "c249" "c250" "c251" "c252" "c253" "c254" "c255"
        "c256"))
      (export "e" (type $e (eq $e')))
      (type $pair' (record (field "first" $e) (field "second" u8)))
      (export "pair" (type $pair (eq $pair')))
      (export "last" (func (param "x" (list $pair)) (result u32)))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $last (canon lower (func $c "last") (memory (core memory $libc "memory"))))
    (core module $m
      (import "libc" "memory" (memory 1))
      (import "c" "last" (func $last (param i32 i32) (result i32)))
      (func (export "call") (param $case i32) (result i32)
        (i32.store8 (i32.const 18) (i32.const 7))
        (i32.store16 (i32.const 20) (local.get $case))
        (i32.store8 (i32.const 22) (i32.const 9))
        (call $last (i32.const 16) (i32.const 2))))
    (core instance $i (instantiate $m
      (with "libc" (instance $libc))
      (with "c" (instance (export "last" (func $last))))))
    (func (export "call") (param "case" u32) (result u32) (canon lift (core func $i "call"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "c" (instance $callee))))
  (export "call" (func $caller "call")))

(assert_return (invoke "call" (u32.const 0)) (u32.const 9))
(assert_return (invoke "call" (u32.const 256)) (u32.const 256009))
(assert_trap (invoke "call" (u32.const 257)) "invalid variant discriminant")

;; Payloads that share a flat slot: i32 with f32 is i32, anything else i64; what the case does not use must be zero,
;; however dirty the caller left it.
(component
  (component $callee
    (type $v' (variant (case "a" u32) (case "b" f32) (case "c" u64) (case "d" f64) (case "e" (tuple u8 f32)) (case "f")))
    (export $v "v" (type $v'))
    (core module $m
      ;; A fingerprint of what arrives: tag * 2^56 xor first xor (second << 8)
      (func (export "look") (param $tag i32) (param $first i64) (param $second f32) (result i64)
        (i64.xor (i64.shl (i64.extend_i32_u (local.get $tag)) (i64.const 56))
          (i64.xor (local.get $first)
            (i64.shl (i64.extend_i32_u (i32.reinterpret_f32 (local.get $second))) (i64.const 8))))))
    (core instance $i (instantiate $m))
    (func (export "look") (param "v" $v) (result u64) (canon lift (core func $i "look"))))
  (component $caller
    (import "c" (instance $c
      (type $v' (variant (case "a" u32) (case "b" f32) (case "c" u64) (case "d" f64) (case "e" (tuple u8 f32)) (case "f")))
      (export "v" (type $v (eq $v')))
      (export "look" (func (param "v" $v) (result u64)))))
    (core func $look (canon lower (func $c "look")))
    (core module $m
      (import "c" "look" (func $look (param i32 i64 f32) (result i64)))
      (func (export "call") (param i32 i64 i32) (result i64)
        (call $look (local.get 0) (local.get 1) (f32.reinterpret_i32 (local.get 2)))))
    (core instance $i (instantiate $m (with "c" (instance (export "look" (func $look))))))
    (func (export "call") (param "tag" u32) (param "first" u64) (param "second" u32) (result u64)
      (canon lift (core func $i "call"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "c" (instance $callee))))
  (export "call" (func $caller "call")))

;; u32 and f32 travel in the low half, whatever the caller had in the high one.
(assert_return (invoke "call" (u32.const 0) (u64.const 0xdead_0000_0005) (u32.const 0x3f80_0000)) (u64.const 5))
(assert_return (invoke "call" (u32.const 1) (u64.const 0xdead_3f80_0000) (u32.const 0x3f80_0000)) (u64.const 0x0100_0000_3f80_0000))
(assert_return (invoke "call" (u32.const 2) (u64.const 0x00dd_3f80_0000_0001) (u32.const 0x3f80_0000))
  (u64.const 0x02dd_3f80_0000_0001))
(assert_return (invoke "call" (u32.const 3) (u64.const 0x0010_0000_0000_0001) (u32.const 0x3f80_0000))
  (u64.const 0x0310_0000_0000_0001))
;; u8 takes its low eight bits.
(assert_return (invoke "call" (u32.const 4) (u64.const 0x1ff) (u32.const 0x3f80_0000)) (u64.const 0x0400_003f_8000_00ff))
(assert_return (invoke "call" (u32.const 5) (u64.const 0x1ff) (u32.const 0x3f80_0000)) (u64.const 0x0500_0000_0000_0000))
(assert_trap (invoke "call" (u32.const 6) (u64.const 0) (u32.const 0)) "invalid variant discriminant")
