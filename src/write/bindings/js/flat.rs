//! Lowering to and lifting from core values, specialised at build time.
//!
//! Lowering is statements that end with one constant for each core value, so that everything that can go wrong with a
//! JavaScript value has gone wrong before the guest is called. Lifting is an expression, with statements before it
//! where cases must be told apart.

use super::super::source::Source;
use super::memory::TypeFunctions;
use super::values::{VariantForm, pack_flags, string_array, unpack_flags};
use super::words::{Width, discriminant_bytes};
use crate::plan::TypeKind;

/// Writes the body of one function.
pub(super) struct FlatCode<'f, 'a> {
    pub(super) types: &'f mut TypeFunctions<'a>,
    pub(super) width: Width,
    pub(super) out: &'f mut Source,
    temporaries: usize,
}

impl<'f, 'a> FlatCode<'f, 'a> {
    pub(super) fn new(types: &'f mut TypeFunctions<'a>, width: Width, out: &'f mut Source) -> Self {
        FlatCode { types, width, out, temporaries: 0 }
    }

    /// A name not used before in this function.
    pub(super) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("t{}", self.temporaries)
    }

    /// The core types of a type, by name; only for types that have at most 16.
    pub(super) fn flat_types(&self, ty: usize) -> &'a [String] {
        self.types.plan().types[ty].flat[self.width.index()]
            .as_deref()
            .expect("a type that travels flat has flat types")
    }

    fn constant(&mut self, value: impl std::fmt::Display) -> String {
        let name = self.temporary();
        self.out.line(format_args!("const {name} = {value};"));
        name
    }

    /// Lowers the value `x`: names of constants that hold its core values.
    pub(super) fn lower(&mut self, ty: usize, x: &str) -> Vec<String> {
        let kind = self.types.kind(ty);
        match kind {
            TypeKind::String => {
                let write = self.types.write_string(x);
                self.range(&write)
            }
            TypeKind::List { .. } | TypeKind::Map { .. } => {
                let write = self.types.write_range(ty, x, self.width);
                self.range(&write)
            }
            TypeKind::Record { fields } => {
                let x = self.constant(x);
                let check = self.types.import("checkObject");
                self.out.line(format_args!("{check}({x});"));
                let mut flat = Vec::new();
                for field in fields {
                    let member = self.types.field(&x, &field.name, field.ty);
                    flat.extend(self.lower(field.ty, &member));
                }
                flat
            }
            TypeKind::Tuple { types } => {
                let x = self.constant(x);
                let check = self.types.import("checkArray");
                self.out.line(format_args!("{check}({x}, {});", types.len()));
                types.iter().enumerate().flat_map(|(i, &t)| self.lower(t, &format!("{x}[{i}]"))).collect()
            }
            TypeKind::FixedList { element, length } => {
                let list = self.types.import("fixedList");
                let x = self.constant(format_args!("{list}({x}, {length})"));
                (0..*length).flat_map(|i| self.lower(*element, &format!("{x}[{i}]"))).collect()
            }
            TypeKind::Enum { names } => {
                let index = self.types.import("enumIndex");
                vec![self.constant(format_args!("{index}({}, {x})", string_array(names)))]
            }
            TypeKind::Flags { names } => {
                let object = self.types.import("flagsObject");
                let x = self.constant(format_args!("{object}({x})"));
                vec![self.constant(pack_flags(names, &x))]
            }
            TypeKind::Variant { .. } | TypeKind::Option { .. } | TypeKind::Result { .. } => {
                self.lower_variant(ty, x)
            }
            _ => {
                let core = self.scalar_to_core(ty, x);
                vec![self.constant(core)]
            }
        }
    }

    /// Lends the object `x`: the name of the constant that holds its rep.
    pub(super) fn lend(&mut self, resource: usize, x: &str) -> String {
        let lend = self.types.import("lend");
        self.constant(format_args!("{lend}(cx, {resource}, {x})"))
    }

    /// Numbers wrap modulo their width here and not at the call, where a value that is no number would trap.
    fn scalar_to_core(&mut self, ty: usize, x: &str) -> String {
        match self.types.kind(ty) {
            TypeKind::U8 => format!("{x} & 255"),
            TypeKind::S8 => format!("({x} << 24) >> 24"),
            TypeKind::U16 => format!("{x} & 65535"),
            TypeKind::S16 => format!("({x} << 16) >> 16"),
            _ => self.types.core_value(ty, x),
        }
    }

    /// Pointer and length of what the expression `write` writes.
    fn range(&mut self, write: &str) -> Vec<String> {
        let pointer = self.constant(write);
        let length = self.constant("cx.storedLength");
        match self.width {
            Width::W32 => vec![pointer, length],
            Width::W64 => vec![format!("BigInt({pointer})"), format!("BigInt({length})")],
        }
    }

    fn lower_variant(&mut self, ty: usize, x: &str) -> Vec<String> {
        let x = self.constant(x);
        let slots = &self.flat_types(ty)[1..];
        let discriminant = self.temporary();
        let names: Vec<String> = slots.iter().map(|_| self.temporary()).collect();
        let zeros = slots.iter().map(|slot| if slot == "i64" { "0n" } else { "0" });
        let declared: Vec<String> =
            names.iter().zip(zeros).map(|(name, zero)| format!("{name} = {zero}")).collect();
        let all: Vec<String> = std::iter::once(discriminant.clone()).chain(declared).collect();
        self.out.line(format_args!("let {};", all.join(", ")));
        let form = VariantForm::of(self.types.plan(), ty);
        let FlatCode { types, width, out, temporaries } = self;
        form.each_case(types, &x, out, |types, i, payload, out| {
            let mut inner = FlatCode { types, width: *width, out, temporaries: *temporaries };
            inner.out.line(format_args!("{discriminant} = {i};"));
            if let Some(ty) = form.cases[i].ty {
                let own = inner.flat_types(ty);
                let values = inner.lower(ty, payload);
                for (((value, own), slot), name) in values.iter().zip(own).zip(slots).zip(&names) {
                    let value = reinterpret(inner.types, value, own, slot);
                    inner.out.line(format_args!("{name} = {value};"));
                }
            }
            *temporaries = inner.temporaries;
        });
        std::iter::once(discriminant).chain(names).collect()
    }

    /// Lifts a value from the core values `flat`: an expression.
    pub(super) fn lift(&mut self, ty: usize, flat: &[String]) -> String {
        match self.types.kind(ty) {
            TypeKind::String => {
                let read = self.types.import("readText");
                format!("{read}(cx, {}, {})", self.unsigned(&flat[0]), self.unsigned(&flat[1]))
            }
            TypeKind::List { .. } | TypeKind::Map { .. } => {
                let (pointer, length) = (self.number(&flat[0]), self.number(&flat[1]));
                self.types.read_range(ty, &pointer, &length, self.width)
            }
            TypeKind::Record { fields } => {
                let parts = self.lift_parts(fields.iter().map(|f| f.ty), flat);
                let fields = fields.iter().zip(parts).map(|(field, value)| {
                    format!(
                        "{}: {value}",
                        super::super::names::property(&super::super::names::camel(&field.name))
                    )
                });
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            TypeKind::Tuple { types } => {
                format!("[{}]", self.lift_parts(types.iter().copied(), flat).join(", "))
            }
            TypeKind::FixedList { element, length } => {
                let elements = std::iter::repeat_n(*element, *length as usize);
                format!("[{}]", self.lift_parts(elements, flat).join(", "))
            }
            TypeKind::Enum { names } => {
                format!("{}({}, {} >>> 0)", self.types.import("enumCase"), string_array(names), flat[0])
            }
            TypeKind::Flags { names } => unpack_flags(names, &flat[0]),
            TypeKind::Variant { .. } | TypeKind::Option { .. } | TypeKind::Result { .. } => {
                self.lift_variant(ty, flat)
            }
            _ => self.scalar_from_core(ty, &flat[0]),
        }
    }

    fn lift_parts(&mut self, parts: impl Iterator<Item = usize>, flat: &[String]) -> Vec<String> {
        let mut rest = flat;
        let mut values = Vec::new();
        for ty in parts {
            let (own, after) = rest.split_at(self.flat_types(ty).len());
            rest = after;
            values.push(self.lift(ty, own));
        }
        values
    }

    fn scalar_from_core(&mut self, ty: usize, x: &str) -> String {
        match self.types.kind(ty) {
            TypeKind::Bool => format!("{x} !== 0"),
            TypeKind::U8 => format!("{x} & 255"),
            TypeKind::S8 => format!("({x} << 24) >> 24"),
            TypeKind::U16 => format!("{x} & 65535"),
            TypeKind::S16 => format!("({x} << 16) >> 16"),
            TypeKind::U32 => format!("{x} >>> 0"),
            TypeKind::U64 => format!("BigInt.asUintN(64, {x})"),
            TypeKind::Char => format!("{}({x})", self.types.import("charFromCore")),
            TypeKind::Own { resource } => format!("{}(cx, {resource}, {x})", self.types.import("takeOwn")),
            TypeKind::Borrow { resource } => {
                format!("{}(cx, {resource}, {x})", self.types.import("liftBorrow"))
            }
            _ => x.to_string(),
        }
    }

    fn lift_variant(&mut self, ty: usize, flat: &[String]) -> String {
        let slots = &self.flat_types(ty)[1..];
        let result = self.temporary();
        self.out.line(format_args!("let {result};"));
        let form = VariantForm::of(self.types.plan(), ty);
        let bad = self.types.import("badCase");
        self.out.line(format_args!("switch ({} >>> 0) {{", flat[0]));
        for (i, case) in form.cases.iter().enumerate() {
            self.out.line(format_args!("  case {i}: {{"));
            let payload = case.ty.map(|ty| {
                let own = self.flat_types(ty);
                let values: Vec<String> = own
                    .iter()
                    .zip(slots)
                    .zip(&flat[1..])
                    .map(|((own, slot), value)| reinterpret(self.types, value, slot, own))
                    .collect();
                self.lift(ty, &values)
            });
            self.out.line(format_args!("    {result} = {};", form.value(i, payload)));
            self.out.line("    break;");
            self.out.line("  }");
        }
        self.out.line(format_args!("  default: {bad}({} >>> 0, {});", flat[0], form.cases.len()));
        self.out.line("}");
        debug_assert!(discriminant_bytes(form.cases.len()) <= 4, "a flat discriminant is an i32");
        result
    }

    /// A core pointer or length as unsigned, still a BigInt where it is 64 bits wide.
    fn unsigned(&self, x: &str) -> String {
        match self.width {
            Width::W32 => format!("{x} >>> 0"),
            Width::W64 => format!("BigInt.asUintN(64, {x})"),
        }
    }

    /// A core pointer or length as a number.
    pub(super) fn number(&self, x: &str) -> String {
        match self.width {
            Width::W32 => format!("{x} >>> 0"),
            Width::W64 => format!("Number(BigInt.asUintN(64, {x}))"),
        }
    }
}

/// The core value `x` of type `from` as it travels in a slot of type `to`, or the other way round.
///
/// Spec: `lift_flat_variant` and `lower_flat_variant`.
fn reinterpret(types: &mut TypeFunctions<'_>, x: &str, from: &str, to: &str) -> String {
    let function = match (from, to) {
        ("i32", "i64") => return format!("BigInt({x} >>> 0)"),
        ("i64", "i32") => return format!("Number(BigInt.asIntN(32, {x}))"),
        ("f32", "i32") => "bitsOfF32",
        ("i32", "f32") => "f32OfBits",
        ("f32", "i64") => return format!("BigInt({}({x}) >>> 0)", types.import("bitsOfF32")),
        ("i64", "f32") => return format!("{}(Number(BigInt.asIntN(32, {x})))", types.import("f32OfBits")),
        ("f64", "i64") => "bitsOfF64",
        ("i64", "f64") => "f64OfBits",
        _ => return x.to_string(),
    };
    format!("{}({x})", types.import(function))
}
