//! Types as text, for messages: `list<record { name: string, age: u8 }>`.

use super::types::Type;
use std::fmt::{self, Formatter};

/// How many parts of a type are written before the rest is left out: types share their parts, so that their text can
/// be exponentially longer than they are.
const MAX_PARTS: usize = 60;

impl fmt::Display for Type {
    /// The type as WIT would have it, were its named parts written out. The rest of a large one is left out.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_type(self, f, &mut { MAX_PARTS })
    }
}

fn write_type(ty: &Type, f: &mut Formatter<'_>, left: &mut usize) -> fmt::Result {
    let Some(rest) = left.checked_sub(1) else { return f.write_str("...") };
    *left = rest;
    match ty {
        Type::List(list) => write_parts(f, left, "list<", [(None, Some(list.ty()))], ">"),
        Type::FixedLengthList(list) => {
            write_parts(f, left, "list<", [(None, Some(list.ty()))], &format!(", {}>", list.len()))
        }
        Type::Map(map) => {
            write_parts(f, left, "map<", [(None, Some(map.key())), (None, Some(map.value()))], ">")
        }
        Type::Tuple(tuple) => write_parts(f, left, "tuple<", tuple.types().map(|ty| (None, Some(ty))), ">"),
        Type::Option(option) => write_parts(f, left, "option<", [(None, Some(option.ty()))], ">"),
        Type::Result(result) => match (result.ok(), result.err()) {
            (None, None) => f.write_str("result"),
            (ok, None) => write_parts(f, left, "result<", [(None, ok)], ">"),
            (None, err) => write_parts(f, left, "result<_, ", [(None, err)], ">"),
            (ok, err) => write_parts(f, left, "result<", [(None, ok), (None, err)], ">"),
        },
        Type::Record(record) => {
            let fields = record.fields().map(|field| (Some(format!("{}: ", field.name)), Some(field.ty)));
            write_parts(f, left, "record { ", fields, " }")
        }
        Type::Variant(variant) => write_parts(
            f,
            left,
            "variant { ",
            variant.cases().map(|case| (Some(case.name.to_owned()), case.ty)),
            " }",
        ),
        Type::Enum(cases) => {
            write_parts(f, left, "enum { ", cases.names().map(|name| (Some(name.to_owned()), None)), " }")
        }
        Type::Flags(flags) => {
            write_parts(f, left, "flags { ", flags.names().map(|name| (Some(name.to_owned()), None)), " }")
        }
        simple => f.write_str(simple.desc()),
    }
}

/// Writes parts with commas between them: a field's name or a case's, and a type, which is in parentheses behind a
/// case's name.
fn write_parts(
    f: &mut Formatter<'_>,
    left: &mut usize,
    begin: &str,
    parts: impl IntoIterator<Item = (Option<String>, Option<Type>)>,
    end: &str,
) -> fmt::Result {
    f.write_str(begin)?;
    for (index, (name, ty)) in parts.into_iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        if *left == 0 {
            f.write_str("...")?;
            break;
        }
        match (name, ty) {
            (Some(name), Some(ty)) if !name.ends_with(": ") => {
                write!(f, "{name}(")?;
                write_type(&ty, f, left)?;
                f.write_str(")")?;
            }
            (name, Some(ty)) => {
                f.write_str(&name.unwrap_or_default())?;
                write_type(&ty, f, left)?;
            }
            (name, None) => {
                *left -= 1;
                f.write_str(&name.unwrap_or_default())?;
            }
        }
    }
    f.write_str(end)
}
