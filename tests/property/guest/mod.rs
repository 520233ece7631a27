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
//! | 0x70000 | the caller's first memory while the callee takes no calls |
//!
//! A function of an asynchronous type is called and lifted in all ways: see `draw::Pairing`. Streams and futures have
//! components of their own, of the same parts (`channel`).
//!
//! The callee tells the host that it was called, since nobody can ask it any more after a trap. Where there are
//! handles, two more components take part: a maker of resources, and a driver that lends handles to the caller.

mod around;
mod built_ins;
mod callee;
mod caller;
mod channel;
mod core_module;
mod flat;
mod handles;
mod types;

use crate::draw::{Relation, Side, Signature};
use crate::model::{Encoding, Flat};
use around::NEIGHBOUR;
pub(crate) use around::slot_mark;
use built_ins::BuiltIns;
use callee::callee;
use caller::caller;
pub(crate) use channel::component as channel_component;
use core_module::{driver, modules};
pub(crate) use flat::{lifted, lowered};
use types::Types;

/// Size of the first memory, in bytes.
pub(crate) const MEMORY: usize = 0x10000;

/// What the callee leaves in all bytes of the first memory when its result is with the caller (in post-return, or after
/// `task.return`), so that nothing can be lifted from it any more.
pub(crate) const OVERWRITTEN: u8 = 0xee;

/// What functions and calls say if they are asynchronous.
const ASYNC: &str = "async";

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
    let effect = effect(signature);
    let declared = Declared { types, func: format!("{effect} {params}{result}"), result };
    let instances = instances(signature, &declared);
    root(&instances, signature.has_handles.then(|| handles::driver(&signature.lent, effect)))
}

/// The type of the function in text form.
struct Declared {
    types: Types,
    func: String,
    result: String,
}

/// What the types of the function and of those that call it say.
fn effect(signature: &Signature) -> &'static str {
    if signature.pairing.is_some() { ASYNC } else { "" }
}

/// The component around the instances of caller and callee, and the driver if there are handles.
fn root(instances: &str, driver: Option<String>) -> String {
    let parts = match driver {
        None => [String::new(), String::new(), r#"(export "run" (func $caller "run"))"#.into()],
        Some(driver) => [handles::maker(), driver, handles::root_exports()],
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
fn instances(signature: &Signature, declared: &Declared) -> String {
    const CALLED: &str = r#"(with "called" (func $called))"#;
    let maker = if signature.has_handles { r#"(with "maker" (instance $maker))"# } else { "" };
    let visit = |side: &Side| format!("{maker} {}", around::visit_arg(side.exit));
    let caller_of = |instance: &str, with: &str| {
        format!("  (instance $caller (instantiate $caller {with} (with \"callee\" (instance {instance}))))\n")
    };
    let callee_with = |with: &str| format!("  (instance $callee (instantiate $callee {with} {CALLED}))\n");
    let imported = callee_import(signature, declared);
    match signature.relation {
        Relation::Siblings => [
            callee(signature, declared, ""),
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
            [&callee(signature, declared, &inside.concat()), &callee_with(""), alias].concat()
        }
        Relation::CallerIsParent => {
            let inside = [
                r#"  (import "called" (func $called))"#,
                &callee(signature, declared, ""),
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
fn callee_import(signature: &Signature, Declared { types, func, .. }: &Declared) -> String {
    let resource = if signature.has_handles { handles::C_DECLARED } else { "" };
    let types = types.declared();
    let held = if signature.is_held() { r#" (export "hold" (func)) (export "release" (func))"# } else { "" };
    format!(
        "    (import \"callee\" (instance $callee\n{resource}{types}      (export \"f\" (func {func})){held}))\n"
    )
}

/// A component with core modules that play their part of a case.
struct Part<'p> {
    name: &'p str,
    side: &'p Side,
    has_handles: bool,
    /// What comes before the core modules.
    before: String,
    /// What it imports, defines itself, or is built in.
    built_ins: BuiltIns,
    /// Functions of the core module.
    functions: String,
    /// What comes after the core modules.
    after: String,
}

impl Part<'_> {
    fn text(&self) -> String {
        let Part { name, side, has_handles, before, built_ins, functions, after } = self;
        let (imports, arg) = match has_handles {
            true => (handles::core_imports(), handles::core_arg()),
            false => (String::new(), String::new()),
        };
        format!(
            r#"  (component ${name}
{visit}{before}{modules}{definitions}    (core instance $i (instantiate $core (with "libc" (instance $libc)) {built_ins_arg} {arg}))
{after}{driver})
"#,
            visit = around::visit_import(side.exit),
            modules = modules(
                side,
                &(built_ins.imports() + &imports),
                &format!("{} {} {functions}", handles::NOTE, handles::play(*has_handles)),
            ),
            definitions = built_ins.definitions(),
            built_ins_arg = built_ins.arg(),
            driver = driver(),
        )
    }
}

/// Canonical options of a side.
fn options(side: &Side) -> String {
    format!(r#"{} (realloc (core func $libc "realloc"))"#, lifting_options(side))
}

/// The same where nothing is lowered: without realloc.
fn lifting_options(side: &Side) -> String {
    let encoding = match side.encoding {
        Encoding::Utf8 => "utf8",
        Encoding::Utf16 => "utf16",
        Encoding::Latin1Utf16 => "latin1+utf16",
    };
    format!(r#"(memory (core memory $libc "m")) string-encoding={encoding}"#)
}

/// Core parameters or results in text form.
fn texts(what: &str, types: &[Flat]) -> String {
    types.iter().map(|t| format!("({what} {})", t.name())).collect::<Vec<_>>().join(" ")
}
