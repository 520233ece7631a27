//! The components of a case, in text form: a caller and a callee around one function.
//!
//! Both consist of one core module with two memories: the one that canonical options name, and a second one where
//! the module keeps what the test looks at, out of the adapters' reach. Layout of the second memory:
//!
//! | address | content |
//! |---|---|
//! | 0x000 | numbers of calls: realloc, the function, post-return |
//! | 0x080 | area of results of the functions that the test calls |
//! | 0x100 | core values that the module got: parameters in the callee, results in the caller |
//! | 0x200 | core values that the module gives |
//! | 0x300 | parameters of post-return |
//! | 0x400 | calls of realloc, five numbers each |
//! | 0x10000 | the first memory when the callee was called |
//! | 0x20000 | the first memory, copied by `memory` |
//! | 0x30000 | lists that the test passes in |
//! | 0x50000 | how many numbers the script logged, and from 0x50008 on the numbers |
//! | 0x60000 | the same of what was in the context slots |
//!
//! The callee tells the host that it was called, since nobody can ask it any more after a trap. Where there are
//! handles, two more components take part: a maker of resources, and a driver that lends handles to the caller.

mod around;
mod core_module;
mod handles;
mod types;

use crate::draw::{Relation, Side, Signature};
use crate::model::{Encoding, Flat, Ty, flatten_types, is_spilled};
use around::NEIGHBOUR;
pub(crate) use around::slot_mark;
use core_module::{count, driver, enter_post_return, give, keep, modules};
use types::Types;

/// Size of the first memory, in bytes.
pub(crate) const MEMORY: usize = 0x10000;

/// What post-return leaves in all bytes of the first memory, so that nothing can be lifted from it any more.
pub(crate) const AFTER_POST_RETURN: u8 = 0xee;

/// What the test calls in both components, besides `setup`.
const INSPECTED: [&str; 5] = ["registers", "log", "slots", "at-call", "memory"];

/// The component of a case. It exports `run`, which makes the call, and instances `caller` and `callee` with what
/// the test sets up and looks at, `inspect`, which plays the callee's last script, and with handles also `dropped-c` and
/// `dropped-s`, what destructors got.
pub(crate) fn component(signature: &Signature) -> String {
    let mut types = Types::default();
    let params: String = signature
        .params
        .iter()
        .enumerate()
        .map(|(i, t)| format!("(param \"p{i}\" {}) ", types.text(t)))
        .collect();
    let result: String = signature.result.iter().map(|t| format!("(result {})", types.text(t))).collect();
    let func = format!("{params}{result}");
    let instances = instances(signature, &types, &func);
    let parts = match signature.has_handles {
        false => [String::new(), String::new(), r#"(export "run" (func $caller "run"))"#.into()],
        true => [handles::maker(), handles::driver(&signature.lent), handles::root_exports()],
    };
    let [maker, driver, exports] = parts;
    let inspected = |component: &str| -> String {
        let mut names = vec!["setup"];
        names.extend(INSPECTED);
        let export = |name| format!(r#"    (export "{name}" (func ${component} "{name}"))"#);
        let exports: Vec<String> = names.into_iter().map(export).collect();
        format!("  (instance ${component}' \n{})\n", exports.join("\n"))
    };
    format!(
        r#"(component
  (import "called" (func $called))
{maker}{NEIGHBOUR}{instances}{driver}{callee_exports}{caller_exports}  {exports}
  (export "inspect" (func $callee "inspect"))
  (export "callee" (instance $callee'))
  (export "caller" (instance $caller')))"#,
        callee_exports = inspected("callee"),
        caller_exports = inspected("caller"),
    )
}

/// The components of both and their instances, `$callee` and `$caller`: one in the other if they are related.
fn instances(signature: &Signature, types: &Types, func: &str) -> String {
    const CALLED: &str = r#"(with "called" (func $called))"#;
    let maker = if signature.has_handles { r#"(with "maker" (instance $maker))"# } else { "" };
    let visit = |side: &Side| format!("{maker} {}", around::visit_arg(side.exit));
    let caller_of = |instance: &str, with: &str| {
        format!("  (instance $caller (instantiate $caller {with} (with \"callee\" (instance {instance}))))\n")
    };
    let callee_with = |with: &str| format!("  (instance $callee (instantiate $callee {with} {CALLED}))\n");
    let imported = callee_import(signature, types, func);
    match signature.relation {
        Relation::Siblings => [
            callee(signature, types, func, ""),
            caller(signature, &imported),
            callee_with(&visit(&signature.callee)),
            caller_of("$callee", &visit(&signature.caller)),
        ]
        .concat(),
        Relation::CalleeIsParent => {
            let inside = [
                &caller(signature, &imported),
                r#"  (instance $self (export "f" (func $f)))"#,
                &caller_of("$self", ""),
                r#"  (export "caller" (instance $caller))"#,
            ];
            let alias = r#"  (alias export $callee "caller" (instance $caller))"#;
            [&callee(signature, types, func, &inside.concat()), &callee_with(""), alias].concat()
        }
        Relation::CallerIsParent => {
            let inside = [
                r#"  (import "called" (func $called))"#,
                &callee(signature, types, func, ""),
                &callee_with(""),
                r#"  (export "callee" (instance $callee))"#,
            ];
            let instance = format!("  (instance $caller (instantiate $caller {CALLED}))\n");
            let alias = r#"  (alias export $caller "callee" (instance $callee))"#;
            [&caller(signature, &inside.concat()), &instance, alias].concat()
        }
    }
}

/// The callee, as the caller imports it.
fn callee_import(signature: &Signature, types: &Types, func: &str) -> String {
    let resource = if signature.has_handles { handles::C_DECLARED } else { "" };
    let types = types.declared();
    format!(
        "    (import \"callee\" (instance $callee\n{resource}{types}      (export \"f\" (func {func}))))\n"
    )
}

/// A component with `inside` at its end.
fn callee(signature: &Signature, types: &Types, func: &str, inside: &str) -> String {
    let (params, results) = lifted(signature);
    let keep_all = |types: &[Flat], at: usize| -> String {
        let each = types.iter().enumerate();
        each.map(|(i, t)| keep(*t, at + 8 * i, &format!("(local.get {i})"))).collect()
    };
    let functions = format!(
        r#"(func (export "f") {params_text} {results_text}
        {count} (call $called) (call $slots)
        (memory.copy $side $m (i32.const 0x10000) ({p}.const 0) (i32.const {MEMORY}))
        {kept} (call $play) {leave} (call $slots) {given})
      (func $set-up (call $play))
      (func (export "inspect") (call $play) {leave})
      (func (export "post") {post_params} {count_post} {kept_post} {enter}
        (memory.fill $m ({p}.const 0) (i32.const {AFTER_POST_RETURN}) ({p}.const {MEMORY})))
      {handles}"#,
        params_text = texts("param", &params),
        results_text = texts("result", &results),
        post_params = texts("param", &results),
        p = signature.callee.ptr_type.flat().name(),
        kept = keep_all(&params, 0x100),
        given = results.iter().enumerate().map(|(i, t)| give(*t, 0x200 + 8 * i)).collect::<String>(),
        kept_post = keep_all(&results, 0x300),
        count = count(8),
        count_post = count(16),
        leave = around::leave(&signature.callee),
        enter = enter_post_return(),
        handles = if signature.has_handles { handles::MAKE_C } else { "" },
    );
    let post_return = if signature.has_post_return { r#"(post-return (core func $i "post"))"# } else { "" };
    let [before, imports, arg, after] = match signature.has_handles {
        true => {
            [handles::callee_types(), handles::core_imports(), handles::core_arg(), handles::callee_exports()]
        }
        false => [const { String::new() }; 4],
    };
    format!(
        r#"  (component $callee
    (import "called" (func $called)) (core func $called (canon lower (func $called)))
{visit}{before}{types}{modules}
    (core instance $i (instantiate $core (with "libc" (instance $libc))
      (with "" (instance (export "called" (func $called)))) {arg}))
    (func $f (export "f") {func} (canon lift (core func $i "f") {options} {post_return}))
    (func (export "inspect") (canon lift (core func $i "inspect")))
{after}{driver}{inside})
"#,
        types = types.exported(),
        modules = modules(
            &signature.callee,
            &format!(r#"(import "" "called" (func $called)) {imports}"#),
            &format!("{} {functions}", handles::play(signature.has_handles)),
        ),
        options = options(&signature.callee),
        visit = around::visit_import(signature.callee.exit),
        driver = driver(),
    )
}

/// A component with the callee from `source`: imported, or inside.
fn caller(signature: &Signature, source: &str) -> String {
    let (params, results) = lowered(signature);
    let args: String = params.iter().enumerate().map(|(i, t)| give(*t, 0x200 + 8 * i)).collect();
    let call = format!("(call $f {args})");
    let call = match results[..] {
        [] => call,
        [result] => keep(result, 0x100, &call),
        _ => unreachable!("lowered functions have at most one result"),
    };
    let (params, results) = (texts("param", &params), texts("result", &results));
    let lent = texts("param", &vec![Flat::I32; signature.lent.len()]);
    let noted: String = (0..signature.lent.len()).map(|i| format!("(call $note (local.get {i})) ")).collect();
    let noted = if signature.has_handles { noted } else { String::new() };
    let run = format!(
        r#"(func $set-up) (func (export "run") {lent} {} {noted} (call $slots) (call $play) {call}
        (call $slots) {leave} (call $play))"#,
        count(8),
        leave = around::leave(&signature.caller),
    );
    let [before, after, imports, arg] = match signature.has_handles {
        true => [handles::maker_import(), handles::c_alias(), handles::core_imports(), handles::core_arg()],
        false => [const { String::new() }; 4],
    };
    let imports = format!(r#"(import "callee" "f" (func $f {params} {results})) {imports}"#);
    format!(
        r#"  (component $caller
{visit}{before}{source}{after}{modules}    (core func $f (canon lower (func $callee "f") {options}))
    (core instance $i (instantiate $core
      (with "callee" (instance (export "f" (func $f)))) (with "libc" (instance $libc)) {arg}))
    (func (export "run") {lent_params} (canon lift (core func $i "run")))
{driver})
"#,
        visit = around::visit_import(signature.caller.exit),
        modules =
            modules(&signature.caller, &imports, &format!("{} {run}", handles::play(signature.has_handles))),
        options = options(&signature.caller),
        lent_params = handles::lent_params(&signature.lent),
        driver = driver(),
    )
}

fn options(side: &Side) -> String {
    let encoding = match side.encoding {
        Encoding::Utf8 => "utf8",
        Encoding::Utf16 => "utf16",
        Encoding::Latin1Utf16 => "latin1+utf16",
    };
    format!(
        r#"(memory (core memory $libc "m")) (realloc (core func $libc "realloc")) string-encoding={encoding}"#
    )
}

fn texts(what: &str, types: &[Flat]) -> String {
    types.iter().map(|t| format!("({what} {})", t.name())).collect::<Vec<_>>().join(" ")
}

/// Core parameters and results of the lifted function.
pub(crate) fn lifted(signature: &Signature) -> (Vec<Flat>, Vec<Flat>) {
    let ptr_type = signature.callee.ptr_type;
    let result: Vec<Ty> = signature.result.iter().cloned().collect();
    let spilled_or = |ts: &[Ty], max| match is_spilled(ts, max, ptr_type) {
        true => vec![ptr_type.flat()],
        false => flatten_types(ts, ptr_type),
    };
    (spilled_or(&signature.params, 16), spilled_or(&result, 1))
}

/// Core parameters and results of the lowered function.
pub(crate) fn lowered(signature: &Signature) -> (Vec<Flat>, Vec<Flat>) {
    let ptr_type = signature.caller.ptr_type;
    let result: Vec<Ty> = signature.result.iter().cloned().collect();
    let mut params = match is_spilled(&signature.params, 16, ptr_type) {
        true => vec![ptr_type.flat()],
        false => flatten_types(&signature.params, ptr_type),
    };
    if is_spilled(&result, 1, ptr_type) {
        params.push(ptr_type.flat());
        return (params, vec![]);
    }
    (params, flatten_types(&result, ptr_type))
}
