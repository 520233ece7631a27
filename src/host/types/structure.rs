//! What depends on the whole structure of a type. Types share their parts, so those that were seen are remembered:
//! else the time could grow exponentially with the depth.

use super::parts::{
    Enum, FixedLengthList, Flags, FutureType, List, Map, OptionType, Record, ResultType, StreamType, Tuple,
    Variant,
};
use super::{Handle, Type, TypeSource};
use crate::abi::{ResourceId, TypeDef, TypeId, layout};
use crate::id::Id;
use std::collections::HashSet;

impl PartialEq for Handle {
    /// Compares structures.
    fn eq(&self, other: &Self) -> bool {
        let mut pending = vec![(self.id, other.id)];
        let mut seen = HashSet::new();
        while let Some((a, b)) = pending.pop() {
            if !seen.insert((a, b)) {
                continue;
            }
            if !same_top(&self.source, a, &other.source, b, &mut pending) {
                return false;
            }
        }
        true
    }
}

/// Compares two types except for their parts, which are added to `pending`.
fn same_top(
    left: &TypeSource,
    a: TypeId,
    right: &TypeSource,
    b: TypeId,
    pending: &mut Vec<(TypeId, TypeId)>,
) -> bool {
    let (a, b) = (left.component.types().def(a), right.component.types().def(b));
    let resource = |source: &TypeSource, r: &ResourceId| source.resources[r.index()];
    let same = match (a, b) {
        (TypeDef::Own(r), TypeDef::Own(s)) | (TypeDef::Borrow(r), TypeDef::Borrow(s)) => {
            resource(left, r) == resource(right, s)
        }
        (TypeDef::Record(f), TypeDef::Record(g)) => f.iter().map(|f| &f.name).eq(g.iter().map(|g| &g.name)),
        (TypeDef::Variant(c), TypeDef::Variant(d)) => {
            c.iter().map(|c| (&c.name, c.ty.is_some())).eq(d.iter().map(|d| (&d.name, d.ty.is_some())))
        }
        (TypeDef::Enum(n), TypeDef::Enum(m)) | (TypeDef::Flags(n), TypeDef::Flags(m)) => n == m,
        (TypeDef::FixedList(_, n), TypeDef::FixedList(_, m)) => n == m,
        (TypeDef::Result { ok, err }, TypeDef::Result { ok: ok2, err: err2 }) => {
            ok.is_some() == ok2.is_some() && err.is_some() == err2.is_some()
        }
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    let (parts_a, parts_b) = (layout::parts(a), layout::parts(b));
    if !same || parts_a.len() != parts_b.len() {
        return false;
    }
    pending.extend(parts_a.into_iter().zip(parts_b));
    true
}

impl Type {
    /// The first part, this type itself included, whose values cannot be written as text.
    pub(crate) fn without_text(&self) -> Option<&'static str> {
        let handle = match self {
            Type::Own(_) | Type::Borrow(_) | Type::ErrorContext => return Some(self.desc()),
            Type::List(List(handle))
            | Type::FixedLengthList(FixedLengthList(handle))
            | Type::Map(Map(handle))
            | Type::Record(Record(handle))
            | Type::Tuple(Tuple(handle))
            | Type::Variant(Variant(handle))
            | Type::Enum(Enum(handle))
            | Type::Option(OptionType(handle))
            | Type::Result(ResultType(handle))
            | Type::Flags(Flags(handle))
            | Type::Stream(StreamType(handle))
            | Type::Future(FutureType(handle)) => handle,
            _ => return None,
        };
        let types = handle.source.component.types();
        let mut pending = vec![handle.id];
        let mut seen = HashSet::new();
        while let Some(id) = pending.pop() {
            match types.def(id) {
                TypeDef::Own(_) => return Some("own"),
                TypeDef::Borrow(_) => return Some("borrow"),
                TypeDef::ErrorContext => return Some("error-context"),
                TypeDef::Stream(_) => return Some("stream"),
                TypeDef::Future(_) => return Some("future"),
                def => {
                    let parts = layout::parts(def).into_iter();
                    pending.extend(parts.filter(|&part| seen.insert(part)));
                }
            }
        }
        None
    }
}
