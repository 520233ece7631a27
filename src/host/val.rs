//! Values whose type is only known at run time.

use super::call_context::{CallContext, Place};
use super::resource::ResourceAny;
use super::typed::{ComponentType, Lift, Lower, lift_map};
use super::types::Type;
use crate::abi::{TypeDef, TypeId};
use anyhow::{Context as _, Result, bail, ensure};

/// A component value.
///
/// Equality is that of Rust: floats that are NaN differ from themselves, and records are compared in order.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the specification's value types")]
pub enum Val {
    Bool(bool),
    S8(i8),
    U8(u8),
    S16(i16),
    U16(u16),
    S32(i32),
    U32(u32),
    S64(i64),
    U64(u64),
    Float32(f32),
    Float64(f64),
    Char(char),
    String(String),
    List(Vec<Val>),
    FixedLengthList(Vec<Val>),
    Map(Vec<(Val, Val)>),
    /// Names and values of the fields, in any order.
    Record(Vec<(String, Val)>),
    Tuple(Vec<Val>),
    /// Name of the case and its payload.
    Variant(String, Option<Box<Val>>),
    Enum(String),
    Option(Option<Box<Val>>),
    Result(Result<Option<Box<Val>>, Option<Box<Val>>>),
    /// Labels that are set, in any order.
    Flags(Vec<String>),
    Resource(ResourceAny),
}

impl Val {
    /// The kind of value, as WIT spells its type.
    pub fn desc(&self) -> &'static str {
        match self {
            Val::Bool(_) => "bool",
            Val::S8(_) => "s8",
            Val::U8(_) => "u8",
            Val::S16(_) => "s16",
            Val::U16(_) => "u16",
            Val::S32(_) => "s32",
            Val::U32(_) => "u32",
            Val::S64(_) => "s64",
            Val::U64(_) => "u64",
            Val::Float32(_) => "f32",
            Val::Float64(_) => "f64",
            Val::Char(_) => "char",
            Val::String(_) => "string",
            Val::List(_) => "list",
            Val::FixedLengthList(_) => "list<_, N>",
            Val::Map(_) => "map",
            Val::Record(_) => "record",
            Val::Tuple(_) => "tuple",
            Val::Variant(..) => "variant",
            Val::Enum(_) => "enum",
            Val::Option(_) => "option",
            Val::Result(_) => "result",
            Val::Flags(_) => "flags",
            Val::Resource(_) => "resource",
        }
    }

    /// Checks that the value has type `ty`. Calls do this before guest code runs, so that a host's mistake is an
    /// error and does not end the component.
    pub fn check(&self, ty: &Type) -> Result<()> {
        match (self, ty) {
            (Val::Bool(_), Type::Bool) | (Val::Char(_), Type::Char) | (Val::String(_), Type::String) => {
                Ok(())
            }
            (Val::S8(_), Type::S8) | (Val::U8(_), Type::U8) | (Val::S16(_), Type::S16) => Ok(()),
            (Val::U16(_), Type::U16) | (Val::S32(_), Type::S32) | (Val::U32(_), Type::U32) => Ok(()),
            (Val::S64(_), Type::S64) | (Val::U64(_), Type::U64) => Ok(()),
            (Val::Float32(_), Type::Float32) | (Val::Float64(_), Type::Float64) => Ok(()),
            (Val::List(items), Type::List(list)) => check_all(items, &list.ty()),
            (Val::FixedLengthList(items), Type::FixedLengthList(list)) => {
                ensure!(
                    items.len() == list.len() as usize,
                    "expected {} elements, found {}",
                    list.len(),
                    items.len()
                );
                check_all(items, &list.ty())
            }
            (Val::Map(entries), Type::Map(map)) => {
                let (key, value) = (map.key(), map.value());
                entries.iter().try_for_each(|(k, v)| k.check(&key).and_then(|()| v.check(&value)))
            }
            (Val::Record(fields), Type::Record(record)) => {
                ensure!(
                    fields.len() == record.fields().len(),
                    "a record of {} fields has {}",
                    record.fields().len(),
                    fields.len()
                );
                record.fields().try_for_each(|field| {
                    let value = find(fields, field.name)?;
                    value.check(&field.ty).with_context(|| format!("in field `{}`", field.name))
                })
            }
            (Val::Tuple(values), Type::Tuple(tuple)) => {
                let types = tuple.types();
                ensure!(
                    values.len() == types.len(),
                    "a tuple of {} values has {}",
                    types.len(),
                    values.len()
                );
                values.iter().zip(types).try_for_each(|(value, ty)| value.check(&ty))
            }
            (Val::Variant(name, payload), Type::Variant(variant)) => {
                let case = variant.cases().find(|case| case.name == name);
                let case = case.with_context(|| format!("the variant has no case `{name}`"))?;
                check_payload(name, payload.as_deref(), case.ty.as_ref())
            }
            (Val::Enum(name), Type::Enum(cases)) => {
                ensure!(cases.names().any(|case| case == name), "the enum has no case `{name}`");
                Ok(())
            }
            (Val::Option(payload), Type::Option(option)) => match payload {
                Some(value) => value.check(&option.ty()),
                None => Ok(()),
            },
            (Val::Result(Ok(payload)), Type::Result(result)) => {
                check_payload("ok", payload.as_deref(), result.ok().as_ref())
            }
            (Val::Result(Err(payload)), Type::Result(result)) => {
                check_payload("err", payload.as_deref(), result.err().as_ref())
            }
            (Val::Flags(set), Type::Flags(flags)) => {
                match set.iter().find(|s| flags.names().all(|n| n != **s)) {
                    Some(unknown) => bail!("the flags have no label `{unknown}`"),
                    None => Ok(()),
                }
            }
            (Val::Resource(any), Type::Own(resource)) => {
                ensure!(any.ty() == *resource, "the resource is of another type than expected");
                ensure!(any.owned(), "cannot lift own resource from a borrow");
                Ok(())
            }
            (Val::Resource(any), Type::Borrow(resource)) => {
                ensure!(any.ty() == *resource, "the resource is of another type than expected");
                Ok(())
            }
            (value, ty) => bail!("type mismatch: expected `{}`, found `{}`", ty.desc(), value.desc()),
        }
    }
}

fn check_all(values: &[Val], ty: &Type) -> Result<()> {
    values.iter().try_for_each(|value| value.check(ty))
}

fn check_payload(case: &str, payload: Option<&Val>, ty: Option<&Type>) -> Result<()> {
    match (payload, ty) {
        (Some(value), Some(ty)) => value.check(ty).with_context(|| format!("in case `{case}`")),
        (None, None) => Ok(()),
        (None, Some(_)) => bail!("case `{case}` needs a payload"),
        (Some(_), None) => bail!("case `{case}` has no payload"),
    }
}

fn find<'a>(fields: &'a [(String, Val)], name: &str) -> Result<&'a Val> {
    let field = fields.iter().find(|(field, _)| field == name);
    field.map(|(_, value)| value).with_context(|| format!("the record lacks field `{name}`"))
}

impl ComponentType for Val {
    fn typecheck(_: &Type) -> Result<()> {
        Ok(())
    }
}

impl Lower for Val {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        match (self, cx.def(ty)) {
            (Val::Bool(v), TypeDef::Bool) => v.lower(cx, ty, at),
            (Val::S8(v), TypeDef::S8) => v.lower(cx, ty, at),
            (Val::U8(v), TypeDef::U8) => v.lower(cx, ty, at),
            (Val::S16(v), TypeDef::S16) => v.lower(cx, ty, at),
            (Val::U16(v), TypeDef::U16) => v.lower(cx, ty, at),
            (Val::S32(v), TypeDef::S32) => v.lower(cx, ty, at),
            (Val::U32(v), TypeDef::U32) => v.lower(cx, ty, at),
            (Val::S64(v), TypeDef::S64) => v.lower(cx, ty, at),
            (Val::U64(v), TypeDef::U64) => v.lower(cx, ty, at),
            (Val::Float32(v), TypeDef::F32) => v.lower(cx, ty, at),
            (Val::Float64(v), TypeDef::F64) => v.lower(cx, ty, at),
            (Val::Char(v), TypeDef::Char) => v.lower(cx, ty, at),
            (Val::String(v), TypeDef::String) => v.lower(cx, ty, at),
            (Val::List(v), TypeDef::List(_)) => v.lower(cx, ty, at),
            (Val::FixedLengthList(v), TypeDef::FixedList(element, n)) => {
                ensure!(v.len() == *n as usize, "expected {n} elements, found {}", v.len());
                v.iter().enumerate().try_for_each(|(index, value)| {
                    let at = cx.element_place(*element, index, at);
                    value.lower(cx, *element, at)
                })
            }
            (Val::Map(entries), TypeDef::Map(..)) => lower_entries(entries, cx, ty, at),
            (Val::Record(values), TypeDef::Record(fields)) => {
                let parts = cx.record_parts(ty, at)?;
                fields
                    .iter()
                    .zip(parts)
                    .try_for_each(|(field, (ty, at))| find(values, &field.name)?.lower(cx, ty, at))
            }
            (Val::Tuple(values), TypeDef::Tuple(types)) => {
                ensure!(
                    values.len() == types.len(),
                    "a tuple of {} values has {}",
                    types.len(),
                    values.len()
                );
                let parts = cx.tuple_parts(ty, at)?;
                values.iter().zip(parts).try_for_each(|(value, (ty, at))| value.lower(cx, ty, at))
            }
            (Val::Variant(name, payload), TypeDef::Variant(cases)) => {
                let case = cases.iter().position(|case| *case.name == **name);
                let case = case.with_context(|| format!("the variant has no case `{name}`"))?;
                lower_case(case, payload.as_deref(), cx, ty, at)
            }
            (Val::Enum(name), TypeDef::Enum(names)) => {
                let case = names.iter().position(|case| **case == **name);
                cx.put_discriminant(ty, case.with_context(|| format!("the enum has no case `{name}`"))?, at)
            }
            (Val::Option(payload), TypeDef::Option(_)) => {
                lower_case(usize::from(payload.is_some()), payload.as_deref(), cx, ty, at)
            }
            (Val::Result(Ok(payload)), TypeDef::Result { .. }) => {
                lower_case(0, payload.as_deref(), cx, ty, at)
            }
            (Val::Result(Err(payload)), TypeDef::Result { .. }) => {
                lower_case(1, payload.as_deref(), cx, ty, at)
            }
            (Val::Flags(set), TypeDef::Flags(labels)) => {
                let unknown = set.iter().find(|name| labels.iter().all(|label| **label != ***name));
                ensure!(
                    unknown.is_none(),
                    "the flags have no label `{}`",
                    unknown.map_or("", |u| u.as_str())
                );
                let bits: Vec<bool> = labels.iter().map(|label| set.iter().any(|s| **s == **label)).collect();
                cx.lower_flags(&bits, ty, at)
            }
            (Val::Resource(any), TypeDef::Own(_) | TypeDef::Borrow(_)) => any.lower(cx, ty, at),
            (value, _) => bail!("type mismatch: a `{}` cannot be passed here", value.desc()),
        }
    }
}

fn lower_case(
    case: usize,
    payload: Option<&Val>,
    cx: &mut CallContext<'_>,
    ty: TypeId,
    at: Place,
) -> Result<()> {
    cx.put_discriminant(ty, case, at)?;
    match (payload, cx.payload(ty, case, at)) {
        (Some(value), Some((ty, at))) => value.lower(cx, ty, at),
        (None, None) => Ok(()),
        (None, Some(_)) => bail!("case {case} needs a payload"),
        (Some(_), None) => bail!("case {case} has no payload"),
    }
}

fn lower_entries(entries: &[(Val, Val)], cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
    let pairs = entries.iter().map(|(key, value)| (key, value));
    super::typed::lower_map(pairs, cx, ty, at)
}

impl Lift for Val {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        Ok(match cx.def(ty) {
            TypeDef::Bool => Val::Bool(Lift::lift(cx, ty, at)?),
            TypeDef::S8 => Val::S8(Lift::lift(cx, ty, at)?),
            TypeDef::U8 => Val::U8(Lift::lift(cx, ty, at)?),
            TypeDef::S16 => Val::S16(Lift::lift(cx, ty, at)?),
            TypeDef::U16 => Val::U16(Lift::lift(cx, ty, at)?),
            TypeDef::S32 => Val::S32(Lift::lift(cx, ty, at)?),
            TypeDef::U32 => Val::U32(Lift::lift(cx, ty, at)?),
            TypeDef::S64 => Val::S64(Lift::lift(cx, ty, at)?),
            TypeDef::U64 => Val::U64(Lift::lift(cx, ty, at)?),
            TypeDef::F32 => Val::Float32(Lift::lift(cx, ty, at)?),
            TypeDef::F64 => Val::Float64(Lift::lift(cx, ty, at)?),
            TypeDef::Char => Val::Char(Lift::lift(cx, ty, at)?),
            TypeDef::String => Val::String(Lift::lift(cx, ty, at)?),
            TypeDef::List(_) => Val::List(Lift::lift(cx, ty, at)?),
            TypeDef::FixedList(element, n) => Val::FixedLengthList(lift_fixed(cx, *element, *n, at)?),
            TypeDef::Map(..) => Val::Map(lift_map(cx, ty, at)?),
            TypeDef::Record(fields) => {
                let parts = cx.record_parts(ty, at)?;
                let field = |(field, (ty, at)): (&crate::abi::types::Field, (TypeId, Place))| {
                    Ok((cx.name(&field.name)?, Val::lift(cx, ty, at)?))
                };
                Val::Record(fields.iter().zip(parts).map(field).collect::<Result<_>>()?)
            }
            TypeDef::Tuple(_) => {
                let parts = cx.tuple_parts(ty, at)?;
                Val::Tuple(parts.into_iter().map(|(ty, at)| Val::lift(cx, ty, at)).collect::<Result<_>>()?)
            }
            TypeDef::Variant(cases) => {
                let (case, payload) = lift_case(cx, ty, at)?;
                Val::Variant(cx.name(&cases[case].name)?, payload)
            }
            TypeDef::Enum(names) => {
                let case = cx.discriminant(ty, at)?;
                Val::Enum(cx.name(&names[case])?)
            }
            TypeDef::Option(_) => Val::Option(lift_case(cx, ty, at)?.1),
            TypeDef::Result { .. } => match lift_case(cx, ty, at)? {
                (0, payload) => Val::Result(Ok(payload)),
                (_, payload) => Val::Result(Err(payload)),
            },
            TypeDef::Flags(labels) => {
                let set = cx.lift_flags(ty, at)?;
                let set_labels = labels.iter().zip(set).filter(|(_, set)| *set);
                Val::Flags(set_labels.map(|(label, _)| cx.name(label)).collect::<Result<_>>()?)
            }
            TypeDef::Own(_) | TypeDef::Borrow(_) => Val::Resource(Lift::lift(cx, ty, at)?),
            TypeDef::ErrorContext | TypeDef::Stream(_) | TypeDef::Future(_) => {
                bail!("streams, futures and error contexts are not supported by the Rust host")
            }
        })
    }
}

fn lift_fixed(cx: &mut CallContext<'_>, element: TypeId, count: u32, at: Place) -> Result<Vec<Val>> {
    cx.charge(u64::from(count) * size_of::<Val>() as u64)?;
    let item = |index| {
        let at = cx.element_place(element, index, at);
        Val::lift(cx, element, at)
    };
    (0..count as usize).map(item).collect()
}

fn lift_case(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<(usize, Option<Box<Val>>)> {
    let case = cx.discriminant(ty, at)?;
    let payload = match cx.payload(ty, case, at) {
        Some((ty, at)) => {
            cx.charge(size_of::<Val>() as u64)?;
            Some(Box::new(Val::lift(cx, ty, at)?))
        }
        None => None,
    };
    Ok((case, payload))
}

impl CallContext<'_> {
    /// A copy of a name in a value: a guest pays one byte for what may be a long name on the host.
    fn name(&mut self, name: &str) -> Result<String> {
        self.charge((size_of::<String>() + name.len()) as u64)?;
        Ok(name.to_owned())
    }
}
