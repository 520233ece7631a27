//! Core modules of the caller and the callee, in text form.

use super::{INSPECTED, MEMORY, around};
use crate::case::IN_POST_RETURN;
use crate::draw::Side;
use crate::model::{Flat, PtrType};
use std::fmt::Write;

fn memory_type(ptr_type: PtrType) -> &'static str {
    match ptr_type {
        PtrType::I32 => "1",
        PtrType::I64 => "i64 1",
    }
}

/// The core modules of a component: memories and realloc, which must exist before a caller can import, and the
/// rest.
pub(super) fn modules(side: &Side, import: &str, functions: &str) -> String {
    let p = side.ptr_type.flat().name();
    let memory = memory_type(side.ptr_type);
    let realloc = realloc(side.ptr_type);
    let (core_functions, libc_arg) = around::core_functions(side);
    let around = around::libc_functions(side);
    format!(
        r#"{core_functions}    (core module $libc
      {around}
      (memory (export "m") {memory}) (memory (export "side") 8)
      {realloc})
    (core instance $libc (instantiate $libc {libc_arg}))
    (core module $core
      {import}
      (import "libc" "m" (memory $m {memory}))
      (import "libc" "side" (memory $side 8))
      (import "libc" "config" (func $config (param i64 i32 i64 i32 i32)))
      (import "libc" "leave-at" (global $leave-at (mut i32)))
      (import "libc" "slots" (func $slots)) (import "libc" "exit" (func $exit (param i32)))
      (global $lists (mut i32) (i32.const 0x30000)) (global $cursor (mut i32) (i32.const 0))
      (func (export "lists") (param i32 i32 i32 i32) (result i32)
        (global.set $lists (i32.and (i32.add (global.get $lists) (i32.const 7)) (i32.const -8)))
        (global.get $lists)
        (global.set $lists (i32.add (global.get $lists) (local.get 3))))
      (func (export "setup") (param $bump i64) (param $fault-at i32) (param $fault-ptr i64)
          (param $leave-at i32) (param $in-place i32) (param $memory i32) (param $length i32) (param $values i32) (param $count i32)
          (param $script i32) (param $script-length i32)
        (call $config (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4))
        (memory.copy $m $side ({p}.const 0) (local.get $memory) (local.get $length))
        (memory.copy $side $side (i32.const 0x200) (local.get $values)
          (i32.mul (local.get $count) (i32.const 8)))
        (global.set $cursor (local.get $script)) (call $set-up))
      (func $pair (param i32 i32) (result i32)
        (i32.store $side (i32.const 0x80) (local.get 0))
        (i32.store $side (i32.const 0x84) (local.get 1))
        (i32.const 0x80))
      (func (export "registers") (result i32)
        (call $pair (i32.const 0)
          (i32.add (i32.const 0x80) (i32.mul (i32.load $side (i32.const 0)) (i32.const 5)))))
      (func (export "log") (result i32)
        (call $pair (i32.const 0x50008) (i32.load $side (i32.const 0x50000))))
      (func (export "slots") (result i32)
        (call $pair (i32.const 0x60008) (i32.load $side (i32.const 0x60000))))
      (func (export "at-call") (result i32) (call $pair (i32.const 0x10000) (i32.const {MEMORY})))
      (func (export "memory") (result i32)
        (memory.copy $side $m (i32.const 0x20000) ({p}.const 0) (i32.const {MEMORY}))
        (call $pair (i32.const 0x20000) (i32.const {MEMORY})))
      {functions})
"#
    )
}

/// Realloc and its configuration; `model::Context::reallocate` is the same.
fn realloc(ptr_type: PtrType) -> String {
    let p = ptr_type.flat().name();
    let wide = |local: &str| match ptr_type {
        PtrType::I32 => format!("(i64.extend_i32_u (local.get {local}))"),
        PtrType::I64 => format!("(local.get {local})"),
    };
    let narrow = |value: &str| match ptr_type {
        PtrType::I32 => format!("(i32.wrap_i64 {value})"),
        PtrType::I64 => value.to_string(),
    };
    format!(
        r#"(global $bump (mut i64) (i64.const 0)) (global $fault-at (mut i32) (i32.const -1))
      (global $fault-ptr (mut i64) (i64.const 0)) (global $in-place (mut i32) (i32.const 0))
      (global $leave-at (export "leave-at") (mut i32) (i32.const -1))
      (func $config (export "config") (param i64 i32 i64 i32 i32)
        (global.set $bump (local.get 0)) (global.set $fault-at (local.get 1))
        (global.set $fault-ptr (local.get 2)) (global.set $leave-at (local.get 3))
        (global.set $in-place (local.get 4)))
      (func (export "realloc") (param $old {p}) (param $olds {p}) (param $align {p}) (param $new {p}) (result {p})
        (local $calls i32) (local $at i64) (local $log i32) (local $kept i64)
        (call $slots)
        (local.set $calls (i32.load 1 (i32.const 0)))
        (if (i32.eq (local.get $calls) (global.get $leave-at)) (then (call $exit (i32.const -1))))
        (if (i32.ge_u (local.get $calls) (i32.const {max})) (then unreachable))
        (block $done
          (if (i32.eq (local.get $calls) (global.get $fault-at))
            (then (local.set $at (global.get $fault-ptr)) (br $done)))
          (if (i32.and (global.get $in-place)
                (i32.and ({p}.ne (local.get $old) ({p}.const 0)) ({p}.le_u (local.get $new) (local.get $olds))))
            (then (local.set $at {old}) (br $done)))
          (local.set $at (i64.and (i64.add (global.get $bump) (i64.sub {align} (i64.const 1)))
                                  (i64.sub (i64.const 0) {align})))
          (global.set $bump (i64.add (local.get $at) {new}))
          (local.set $kept {olds})
          (if (i64.gt_u (local.get $kept) {new}) (then (local.set $kept {new})))
          (br_if $done ({p}.eqz (local.get $old)))
          (br_if $done (i64.gt_u (i64.add (local.get $at) (local.get $kept)) (i64.const {MEMORY})))
          (memory.copy 0 0 {at_p} (local.get $old) {kept_p}))
        (local.set $log (i32.add (i32.const 0x400) (i32.mul (local.get $calls) (i32.const 40))))
        (i64.store 1 (local.get $log) {old})
        (i64.store 1 offset=8 (local.get $log) {olds})
        (i64.store 1 offset=16 (local.get $log) {align})
        (i64.store 1 offset=24 (local.get $log) {new})
        (i64.store 1 offset=32 (local.get $log) (local.get $at))
        (i32.store 1 (i32.const 0) (i32.add (local.get $calls) (i32.const 1)))
        {at_p})"#,
        max = crate::model::MAX_REALLOCS,
        old = wide("$old"),
        olds = wide("$olds"),
        align = wide("$align"),
        new = wide("$new"),
        at_p = narrow("(local.get $at)"),
        kept_p = narrow("(local.get $kept)"),
    )
}

/// Functions with which the test sets a component up and looks at it.
pub(super) fn driver() -> String {
    let mut text = String::from(
        r#"    (func (export "setup") (param "bump" u64) (param "fault-at" u32) (param "fault-ptr" u64)
        (param "leave-at" u32) (param "in-place" bool) (param "memory" (list u8)) (param "values" (list u64)) (param "script" (list u32))
      (canon lift (core func $i "setup") (memory (core memory $libc "side")) (realloc (core func $i "lists"))))
"#,
    );
    for name in INSPECTED {
        let element = if matches!(name, "registers" | "log" | "slots") { "u64" } else { "u8" };
        writeln!(
            text,
            r#"    (func (export "{name}") (result (list {element}))
      (canon lift (core func $i "{name}") (memory (core memory $libc "side"))))"#
        )
        .expect("strings can be written to");
    }
    text
}

/// What post-return does first.
pub(super) fn enter_post_return() -> String {
    format!(
        "(call $slots) (if (i32.eq (global.get $leave-at) (i32.const {IN_POST_RETURN})) \
         (then (call $exit (i32.const -1))))"
    )
}

/// Stores a core value in the second memory.
pub(super) fn keep(t: Flat, at: usize, value: &str) -> String {
    format!("({}.store 1 (i32.const {at}) {value})", t.name())
}

/// Loads a core value from the second memory.
pub(super) fn give(t: Flat, at: usize) -> String {
    format!("({}.load 1 (i32.const {at}))", t.name())
}

/// Counts a call.
pub(super) fn count(at: usize) -> String {
    format!("(i32.store 1 (i32.const {at}) (i32.add (i32.load 1 (i32.const {at})) (i32.const 1)))")
}
