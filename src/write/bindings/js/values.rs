//! What variants, enums and flags look like in JavaScript, as source text.

use super::super::names::{camel, property, quoted};
use super::super::source::Source;
use super::memory::TypeFunctions;
use super::words::{Width, discriminant_bytes, member};
use crate::plan::{Plan, TypeKind};

/// A variant, option or result: its cases, and how its values are told apart.
#[derive(Debug)]
pub(super) struct VariantForm {
    pub(super) cases: Vec<VariantCase>,
    look: Look,
}

/// A case and its payload.
#[derive(Clone, Debug)]
pub(super) struct VariantCase {
    tag: String,
    pub(super) ty: Option<usize>,
}

/// What values look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// `{ tag, val }`
    Tagged,
    /// `{ tag, val }`, and undefined or null for the first case.
    TaggedOption,
    /// The value, or undefined (or null) for the first case.
    Bare,
}

impl VariantForm {
    /// The form of a variant, option or result.
    pub(super) fn of(plan: &Plan, ty: usize) -> VariantForm {
        let case = |tag: &str, ty: Option<usize>| VariantCase { tag: tag.to_string(), ty };
        match &plan.types[ty].kind {
            TypeKind::Variant { cases } => {
                VariantForm { cases: cases.iter().map(|c| case(&c.name, c.ty)).collect(), look: Look::Tagged }
            }
            TypeKind::Result { ok, err } => {
                VariantForm { cases: vec![case("ok", *ok), case("err", *err)], look: Look::Tagged }
            }
            TypeKind::Option { some } => {
                let nested = matches!(plan.types[*some].kind, TypeKind::Option { .. });
                let look = if nested { Look::TaggedOption } else { Look::Bare };
                VariantForm { cases: vec![case("none", None), case("some", Some(*some))], look }
            }
            other => unreachable!("{other:?} is no variant"),
        }
    }

    /// Offset of the payload in memory, in bytes.
    pub(super) fn payload_at(&self, types: &TypeFunctions<'_>, width: Width) -> u32 {
        let aligns = self.cases.iter().filter_map(|c| c.ty).map(|ty| types.layout(ty, width).1);
        discriminant_bytes(self.cases.len()).next_multiple_of(aligns.max().unwrap_or(1).max(1))
    }

    /// An expression for the value of case `i`.
    pub(super) fn value(&self, i: usize, payload: Option<String>) -> String {
        let tag = quoted(&self.cases[i].tag);
        match (self.look, payload) {
            (Look::Bare, payload) => payload.unwrap_or_else(|| "undefined".into()),
            (_, Some(payload)) => format!("{{ tag: {tag}, val: {payload} }}"),
            (_, None) => format!("{{ tag: {tag} }}"),
        }
    }

    /// Tells the cases of the value `x` apart; `body` adds what to do for case number `i` with its payload.
    pub(super) fn each_case(
        &self,
        types: &mut TypeFunctions<'_>,
        x: &str,
        out: &mut Source,
        mut body: impl FnMut(&mut TypeFunctions<'_>, usize, &str, &mut Source),
    ) {
        if self.look == Look::Bare {
            out.block(format_args!("if ({x} === undefined || {x} === null) {{"), "} else {", |out| {
                body(types, 0, "", out)
            });
            out.indented(|out| body(types, 1, x, out));
            out.line("}");
            return;
        }
        let tag = match self.look {
            Look::TaggedOption => format!("{x} == null ? 'none' : {x}.tag"),
            Look::Tagged | Look::Bare => format!("{x}?.tag"),
        };
        let payload = format!("{x}.val");
        out.block(format_args!("switch ({tag}) {{"), "}", |out| {
            for (i, case) in self.cases.iter().enumerate() {
                out.block(format_args!("case {}: {{", quoted(&case.tag)), "}", |out| {
                    body(types, i, &payload, out);
                    out.line("break;");
                });
            }
            let tags: Vec<String> = self.cases.iter().map(|c| c.tag.clone()).collect();
            let bad = types.import("badTag");
            out.line(format_args!("default: {bad}({x}, {});", string_array(&tags)));
        });
    }
}

/// `['a', 'b']`
pub(super) fn string_array(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|n| quoted(n)).collect::<Vec<_>>().join(", "))
}

/// An object of booleans from the number `bits`.
pub(super) fn unpack_flags(names: &[String], bits: &str) -> String {
    let flag = |(i, name): (usize, &String)| {
        let mask = 1u32 << i;
        format!("{}: ({bits} & {}) !== 0", property(&camel(name)), mask as i32)
    };
    format!("{{ {} }}", names.iter().enumerate().map(flag).collect::<Vec<_>>().join(", "))
}

/// A number from the object of booleans `x`.
pub(super) fn pack_flags(names: &[String], x: &str) -> String {
    let flag = |(i, name): (usize, &String)| {
        let mask = 1u32 << i;
        format!("({} ? {} : 0)", member(x, &camel(name)), mask as i32)
    };
    match names.len() {
        0 => "0".to_string(),
        _ => names.iter().enumerate().map(flag).collect::<Vec<_>>().join(" | "),
    }
}
