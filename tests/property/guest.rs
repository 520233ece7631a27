//! The components of a case, in text form: a caller and a callee around one function.
//!
//! Both consist of one core module with two memories: the one that canonical options name, and a second one where
//! the module keeps what the test looks at, out of the adapters' reach. Layout of the second memory:
//!
//! | address | content |
//! |---|---|
//! | 0x000 | numbers of calls: realloc, the function, post-return |
//! | 0x080 | area of results of the functions below |
//! | 0x100 | core values that the module got: parameters in the callee, results in the caller |
//! | 0x200 | core values that the module gives |
//! | 0x300 | parameters of post-return |
//! | 0x400 | calls of realloc, five numbers each |
//! | 0x10000 | the first memory when the callee was called |
//! | 0x20000 | the first memory, copied by `memory` |
//! | 0x30000 | lists that the test passes in |

use crate::draw::{Side, Signature};
use crate::model::{Encoding, Flat, PtrType, Ty, flatten_types, is_spilled};
use std::fmt::Write;

/// Size of the first memory, in bytes.
pub(crate) const MEMORY: usize = 0x10000;

/// The component of a case; it exports the instances `caller` and `callee`.
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
    let callee = callee(signature, &types, &func);
    let caller = caller(signature, &types, &func);
    format!(
        "(component\n{callee}\n{caller}\n  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with \"callee\" (instance $callee))))
  (export \"callee\" (instance $callee))\n  (export \"caller\" (instance $caller)))"
    )
}

/// Definitions of types that must have names, in order.
#[derive(Default)]
struct Types(Vec<String>);

impl Types {
    fn named(&mut self, definition: String) -> String {
        self.0.push(definition);
        format!("$t{}", self.0.len() - 1)
    }

    fn text(&mut self, t: &Ty) -> String {
        let labels = |n: usize| (0..n).map(|i| format!(" \"l{i}\"")).collect::<String>();
        match t {
            Ty::Bool => "bool".into(),
            Ty::S8 => "s8".into(),
            Ty::U8 => "u8".into(),
            Ty::S16 => "s16".into(),
            Ty::U16 => "u16".into(),
            Ty::S32 => "s32".into(),
            Ty::U32 => "u32".into(),
            Ty::S64 => "s64".into(),
            Ty::U64 => "u64".into(),
            Ty::F32 => "f32".into(),
            Ty::F64 => "f64".into(),
            Ty::Char => "char".into(),
            Ty::String => "string".into(),
            Ty::List(t) => format!("(list {})", self.text(t)),
            Ty::FixedList(t, n) => format!("(list {} {n})", self.text(t)),
            Ty::Map(k, v) => format!("(map {} {})", self.text(k), self.text(v)),
            Ty::Tuple(ts) => {
                let ts: Vec<String> = ts.iter().map(|t| self.text(t)).collect();
                format!("(tuple {})", ts.join(" "))
            }
            Ty::Option(t) => format!("(option {})", self.text(t)),
            Ty::Result(ok, err) => {
                let ok = ok.as_ref().map(|t| self.text(t)).unwrap_or_default();
                let err = err.as_ref().map(|t| format!("(error {})", self.text(t))).unwrap_or_default();
                format!("(result {ok} {err})")
            }
            Ty::Record(ts) => {
                let fields =
                    ts.iter().enumerate().map(|(i, t)| format!(" (field \"l{i}\" {})", self.text(t)));
                let fields: String = fields.collect();
                self.named(format!("(record{fields})"))
            }
            Ty::Variant(cases) => {
                let cases = cases.iter().enumerate().map(|(i, t)| {
                    let payload = t.as_ref().map(|t| self.text(t)).unwrap_or_default();
                    format!(" (case \"l{i}\" {payload})")
                });
                let cases: String = cases.collect();
                self.named(format!("(variant{cases})"))
            }
            Ty::Enum(n) => self.named(format!("(enum{})", labels(*n))),
            Ty::Flags(n) => self.named(format!("(flags{})", labels(*n))),
        }
    }

    /// Defines and exports all named types, inside a component.
    fn exported(&self) -> String {
        let text =
            |(i, t): (usize, &String)| format!("    (type $u{i} {t}) (export $t{i} \"t{i}\" (type $u{i}))\n");
        self.0.iter().enumerate().map(text).collect()
    }

    /// The same exports as parts of an instance type.
    fn declared(&self) -> String {
        let text = |(i, t): (usize, &String)| {
            format!("      (type $u{i} {t}) (export \"t{i}\" (type $t{i} (eq $u{i})))\n")
        };
        self.0.iter().enumerate().map(text).collect()
    }
}

fn callee(signature: &Signature, types: &Types, func: &str) -> String {
    let (params, results) = lifted(signature);
    let keep_all = |types: &[Flat], at: usize| -> String {
        let each = types.iter().enumerate();
        each.map(|(i, t)| keep(*t, at + 8 * i, &format!("(local.get {i})"))).collect()
    };
    let functions = format!(
        r#"(func (export "f") {params_text} {results_text}
        {count}
        (memory.copy $side $m (i32.const 0x10000) ({p}.const 0) (i32.const {MEMORY}))
        {kept} {given})
      (func (export "post") {post_params} {count_post} {kept_post})"#,
        params_text = texts("param", &params),
        results_text = texts("result", &results),
        post_params = texts("param", &results),
        p = signature.callee.ptr_type.flat().name(),
        kept = keep_all(&params, 0x100),
        given = results.iter().enumerate().map(|(i, t)| give(*t, 0x200 + 8 * i)).collect::<String>(),
        kept_post = keep_all(&results, 0x300),
        count = count(8),
        count_post = count(16),
    );
    let post_return = if signature.has_post_return { r#"(post-return (core func $i "post"))"# } else { "" };
    format!(
        r#"  (component $callee
{types}{modules}    (core instance $i (instantiate $core (with "libc" (instance $libc))))
    (func (export "f") {func} (canon lift (core func $i "f") {options} {post_return}))
{driver})"#,
        types = types.exported(),
        modules = modules(&signature.callee, "", &functions),
        options = options(&signature.callee),
        driver = driver(),
    )
}

fn caller(signature: &Signature, types: &Types, func: &str) -> String {
    let (params, results) = lowered(signature);
    let args: String = params.iter().enumerate().map(|(i, t)| give(*t, 0x200 + 8 * i)).collect();
    let call = format!("(call $f {args})");
    let call = match results[..] {
        [] => call,
        [result] => keep(result, 0x100, &call),
        _ => unreachable!("lowered functions have at most one result"),
    };
    let (params, results) = (texts("param", &params), texts("result", &results));
    let import = format!(r#"(import "callee" "f" (func $f {params} {results}))"#);
    let run = format!(r#"(func (export "run") {} {call})"#, count(8));
    format!(
        r#"  (component $caller
    (import "callee" (instance $callee
{types}      (export "f" (func {func}))))
{modules}    (core func $f (canon lower (func $callee "f") {options}))
    (core instance $i (instantiate $core
      (with "callee" (instance (export "f" (func $f)))) (with "libc" (instance $libc))))
    (func (export "run") (canon lift (core func $i "run")))
{driver})"#,
        types = types.declared(),
        modules = modules(&signature.caller, &import, &run),
        options = options(&signature.caller),
        driver = driver(),
    )
}

fn memory_type(ptr_type: PtrType) -> &'static str {
    match ptr_type {
        PtrType::I32 => "1",
        PtrType::I64 => "i64 1",
    }
}

/// The core modules of a component: memories and realloc, which must exist before a caller can import, and the
/// rest.
fn modules(side: &Side, import: &str, functions: &str) -> String {
    let p = side.ptr_type.flat().name();
    let memory = memory_type(side.ptr_type);
    let realloc = realloc(side.ptr_type);
    format!(
        r#"    (core module $libc
      (memory (export "m") {memory}) (memory (export "side") 5)
      {realloc})
    (core instance $libc (instantiate $libc))
    (core module $core
      {import}
      (import "libc" "m" (memory $m {memory}))
      (import "libc" "side" (memory $side 5))
      (import "libc" "config" (func $config (param i64 i32 i64 i32)))
      (global $lists (mut i32) (i32.const 0x30000))
      (func (export "lists") (param i32 i32 i32 i32) (result i32)
        (global.set $lists (i32.and (i32.add (global.get $lists) (i32.const 7)) (i32.const -8)))
        (global.get $lists)
        (global.set $lists (i32.add (global.get $lists) (local.get 3))))
      (func (export "setup") (param $bump i64) (param $fault-at i32) (param $fault-ptr i64)
          (param $in-place i32) (param $memory i32) (param $length i32) (param $values i32) (param $count i32)
        (call $config (local.get 0) (local.get 1) (local.get 2) (local.get 3))
        (memory.copy $m $side ({p}.const 0) (local.get $memory) (local.get $length))
        (memory.copy $side $side (i32.const 0x200) (local.get $values)
          (i32.mul (local.get $count) (i32.const 8)))
        (global.set $lists (i32.const 0x30000)))
      (func $pair (param i32 i32) (result i32)
        (i32.store $side (i32.const 0x80) (local.get 0))
        (i32.store $side (i32.const 0x84) (local.get 1))
        (i32.const 0x80))
      (func (export "registers") (result i32)
        (call $pair (i32.const 0)
          (i32.add (i32.const 0x80) (i32.mul (i32.load $side (i32.const 0)) (i32.const 5)))))
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
      (func $config (export "config") (param i64 i32 i64 i32)
        (global.set $bump (local.get 0)) (global.set $fault-at (local.get 1))
        (global.set $fault-ptr (local.get 2)) (global.set $in-place (local.get 3)))
      (func (export "realloc") (param $old {p}) (param $olds {p}) (param $align {p}) (param $new {p}) (result {p})
        (local $calls i32) (local $at i64) (local $log i32) (local $kept i64)
        (local.set $calls (i32.load 1 (i32.const 0)))
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
fn driver() -> String {
    let mut text = String::from(
        r#"    (func (export "setup") (param "bump" u64) (param "fault-at" u32) (param "fault-ptr" u64)
        (param "in-place" bool) (param "memory" (list u8)) (param "values" (list u64))
      (canon lift (core func $i "setup") (memory (core memory $libc "side")) (realloc (core func $i "lists"))))
"#,
    );
    for (name, element) in [("registers", "u64"), ("at-call", "u8"), ("memory", "u8")] {
        writeln!(
            text,
            r#"    (func (export "{name}") (result (list {element}))
      (canon lift (core func $i "{name}") (memory (core memory $libc "side"))))"#
        )
        .unwrap();
    }
    text
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

/// Stores a core value in the second memory.
fn keep(t: Flat, at: usize, value: &str) -> String {
    format!("({}.store 1 (i32.const {at}) {value})", t.name())
}

/// Loads a core value from the second memory.
fn give(t: Flat, at: usize) -> String {
    format!("({}.load 1 (i32.const {at}))", t.name())
}

/// Counts a call.
fn count(at: usize) -> String {
    format!("(i32.store 1 (i32.const {at}) (i32.add (i32.load 1 (i32.const {at})) (i32.const 1)))")
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
