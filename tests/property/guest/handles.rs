//! What resources need: a component that makes them, one that lends them, and in the others the functions with
//! which scripts are played.

use super::types::{borrow, own};
use crate::hands::{FIRST_LENT_REP, Op};
use crate::model::Resource;

/// Sums up what a destructor gets.
const LEDGER: &str = r#"    (core module $ledger
      (global $sum (mut i32) (i32.const 0))
      (func (export "dtor") (param i32) (global.set $sum (i32.add (global.get $sum) (local.get 0))))
      (func (export "dropped") (result i32) (global.get $sum))
      (func (export "rep") (param i32) (result i32) (local.get 0)))
    (core instance $ledger (instantiate $ledger))
    (func (export "dropped") (result u32) (canon lift (core func $ledger "dropped")))
"#;

/// A function of the callee's core module.
pub(super) const MAKE_C: &str =
    r#"(func (export "new-c") (param i32) (result i32) (call $new-c (local.get 0)))"#;

/// Exports of the callee that a component which imports it must know.
pub(super) const C_DECLARED: &str = r#"      (export "c" (type $c (sub resource)))
      (export "new-c" (func (param "rep" u32) (result (own $c))))
      (export "rep-c" (func (param "self" (borrow $c)) (result u32)))
"#;

/// The component that defines the resources `s` and `t`.
pub(super) fn maker() -> String {
    format!(
        r#"  (component $maker
{LEDGER}    (type $s' (resource (rep i32) (dtor (core func $ledger "dtor"))))
    (type $t' (resource (rep i32)))
    (export $s "s" (type $s'))
    (export $t "t" (type $t'))
    (core func $new-s (canon resource.new $s'))
    (core func $new-t (canon resource.new $t'))
    (core module $core
      (import "" "new-s" (func $new-s (param i32) (result i32)))
      (import "" "new-t" (func $new-t (param i32) (result i32)))
      (func (export "new-s") (param i32) (result i32) (call $new-s (local.get 0)))
      (func (export "new-t") (param i32) (result i32) (call $new-t (local.get 0))))
    (core instance $i (instantiate $core
      (with "" (instance (export "new-s" (func $new-s)) (export "new-t" (func $new-t))))))
{functions})
  (instance $maker (instantiate $maker))
"#,
        functions = lifted(Resource::S) + &lifted(Resource::T),
    )
}

/// Functions of the component that defines a resource.
fn lifted(resource: Resource) -> String {
    let (name, own, borrow) = (resource.name(), own(resource), borrow(resource));
    format!(
        r#"    (func (export "new-{name}") (param "rep" u32) (result {own}) (canon lift (core func $i "new-{name}")))
    (func (export "rep-{name}") (param "self" {borrow}) (result u32) (canon lift (core func $ledger "rep")))
"#
    )
}

/// The maker, as it is imported, and what a component needs for `s` and `t`.
pub(super) fn maker_import() -> String {
    let exports = [Resource::S, Resource::T].map(|resource| {
        let (name, own, borrow) = (resource.name(), own(resource), borrow(resource));
        format!(
            r#"      (export "{name}" (type ${name} (sub resource)))
      (export "new-{name}" (func (param "rep" u32) (result {own})))
      (export "rep-{name}" (func (param "self" {borrow}) (result u32)))
"#
        )
    });
    let uses = [Resource::S, Resource::T].map(|resource| use_of(resource, "maker"));
    format!("    (import \"maker\" (instance $maker\n{}))\n{}", exports.concat(), uses.concat())
}

/// What a component needs for a resource of an instance that it imports.
fn use_of(resource: Resource, definer: &str) -> String {
    let name = resource.name();
    format!(
        r#"    (alias export ${definer} "{name}" (type ${name}))
    (core func $new-{name} (canon lower (func ${definer} "new-{name}")))
    (core func $rep-{name} (canon lower (func ${definer} "rep-{name}")))
    (core func $drop-{name} (canon resource.drop ${name}))
"#
    )
}

/// What a component that imports the callee needs for `c`.
pub(super) fn c_alias() -> String {
    use_of(Resource::C, "callee")
}

/// What comes first in the callee.
pub(super) fn callee_types() -> String {
    format!(
        r#"{maker}{LEDGER}    (type $c' (resource (rep i32) (dtor (core func $ledger "dtor"))))
    (export $c "c" (type $c'))
    (core func $new-c (canon resource.new $c'))
    (core func $rep-c (canon resource.rep $c'))
    (core func $drop-c (canon resource.drop $c'))
"#,
        maker = maker_import(),
    )
}

/// What the callee exports besides the function.
pub(super) fn callee_exports() -> String {
    lifted(Resource::C)
}

fn functions() -> impl Iterator<Item = (Op, Resource)> {
    Op::ALL.into_iter().flat_map(|op| Resource::ALL.into_iter().map(move |resource| (op, resource)))
}

/// Imports of a core module that plays scripts.
pub(super) fn core_imports() -> String {
    functions()
        .map(|(op, resource)| {
            let name = op.function(resource);
            let result = if let Op::Drop = op { "" } else { "(result i32)" };
            format!("(import \"handles\" \"{name}\" (func ${name} (param i32) {result}))\n      ")
        })
        .collect()
}

/// The argument for these imports.
pub(super) fn core_arg() -> String {
    let export = |(op, resource): (Op, Resource)| {
        let name = op.function(resource);
        format!("(export \"{name}\" (func ${name})) ")
    };
    format!("(with \"handles\" (instance {}))", functions().map(export).collect::<String>())
}

/// The function that logs a number.
pub(super) const NOTE: &str = r#"(func $note (param i32)
        (i64.store $side (i32.add (i32.const 0x50008) (i32.shl (i32.load $side (i32.const 0x50000)) (i32.const 3)))
          (i64.extend_i32_u (local.get 0)))
        (i32.store $side (i32.const 0x50000) (i32.add (i32.load $side (i32.const 0x50000)) (i32.const 1))))"#;

/// The function that plays the next part of the script; without handles there is none.
pub(super) fn play(has_handles: bool) -> String {
    if !has_handles {
        return "(func $play)".into();
    }
    let branches: String = functions()
        .map(|(op, resource)| {
            let call = format!("(call ${} (local.get $arg))", op.function(resource));
            let call = if let Op::Drop = op { call } else { format!("(call $note {call})") };
            format!(
                "(if (i32.eq (local.get $op) (i32.const {})) (then {call}))\n        ",
                op.number(resource)
            )
        })
        .collect();
    format!(
        r#"(func $play (local $op i32) (local $arg i32)
        (loop $next
        (local.set $op (i32.load $side (global.get $cursor)))
        (global.set $cursor (i32.add (global.get $cursor) (i32.const 4)))
        (if (i32.eqz (local.get $op)) (then return))
        (local.set $arg (i32.load $side (global.get $cursor)))
        (global.set $cursor (i32.add (global.get $cursor) (i32.const 4)))
        {branches}(br $next)))"#
    )
}

/// Parameters of `run`.
pub(super) fn lent_params(lent: &[Resource]) -> String {
    let param = |(i, &resource)| format!("(param \"b{i}\" {}) ", borrow(resource));
    lent.iter().enumerate().map(param).collect()
}

/// The component that owns what it lends to the caller, and the instance of it.
///
/// `effect` is `async` if the caller's function is.
pub(super) fn driver(lent: &[Resource], effect: &str) -> String {
    let make =
        |(resource, rep): (&Resource, u32)| format!("(call $new-{} (i32.const {rep})) ", resource.name());
    let drop =
        |(i, resource): (usize, &Resource)| format!("(call $drop-{} (local.get {i})) ", resource.name());
    format!(
        r#"  (component $driver
{maker}    (import "callee" (instance $callee
{C_DECLARED}))
{c}    (import "caller" (instance $caller (export "run" (func {effect} {params}))))
    (core func $call (canon lower (func $caller "run")))
    (core module $core
      {imports}(import "" "call" (func $call {core_params}))
      (func (export "run") {locals}
        {made} (call $call {lent}) {dropped}))
    (core instance $i (instantiate $core {arg} (with "" (instance (export "call" (func $call))))))
    (func (export "run") {effect} (canon lift (core func $i "run"))))
  (instance $driver (instantiate $driver (with "maker" (instance $maker)) (with "callee" (instance $callee))
    (with "caller" (instance $caller))))
"#,
        maker = maker_import(),
        c = c_alias(),
        params = lent_params(lent),
        imports = core_imports(),
        arg = core_arg(),
        core_params = "(param i32) ".repeat(lent.len()),
        locals = "(local i32) ".repeat(lent.len()),
        made = lent
            .iter()
            .zip(FIRST_LENT_REP..)
            .map(make)
            .enumerate()
            .map(|(i, made)| format!("(local.set {i} {made})"))
            .collect::<String>(),
        lent = (0..lent.len()).map(|i| format!("(local.get {i}) ")).collect::<String>(),
        dropped = lent.iter().enumerate().map(drop).collect::<String>(),
    )
}

/// What the test calls besides what there is without handles.
pub(super) fn root_exports() -> String {
    r#"(export "run" (func $driver "run"))
  (export "dropped-c" (func $callee "dropped"))
  (export "dropped-s" (func $maker "dropped"))"#
        .into()
}
