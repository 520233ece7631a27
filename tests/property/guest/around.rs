//! What happens around a call rather than in it: a guest looks at its context slots, and leaves its instance where it
//! may not.

use crate::draw::{Exit, Side};
use crate::model::PtrType;

/// Where a guest keeps what it saw in its slots: how many numbers, then the numbers.
const SLOTS: usize = 0x60000;

/// The component that guests leave their instances for.
pub(super) const NEIGHBOUR: &str = r#"  (component $neighbour
    (core module $core (func (export "visit") (param i32)))
    (core instance $i (instantiate $core))
    (func (export "plain") (param "p" u32) (canon lift (core func $i "visit")))
    (func (export "checked") (param "p" char) (canon lift (core func $i "visit"))))
  (instance $neighbour (instantiate $neighbour))
"#;

/// What a guest with slots of this type sets them to, besides numbers.
pub(crate) fn slot_mark(ty: PtrType) -> u64 {
    match ty {
        PtrType::I32 => 0x5000_0000,
        PtrType::I64 => 0x5000_0000_0000_0000,
    }
}

/// What a component imports of the neighbour.
pub(super) fn visit_import(exit: Exit) -> &'static str {
    match exit {
        Exit::None | Exit::Drop => "",
        Exit::Plain => "    (import \"visit\" (func $visit (param \"p\" u32)))\n",
        Exit::Checked => "    (import \"visit\" (func $visit (param \"p\" char)))\n",
    }
}

/// The argument for this import.
pub(super) fn visit_arg(exit: Exit) -> &'static str {
    match exit {
        Exit::None | Exit::Drop => "",
        Exit::Plain => r#"(with "visit" (func $neighbour "plain"))"#,
        Exit::Checked => r#"(with "visit" (func $neighbour "checked"))"#,
    }
}

/// Core functions of a component, and how its first core module is instantiated with them.
pub(super) fn core_functions(side: &Side) -> (String, String) {
    let mut definitions = String::new();
    let mut exports = String::new();
    let mut define = |name: &str, definition: &str| {
        definitions += &format!("    (core func ${name} ({definition}))\n");
        exports += &format!("(export \"{name}\" (func ${name})) ");
    };
    if let Some(ty) = side.slots {
        let ty = ty.flat().name();
        for slot in 0..2 {
            define(&format!("get-{slot}"), &format!("canon context.get {ty} {slot}"));
            define(&format!("set-{slot}"), &format!("canon context.set {ty} {slot}"));
        }
    }
    match side.exit {
        Exit::None => {}
        Exit::Plain | Exit::Checked => define("exit", "canon lower (func $visit)"),
        Exit::Drop => define("exit", "canon resource.drop $t"),
    }
    (definitions, format!("(with \"\" (instance {exports}))"))
}

/// The functions of the first core module that use them: `slots` looks at the slots and sets them, as
/// `model::Slots::look` does, and `exit` leaves with an argument.
pub(super) fn libc_functions(side: &Side) -> String {
    let imports = |names: &[String], ty: &str| -> String {
        let import = |name| format!("(import \"\" \"{name}\" (func ${name} {ty}))\n      ");
        names.iter().map(import).collect()
    };
    let exit = match side.exit {
        Exit::None => "(func $exit (export \"exit\") (param i32))".into(),
        _ => imports(&["exit".into()], "(param i32)") + "(export \"exit\" (func $exit))",
    };
    let Some(ty) = side.slots else { return format!("{exit} (func $slots (export \"slots\"))") };
    let (t, wide, narrow) = match ty {
        PtrType::I32 => ("i32", "i64.extend_i32_u", "i32.wrap_i64"),
        PtrType::I64 => ("i64", "", ""),
    };
    let convert = |instruction: &str, value: &str| match instruction {
        "" => value.to_string(),
        instruction => format!("({instruction} {value})"),
    };
    let mark = slot_mark(ty);
    let set = |slot: usize| {
        let number = format!("(i64.extend_i32_u (i32.add (call $seen) (i32.const {slot})))");
        let value = convert(narrow, &format!("(i64.or (i64.const {mark}) {number})"));
        format!("(call $set-{slot} {value})")
    };
    let keep = |slot: usize| format!("(call $keep {})", convert(wide, &format!("(call $get-{slot})")));
    let names = |op: &str| [0, 1].map(|slot| format!("{op}-{slot}"));
    format!(
        r#"{gets}{sets}{exit}
      (func $seen (result i32) (i32.load 1 (i32.const {SLOTS})))
      (func $keep (param i64)
        (i64.store 1 (i32.add (i32.const {first}) (i32.shl (call $seen) (i32.const 3))) (local.get 0))
        (i32.store 1 (i32.const {SLOTS}) (i32.add (call $seen) (i32.const 1))))
      (func $slots (export "slots") {} {} {} {})"#,
        keep(0),
        keep(1),
        set(0),
        set(1),
        gets = imports(&names("get"), &format!("(result {t})")),
        sets = imports(&names("set"), &format!("(param {t})")),
        first = SLOTS + 8,
    )
}

/// How a guest leaves where it may.
pub(super) fn leave(side: &Side) -> &'static str {
    match side.exit {
        Exit::Plain | Exit::Checked => "(call $exit (i32.const 65))",
        // There is no such handle.
        Exit::None | Exit::Drop => "",
    }
}
