//! Values of test scripts, in the tagged notation of `support/values.rs`, as values of the Rust host.

use anyhow::{Context, Result, bail};
use corefuse::host::Val;
use corefuse::host::types::Type;
use serde_json::Value;

/// The value of type `ty` that `value` writes; parts of records and flags in the order of the type.
pub(crate) fn tagged(value: &Value, ty: &Type) -> Result<Val> {
    let kind = value[0].as_str().unwrap_or_default();
    let mismatch = || format!("the script has {value} where the type is {}", ty.desc());
    let items = |of: &Type| -> Result<Vec<Val>> {
        value[1].as_array().with_context(mismatch)?.iter().map(|item| tagged(item, of)).collect()
    };
    let payload = |value: &Value, ty: Option<Type>| -> Result<Option<Box<Val>>> {
        match ty {
            Some(ty) => Ok(Some(Box::new(tagged(value, &ty)?))),
            None => Ok(None),
        }
    };
    if kind == ty.desc()
        && let Some(scalar) = scalar(&value[1], ty)
    {
        return Ok(scalar);
    }
    Ok(match (kind, ty) {
        ("list", Type::List(list)) => Val::List(items(&list.ty())?),
        ("list", Type::FixedLengthList(list)) => Val::FixedLengthList(items(&list.ty())?),
        ("map", Type::Map(map)) => {
            let entries = value[1].as_array().with_context(mismatch)?;
            let entry =
                |entry: &Value| Ok((tagged(&entry[0], &map.key())?, tagged(&entry[1], &map.value())?));
            Val::Map(entries.iter().map(entry).collect::<Result<_>>()?)
        }
        ("record", Type::Record(record)) => {
            let written = value[1].as_array().with_context(mismatch)?;
            let field = |field: corefuse::host::types::Field<'_>| {
                let found = written.iter().find(|pair| pair[0] == field.name).with_context(mismatch)?;
                Ok((field.name.to_owned(), tagged(&found[1], &field.ty)?))
            };
            Val::Record(record.fields().map(field).collect::<Result<_>>()?)
        }
        ("tuple", Type::Tuple(tuple)) => {
            let written = value[1].as_array().with_context(mismatch)?;
            Val::Tuple(
                written.iter().zip(tuple.types()).map(|(v, ty)| tagged(v, &ty)).collect::<Result<_>>()?,
            )
        }
        ("variant", Type::Variant(variant)) => {
            let name = value[1].as_str().with_context(mismatch)?;
            let case = variant.cases().find(|case| case.name == name).with_context(mismatch)?;
            Val::Variant(name.to_owned(), payload(&value[2], case.ty)?)
        }
        ("enum", Type::Enum(_)) => Val::Enum(value[1].as_str().with_context(mismatch)?.to_owned()),
        ("none", Type::Option(_)) => Val::Option(None),
        ("some", Type::Option(option)) => Val::Option(payload(&value[1], Some(option.ty()))?),
        ("ok", Type::Result(result)) => Val::Result(Ok(payload(&value[1], result.ok())?)),
        ("err", Type::Result(result)) => Val::Result(Err(payload(&value[1], result.err())?)),
        ("flags", Type::Flags(flags)) => {
            let set = value[1].as_array().with_context(mismatch)?;
            Val::Flags(
                flags.names().filter(|name| set.iter().any(|s| s == name)).map(str::to_owned).collect(),
            )
        }
        _ => bail!(mismatch()),
    })
}

/// A value without parts. Long numbers and the bits of floats are decimal strings.
fn scalar(value: &Value, ty: &Type) -> Option<Val> {
    let text = || value.as_str();
    Some(match ty {
        Type::Bool => Val::Bool(value.as_bool()?),
        Type::S8 => Val::S8(value.as_i64()?.try_into().ok()?),
        Type::U8 => Val::U8(value.as_u64()?.try_into().ok()?),
        Type::S16 => Val::S16(value.as_i64()?.try_into().ok()?),
        Type::U16 => Val::U16(value.as_u64()?.try_into().ok()?),
        Type::S32 => Val::S32(value.as_i64()?.try_into().ok()?),
        Type::U32 => Val::U32(value.as_u64()?.try_into().ok()?),
        Type::S64 => Val::S64(text()?.parse().ok()?),
        Type::U64 => Val::U64(text()?.parse().ok()?),
        Type::Float32 => Val::Float32(f32::from_bits(text()?.parse().ok()?)),
        Type::Float64 => Val::Float64(f64::from_bits(text()?.parse().ok()?)),
        Type::Char => Val::Char(text()?.chars().next()?),
        Type::String => Val::String(text()?.to_owned()),
        _ => return None,
    })
}
