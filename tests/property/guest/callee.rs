//! The callee of a call.

use super::core_module::{count, enter_post_return, give, keep};
use super::{
    BuiltIns, Declared, MEMORY, OVERWRITTEN, Part, around, handles, lifted, lifting_options, options, texts,
};
use crate::draw::{Lift, Signature};
use crate::model::Flat;

/// A component with `inside` at its end.
pub(super) fn callee(signature: &Signature, declared: &Declared, inside: &str) -> String {
    let Declared { types, func, result } = declared;
    let side = &signature.callee;
    let mut built_ins = BuiltIns::default();
    built_ins.add("called", "lower (func $called)", "");
    add_built_ins(&mut built_ins, signature, result);
    let [before, after] = match signature.has_handles {
        true => [handles::callee_types(), handles::callee_exports()],
        false => [const { String::new() }; 2],
    };
    let functions = format!(
        r#"{function}
      (func $set-up (call $play))
      (func (export "inspect") (call $play) {leave})
      {handles}"#,
        function = function(signature),
        leave = around::leave(side),
        handles = if signature.has_handles { handles::MAKE_C } else { "" },
    );
    let held = match signature.is_held() {
        true => {
            r#"    (func (export "hold") (canon lift (core func $i "hold")))
    (func (export "release") (canon lift (core func $i "release")))
"#
        }
        false => "",
    };
    Part {
        name: "callee",
        side,
        has_handles: signature.has_handles,
        before: format!("    (import \"called\" (func $called))\n{before}{}", types.exported()),
        built_ins,
        functions,
        after: format!(
            r#"    (func $f (export "f") {func} (canon lift (core func $i "f") {} {}))
    (func (export "inspect") (canon lift (core func $i "inspect")))
{held}{after}{inside}"#,
            options(side),
            lift_options(signature),
        ),
    }
    .text()
}

/// Options of the lift that are not those of values.
fn lift_options(signature: &Signature) -> &'static str {
    match signature.lift() {
        Lift::Sync if signature.has_post_return => r#"(post-return (core func $i "post"))"#,
        Lift::Sync => "",
        Lift::Callback => r#"async (callback (core func $i "callback"))"#,
        Lift::Stackful => "async",
    }
}

fn add_built_ins(built_ins: &mut BuiltIns, signature: &Signature, result: &str) {
    if signature.lift() != Lift::Sync {
        let (_, given) = lifted(signature);
        let definition = format!("task.return {result} {}", lifting_options(&signature.callee));
        built_ins.add("task-return", definition, texts("param", &given));
    }
    if signature.is_delayed() && signature.lift() != Lift::Callback {
        built_ins.add("yield", "thread.yield", "(result i32)");
    }
    if signature.is_held() {
        built_ins.add("hold", "backpressure.inc", "");
        built_ins.add("release", "backpressure.dec", "");
    }
}

/// The function, and what belongs to it: a callback, post-return.
fn function(signature: &Signature) -> String {
    let (params, given) = lifted(signature);
    let p = signature.callee.ptr_type.flat().name();
    let begin = format!(
        "{count} (call $called) (call $slots) \
         (memory.copy $side $m (i32.const 0x10000) ({p}.const 0) (i32.const {MEMORY}))
        {kept} (call $play) {leave} (call $slots)",
        count = count(8),
        kept = keep_all(&params, 0x100),
        leave = around::leave(&signature.callee),
    );
    let (params, results) = (texts("param", &params), texts("result", &given));
    let wait = if signature.is_delayed() { "(drop (call $yield)) (call $slots)" } else { "" };
    let overwrite = format!("(memory.fill $m ({p}.const 0) (i32.const {OVERWRITTEN}) ({p}.const {MEMORY}))");
    let give_all: String = given.iter().enumerate().map(|(i, t)| give(*t, 0x200 + 8 * i)).collect();
    let resolve = format!("(call $task-return {give_all}) (call $slots) {overwrite}");
    let function = match signature.lift() {
        Lift::Sync => format!(r#"(func (export "f") {params} {results} {begin} {wait} {give_all})"#),
        Lift::Stackful => format!(r#"(func (export "f") {params} {begin} {wait} {resolve})"#),
        Lift::Callback => {
            let end = match signature.is_delayed() {
                true => format!("(i32.const {YIELD})"),
                false => format!("{resolve} (i32.const {EXIT})"),
            };
            format!(
                r#"(func (export "f") {params} (result i32) {begin} {end})
      (func (export "callback") (param i32 i32 i32) (result i32) (call $slots) {resolve} (i32.const {EXIT}))"#
            )
        }
    };
    let held = match signature.is_held() {
        true => r#"(func (export "hold") (call $hold)) (func (export "release") (call $release))"#,
        false => "",
    };
    format!(
        r#"{function} {held}
      (func (export "post") {results} {count_post} {kept_post} {enter} {overwrite})"#,
        results = texts("param", &given),
        count_post = count(16),
        kept_post = keep_all(&given, 0x300),
        enter = enter_post_return(),
    )
}

/// `CallbackCode`
const EXIT: u32 = 0;
const YIELD: u32 = 1;

fn keep_all(types: &[Flat], at: usize) -> String {
    let each = types.iter().enumerate();
    each.map(|(i, t)| keep(*t, at + 8 * i, &format!("(local.get {i})"))).collect()
}
