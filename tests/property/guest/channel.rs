//! The components of a case that is a stream or future: the callee writes or reads, and the caller has the other end.
//!
//! Both play steps, whose numbers are among the values that the module gives: an operation, an address, a count. The
//! caller's steps tell when it is the callee's turn. What comes of them is logged.

use super::types::Types;
use super::{ASYNC, BuiltIns, Part, around, handles, lifting_options, options};
use crate::channel::{Channel, Op};
use crate::draw::Side;
use crate::model::{End, Kind, Role};

/// The component of such a case; its exports are those of [`super::component`].
pub(crate) fn component(channel: &Channel) -> String {
    let mut types = Types::default();
    let kind = name(channel.kind);
    let text = format!("({kind} {})", types.text(&channel.element));
    let (open, core_open) = match channel.writer {
        Role::Caller => (format!("(param \"end\" {text})"), "(param i32)"),
        Role::Callee => (format!("(result {text})"), "(result i32)"),
    };
    let declared = Declared { types, text, open, core_open };
    let maker = if channel.has_handles { r#"(with "maker" (instance $maker))"# } else { "" };
    let visit = |side: &Side| format!("{maker} {}", around::visit_arg(side.exit));
    let instances = format!(
        r#"{callee}{caller}  (instance $callee (instantiate $callee {for_callee} (with "called" (func $called))))
  (instance $caller (instantiate $caller {for_caller} (with "callee" (instance $callee))))
"#,
        callee = callee(channel, &declared),
        caller = caller(channel, &declared),
        for_callee = visit(&channel.callee),
        for_caller = visit(&channel.caller),
    );
    super::root(&instances, channel.has_handles.then(|| handles::driver(&[], ASYNC)))
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Stream => "stream",
        Kind::Future => "future",
    }
}

/// Types in text form.
struct Declared {
    types: Types,
    /// The stream or future.
    text: String,
    /// The function with which one end goes to the other component.
    open: String,
    core_open: &'static str,
}

fn callee(channel: &Channel, declared: &Declared) -> String {
    let mut built_ins = built_ins(channel, Role::Callee);
    built_ins.add("called", "lower (func $called)", "");
    let open = match channel.writer {
        Role::Caller => format!("(param i32) {}", hold_end("(local.get 0)")),
        Role::Callee => format!("(result i32) (local $ends i64) {NEW} {}", hold_end(WRITABLE) + READABLE),
    };
    let functions = format!(
        r#"{step}
      (func $set-up (call $play))
      (func (export "open") {open} (call $called))
      (func (export "step") (drop (call $step)))
      (func (export "inspect") (call $play) {leave})
      {handles}"#,
        step = step(channel, Role::Callee),
        leave = around::leave(&channel.callee),
        handles = if channel.has_handles { handles::MAKE_C } else { "" },
    );
    let [before, after] = match channel.has_handles {
        true => [handles::callee_types(), handles::callee_exports()],
        false => [const { String::new() }; 2],
    };
    let Declared { types, text, open, .. } = declared;
    Part {
        name: "callee",
        side: &channel.callee,
        has_handles: channel.has_handles,
        before: format!(
            r#"    (import "called" (func $called))
{before}{}    (type $channel {text})
"#,
            types.exported()
        ),
        built_ins,
        functions,
        after: format!(
            r#"    (func (export "open") {open} (canon lift (core func $i "open")))
    (func (export "step") async (canon lift (core func $i "step")))
    (func (export "inspect") (canon lift (core func $i "inspect")))
{after}"#
        ),
    }
    .text()
}

fn caller(channel: &Channel, declared: &Declared) -> String {
    let Declared { types, text, open, core_open } = declared;
    let mut built_ins = built_ins(channel, Role::Caller);
    built_ins.add("open", r#"lower (func $callee "open")"#, *core_open);
    built_ins.add("other", r#"lower (func $callee "step")"#, "");
    let opened = match channel.writer {
        Role::Caller => format!("{NEW} {} (call $open {READABLE})", hold_end(WRITABLE)),
        Role::Callee => hold_end("(call $open)"),
    };
    let functions = format!(
        r#"{step} (func $set-up)
      (func (export "run") (local $ends i64) (call $slots) (call $play) {opened}
        (loop $next (br_if $next (call $step)))
        (call $slots) {leave} (call $play))"#,
        step = step(channel, Role::Caller),
        leave = around::leave(&channel.caller),
    );
    let [before, resource, after] = match channel.has_handles {
        true => [handles::maker_import(), handles::C_DECLARED.into(), handles::c_alias()],
        false => [const { String::new() }; 3],
    };
    Part {
        name: "caller",
        side: &channel.caller,
        has_handles: channel.has_handles,
        before: format!(
            r#"{before}    (import "callee" (instance $callee
{resource}{}      (export "open" (func {open})) (export "step" (func async))))
{after}{}    (type $channel {text})
"#,
            types.declared(),
            types.aliased("callee"),
        ),
        built_ins,
        functions,
        after: "    (func (export \"run\") async (canon lift (core func $i \"run\")))\n".into(),
    }
    .text()
}

/// Makes two ends, in the local `$ends`.
const NEW: &str = "(local.set $ends (call $new))";
const READABLE: &str = "(i32.wrap_i64 (local.get $ends))";
const WRITABLE: &str = "(i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32)))";

/// Takes the end that it will use, and makes a waitable set for it.
fn hold_end(end: &str) -> String {
    format!(
        "(global.set $end {end}) (global.set $set (call $new-set))
        (call $note (global.get $end)) (call $note (global.get $set)) "
    )
}

fn built_ins(channel: &Channel, role: Role) -> BuiltIns {
    let (side, end) = channel.of(role);
    let kind = name(channel.kind);
    let mut built_ins = BuiltIns::default();
    let copy = |op: Op| {
        let side = channel.options(role, op);
        match end {
            End::Writer => format!("{kind}.write $channel {}", lifting_options(&side)),
            End::Reader => format!("{kind}.read $channel {}", options(&side)),
        }
    };
    let p = side.ptr_type.flat().name();
    let ty = match channel.kind {
        Kind::Stream => format!("(param i32 {p} {p}) (result {p})"),
        Kind::Future => format!("(param i32 {p}) (result i32)"),
    };
    if role == channel.writer {
        built_ins.add("new", format!("{kind}.new $channel"), "(result i64)");
    }
    built_ins.add("copy", copy(Op::Copy) + " " + ASYNC, &*ty);
    built_ins.add("copy-now", copy(Op::CopyNow), ty);
    built_ins.add("new-set", "waitable-set.new", "(result i32)");
    built_ins.add("join", "waitable.join", "(param i32 i32)");
    let definition = r#"waitable-set.poll (memory (core memory $libc "side"))"#;
    built_ins.add("poll", definition, "(param i32 i32) (result i32)");
    built_ins
}

/// The function that plays the next step, and gives its operation.
fn step(channel: &Channel, role: Role) -> String {
    let (side, _) = channel.of(role);
    let p = side.ptr_type.flat().name();
    let copy = |name: &str| {
        let (count, result) = match channel.kind {
            Kind::Stream if p == "i64" => ("(local.get $n)", "i32.wrap_i64"),
            Kind::Stream => ("(local.get $n)", ""),
            Kind::Future => ("", ""),
        };
        format!("(call ${name} (global.get $end) (local.get $ptr) {count}) {result} (call $note)")
    };
    let mut branches: Vec<(Op, String)> = vec![
        (Op::Copy, copy("copy")),
        (Op::CopyNow, copy("copy-now")),
        (
            Op::Deliver,
            "(call $join (global.get $end) (global.get $set))
        (call $note (call $poll (global.get $set) (i32.const 0x130)))
        (call $note (i32.load $side (i32.const 0x130))) (call $note (i32.load $side (i32.const 0x134)))
        (call $join (global.get $end) (i32.const 0))"
                .into(),
        ),
    ];
    if role == Role::Caller {
        branches.push((Op::Other, "(call $other)".into()));
    }
    let branches: String = branches
        .iter()
        .map(|(op, text)| {
            format!("(if (i32.eq (local.get $op) (i32.const {})) (then {text}))\n        ", *op as u32)
        })
        .collect();
    format!(
        r#"(global $end (mut i32) (i32.const 0)) (global $set (mut i32) (i32.const 0))
      (global $steps (mut i32) (i32.const 0x200))
      (func $step (result i32) (local $op i32) (local $ptr {p}) (local $n {p})
        (local.set $op (i32.load $side (global.get $steps)))
        (local.set $ptr ({p}.load $side offset=8 (global.get $steps)))
        (local.set $n ({p}.load $side offset=16 (global.get $steps)))
        (global.set $steps (i32.add (global.get $steps) (i32.const 24)))
        (call $slots)
        {branches}(call $slots) (local.get $op))"#
    )
}
