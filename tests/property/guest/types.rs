//! Types in text form.

use crate::model::{Resource, Ty};

/// Definitions of types that must have names, in order.
#[derive(Default)]
pub(super) struct Types(Vec<String>);

impl Types {
    fn named(&mut self, definition: String) -> String {
        self.0.push(definition);
        format!("$t{}", self.0.len() - 1)
    }

    pub(super) fn text(&mut self, t: &Ty) -> String {
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
            Ty::Own(resource) => own(*resource),
            Ty::Borrow(resource) => borrow(*resource),
        }
    }

    /// Defines and exports all named types, inside a component.
    pub(super) fn exported(&self) -> String {
        let text =
            |(i, t): (usize, &String)| format!("    (type $u{i} {t}) (export $t{i} \"t{i}\" (type $u{i}))\n");
        self.0.iter().enumerate().map(text).collect()
    }

    /// The same types where an instance that exports them is imported.
    pub(super) fn aliased(&self, instance: &str) -> String {
        let text = |i: usize| format!("    (alias export ${instance} \"t{i}\" (type $t{i}))\n");
        (0..self.0.len()).map(text).collect()
    }

    /// The same exports as parts of an instance type.
    pub(super) fn declared(&self) -> String {
        let text = |(i, t): (usize, &String)| {
            format!("      (type $u{i} {t}) (export \"t{i}\" (type $t{i} (eq $u{i})))\n")
        };
        self.0.iter().enumerate().map(text).collect()
    }
}

pub(super) fn own(resource: Resource) -> String {
    format!("(own ${})", resource.name())
}

pub(super) fn borrow(resource: Resource) -> String {
    format!("(borrow ${})", resource.name())
}
