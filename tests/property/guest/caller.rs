//! The caller of a call.

use super::core_module::{count, give, keep};
use super::{ASYNC, BuiltIns, MEMORY, OVERWRITTEN, Part, around, effect, handles, lowered, options, texts};
use crate::draw::Signature;
use crate::model::Flat;

/// A component with the callee from `source`: imported, or inside.
pub(super) fn caller(signature: &Signature, source: &str) -> String {
    let side = &signature.caller;
    let lent = texts("param", &vec![Flat::I32; signature.lent.len()]);
    let noted: String = (0..signature.lent.len()).map(|i| format!("(call $note (local.get {i})) ")).collect();
    let functions = format!(
        r#"(func $set-up) {wait}(func (export "run") {lent} {} {noted} (call $slots) (call $play) {call}
        (call $slots) {leave} (call $play))"#,
        count(8),
        wait = if signature.is_lowered_async() { WAIT } else { "" },
        call = call(signature),
        leave = around::leave(side),
    );
    let [before, after] = match signature.has_handles {
        true => [handles::maker_import(), handles::c_alias()],
        false => [const { String::new() }; 2],
    };
    Part {
        name: "caller",
        side,
        has_handles: signature.has_handles,
        before: format!("{before}{source}{after}"),
        built_ins: built_ins(signature),
        functions,
        after: format!(
            r#"    (func (export "run") {} {} (canon lift (core func $i "run")))
"#,
            effect(signature),
            handles::lent_params(&signature.lent),
        ),
    }
    .text()
}

fn built_ins(signature: &Signature) -> BuiltIns {
    let mut built_ins = BuiltIns::default();
    let (params, results) = lowered(signature);
    let is_async = if signature.is_lowered_async() { ASYNC } else { "" };
    let definition = format!(r#"lower (func $callee "f") {} {is_async}"#, options(&signature.caller));
    built_ins.add("f", definition, format!("{} {}", texts("param", &params), texts("result", &results)));
    if signature.is_held() {
        built_ins.add("hold", r#"lower (func $callee "hold")"#, "");
        built_ins.add("release", r#"lower (func $callee "release")"#, "");
    }
    if signature.is_late() {
        built_ins.add("yield", "thread.yield", "(result i32)");
    }
    if signature.is_lowered_async() {
        built_ins.add("new-set", "waitable-set.new", "(result i32)");
        built_ins.add("join", "waitable.join", "(param i32 i32)");
        let definition = r#"waitable-set.wait (memory (core memory $libc "side"))"#;
        built_ins.add("wait", definition, "(param i32 i32) (result i32)");
        built_ins.add("drop-subtask", "subtask.drop", "(param i32)");
        built_ins.add("drop-set", "waitable-set.drop", "(param i32)");
    }
    built_ins
}

/// Makes the call, and keeps what it gives; what it comes to if it is not over at once.
fn call(signature: &Signature) -> String {
    let (params, results) = lowered(signature);
    let args: String = params.iter().enumerate().map(|(i, t)| give(*t, 0x200 + 8 * i)).collect();
    let call = format!("(call $f {args})");
    let call = match results[..] {
        [] => call,
        [result] => keep(result, 0x100, &call),
        _ => unreachable!("lowered functions have at most one result"),
    };
    if !signature.is_lowered_async() {
        return call;
    }
    let [hold, release] = match signature.is_held() {
        true => hold(signature.caller.ptr_type.flat().name()),
        false => [const { String::new() }; 2],
    };
    let late = if signature.is_late() { "(drop (call $yield))" } else { "" };
    format!("{hold}{call} {late} (call $while-waiting) {release} (call $wait-for)")
}

/// What is done before and after a call that cannot start: what the parameters are is not in memory until it can.
fn hold(p: &str) -> [String; 2] {
    [
        format!(
            "(call $hold) (memory.copy $side $m (i32.const 0x70000) ({p}.const 0) (i32.const {MEMORY}))
        (memory.fill $m ({p}.const 0) (i32.const {OVERWRITTEN}) ({p}.const {MEMORY}))"
        ),
        format!(
            "(memory.copy $m $side ({p}.const 0) (i32.const 0x70000) (i32.const {MEMORY})) (call $release)"
        ),
    ]
}

/// What the caller does if the call has not returned: it plays a part of its script, and then waits and keeps the set
/// that it used and the last event.
const WAIT: &str = r#"(func $has-returned (result i32)
        (i32.eq (i32.and (i32.load $side (i32.const 0x100)) (i32.const 15)) (i32.const 2)))
      (func $while-waiting (if (i32.eqz (call $has-returned)) (then (call $play))))
      (func $wait-for (local $subtask i32) (local $set i32) (local $code i32)
        (br_if 0 (call $has-returned))
        (local.set $subtask (i32.shr_u (i32.load $side (i32.const 0x100)) (i32.const 4)))
        (local.set $set (call $new-set))
        (call $join (local.get $subtask) (local.get $set))
        (loop $again
          (local.set $code (call $wait (local.get $set) (i32.const 0x118)))
          (br_if $again (i32.lt_u (i32.load $side (i32.const 0x11c)) (i32.const 2))))
        (i32.store $side (i32.const 0x120) (i32.load $side (i32.const 0x11c)))
        (i32.store $side (i32.const 0x11c) (i32.const 0))
        (i32.store $side (i32.const 0x108) (local.get $set))
        (i32.store $side (i32.const 0x110) (local.get $code))
        (call $drop-subtask (local.get $subtask))
        (call $drop-set (local.get $set)))
      "#;
