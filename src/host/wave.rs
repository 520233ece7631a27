//! Values as text, in the WebAssembly value encoding (WAVE): `{name: "Zoë", age: some(30)}`.

use super::types::Type;
use super::val::Val;
use anyhow::{Context as _, Error, Result, anyhow, bail, ensure};
use std::borrow::Cow;
use wasm_wave::ast::Node;
use wasm_wave::parser::{ParserError, ParserErrorKind};
use wasm_wave::untyped::UntypedFuncCall;
use wasm_wave::wasm::{WasmType, WasmTypeKind, WasmValue, WasmValueError};

impl Val {
    /// Reads a value of type `ty`.
    ///
    /// # Errors
    /// Where the text is no such value. Resources have no text.
    pub fn from_wave(ty: &Type, text: &str) -> Result<Val> {
        check(ty)?;
        wasm_wave::from_str(ty, text).map_err(|error| located(&error, text)).context("malformed value")
    }

    /// The value as text.
    ///
    /// # Errors
    /// Resources have no text.
    pub fn to_wave(&self) -> Result<String> {
        ensure!(!self.holds_resource(), "resources cannot be written as text");
        Ok(wasm_wave::to_string(self)?)
    }

    /// Reads the arguments of a call, without the parentheses around them. Trailing options may be left out.
    ///
    /// # Errors
    /// Where the text is not values of these types.
    pub fn args_from_wave(types: &[Type], text: &str) -> Result<Vec<Val>> {
        types.iter().try_for_each(check)?;
        let text = format!("f({text})");
        let located = |error: ParserError| located(&error, &text);
        let call = UntypedFuncCall::parse(&text).map_err(located).context("malformed arguments")?;
        let values: Vec<&Node> = match call.params_node() {
            Some(values) => values.as_tuple().map_err(located)?.collect(),
            None => Vec::new(),
        };
        ensure!(
            values.len() <= types.len(),
            "malformed arguments: there are {}, but the function takes {}",
            values.len(),
            types.len()
        );
        let arg = |(i, ty): (usize, &Type)| match (values.get(i), ty) {
            (Some(value), ty) => {
                let value: Result<Val, _> = value.to_wasm_value(ty, &text);
                value.map_err(located).with_context(|| format!("argument {} is no `{ty}`", i + 1))
            }
            (None, Type::Option(_)) => Ok(Val::Option(None)),
            (None, ty) => bail!("malformed arguments: argument {}, of type `{ty}`, is missing", i + 1),
        };
        types.iter().enumerate().map(arg).collect()
    }

    fn holds_resource(&self) -> bool {
        let boxed = |value: &Option<Box<Val>>| value.as_ref().is_some_and(|value| value.holds_resource());
        match self {
            Val::Resource(_) => true,
            Val::List(values) | Val::FixedLengthList(values) | Val::Tuple(values) => {
                values.iter().any(Val::holds_resource)
            }
            Val::Map(entries) => entries.iter().any(|(k, v)| k.holds_resource() || v.holds_resource()),
            Val::Record(fields) => fields.iter().any(|(_, value)| value.holds_resource()),
            Val::Variant(_, payload) | Val::Option(payload) => boxed(payload),
            Val::Result(Ok(payload)) | Val::Result(Err(payload)) => boxed(payload),
            _ => false,
        }
    }
}

/// The parser's error with the piece of `text` that it is about, which it gives as a range of bytes.
fn located(error: &ParserError, text: &str) -> Error {
    let (span, message) = (error.span(), error.to_string());
    let what = message.strip_suffix(&format!(" at {span:?}")).unwrap_or(&message);
    let piece: String = text.get(span).unwrap_or_default().chars().take(MAX_PIECE).collect();
    match error.kind() {
        _ if piece.is_empty() => anyhow!("{what} at the end"),
        // What the parser says of it is the name of the token in its source.
        ParserErrorKind::UnexpectedToken => anyhow!("unexpected `{piece}`"),
        _ => anyhow!("{what} at `{piece}`"),
    }
}

/// How many characters of a piece of text are quoted.
const MAX_PIECE: usize = 40;

/// Refuses types that have no text, at any depth: the parser would panic at them.
fn check(ty: &Type) -> Result<()> {
    match ty.without_text() {
        Some(part) => bail!("values of type `{part}` have no text, only a program can pass them"),
        None => Ok(()),
    }
}

type Types<'a> = Box<dyn Iterator<Item = Type> + 'a>;
type Named<'a, T> = Box<dyn Iterator<Item = (Cow<'a, str>, T)> + 'a>;
type Names<'a> = Box<dyn Iterator<Item = Cow<'a, str>> + 'a>;

impl WasmType for Type {
    fn kind(&self) -> WasmTypeKind {
        match self {
            Type::Bool => WasmTypeKind::Bool,
            Type::S8 => WasmTypeKind::S8,
            Type::U8 => WasmTypeKind::U8,
            Type::S16 => WasmTypeKind::S16,
            Type::U16 => WasmTypeKind::U16,
            Type::S32 => WasmTypeKind::S32,
            Type::U32 => WasmTypeKind::U32,
            Type::S64 => WasmTypeKind::S64,
            Type::U64 => WasmTypeKind::U64,
            Type::Float32 => WasmTypeKind::F32,
            Type::Float64 => WasmTypeKind::F64,
            Type::Char => WasmTypeKind::Char,
            Type::String => WasmTypeKind::String,
            // Lists of fixed length are written like any list.
            Type::List(_) | Type::FixedLengthList(_) => WasmTypeKind::List,
            Type::Map(_) => WasmTypeKind::Map,
            Type::Record(_) => WasmTypeKind::Record,
            Type::Tuple(_) => WasmTypeKind::Tuple,
            Type::Variant(_) => WasmTypeKind::Variant,
            Type::Enum(_) => WasmTypeKind::Enum,
            Type::Option(_) => WasmTypeKind::Option,
            Type::Result(_) => WasmTypeKind::Result,
            Type::Flags(_) => WasmTypeKind::Flags,
            Type::Own(_) | Type::Borrow(_) | Type::ErrorContext | Type::Stream(_) | Type::Future(_) => {
                WasmTypeKind::Unsupported
            }
        }
    }

    fn list_element_type(&self) -> Option<Self> {
        match self {
            Type::List(list) => Some(list.ty()),
            Type::FixedLengthList(list) => Some(list.ty()),
            _ => None,
        }
    }

    fn record_fields(&self) -> Named<'_, Self> {
        match self {
            Type::Record(record) => Box::new(record.fields().map(|f| (Cow::Borrowed(f.name), f.ty))),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn tuple_element_types(&self) -> Types<'_> {
        match self {
            Type::Tuple(tuple) => Box::new(tuple.types()),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn variant_cases(&self) -> Named<'_, Option<Self>> {
        match self {
            Type::Variant(variant) => Box::new(variant.cases().map(|c| (Cow::Borrowed(c.name), c.ty))),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn enum_cases(&self) -> Names<'_> {
        match self {
            Type::Enum(names) => Box::new(names.names().map(Cow::Borrowed)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn option_some_type(&self) -> Option<Self> {
        match self {
            Type::Option(option) => Some(option.ty()),
            _ => None,
        }
    }

    fn result_types(&self) -> Option<(Option<Self>, Option<Self>)> {
        match self {
            Type::Result(result) => Some((result.ok(), result.err())),
            _ => None,
        }
    }

    fn flags_names(&self) -> Names<'_> {
        match self {
            Type::Flags(flags) => Box::new(flags.names().map(Cow::Borrowed)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn map_key_value_types(&self) -> Option<(Self, Self)> {
        match self {
            Type::Map(map) => Some((map.key(), map.value())),
            _ => None,
        }
    }
}

/// Methods that make and take apart values without parts.
macro_rules! scalars {
    ($($case:ident: $ty:ty, $make:ident, $unwrap:ident;)*) => {$(
        fn $make(value: $ty) -> Self {
            Val::$case(value)
        }

        fn $unwrap(&self) -> $ty {
            match self {
                Val::$case(value) => *value,
                _ => unreachable!("the kind was looked at"),
            }
        }
    )*};
}

/// The value in a case of [`Val`] that its kind says it is.
macro_rules! parts_of {
    ($value:expr, $pattern:pat => $result:expr) => {
        match $value {
            $pattern => $result,
            _ => unreachable!("the kind was looked at"),
        }
    };
}

fn checked(value: Val, ty: &Type) -> Result<Val, WasmValueError> {
    match value.check(ty) {
        Ok(()) => Ok(value),
        Err(error) => Err(WasmValueError::Other(format!("{error:#}"))),
    }
}

impl WasmValue for Val {
    type Type = Type;

    fn kind(&self) -> WasmTypeKind {
        match self {
            Val::Bool(_) => WasmTypeKind::Bool,
            Val::S8(_) => WasmTypeKind::S8,
            Val::U8(_) => WasmTypeKind::U8,
            Val::S16(_) => WasmTypeKind::S16,
            Val::U16(_) => WasmTypeKind::U16,
            Val::S32(_) => WasmTypeKind::S32,
            Val::U32(_) => WasmTypeKind::U32,
            Val::S64(_) => WasmTypeKind::S64,
            Val::U64(_) => WasmTypeKind::U64,
            Val::Float32(_) => WasmTypeKind::F32,
            Val::Float64(_) => WasmTypeKind::F64,
            Val::Char(_) => WasmTypeKind::Char,
            Val::String(_) => WasmTypeKind::String,
            Val::List(_) | Val::FixedLengthList(_) => WasmTypeKind::List,
            Val::Map(_) => WasmTypeKind::Map,
            Val::Record(_) => WasmTypeKind::Record,
            Val::Tuple(_) => WasmTypeKind::Tuple,
            Val::Variant(..) => WasmTypeKind::Variant,
            Val::Enum(_) => WasmTypeKind::Enum,
            Val::Option(_) => WasmTypeKind::Option,
            Val::Result(_) => WasmTypeKind::Result,
            Val::Flags(_) => WasmTypeKind::Flags,
            Val::Resource(_) => WasmTypeKind::Unsupported,
        }
    }

    scalars! {
        Bool: bool, make_bool, unwrap_bool;
        S8: i8, make_s8, unwrap_s8;
        U8: u8, make_u8, unwrap_u8;
        S16: i16, make_s16, unwrap_s16;
        U16: u16, make_u16, unwrap_u16;
        S32: i32, make_s32, unwrap_s32;
        U32: u32, make_u32, unwrap_u32;
        S64: i64, make_s64, unwrap_s64;
        U64: u64, make_u64, unwrap_u64;
        Float32: f32, make_f32, unwrap_f32;
        Float64: f64, make_f64, unwrap_f64;
        Char: char, make_char, unwrap_char;
    }

    fn make_string(value: Cow<'_, str>) -> Self {
        Val::String(value.into_owned())
    }

    fn make_list(ty: &Type, values: impl IntoIterator<Item = Self>) -> Result<Self, WasmValueError> {
        let values = values.into_iter().collect();
        checked(
            if let Type::FixedLengthList(_) = ty { Val::FixedLengthList(values) } else { Val::List(values) },
            ty,
        )
    }

    fn make_record<'a>(
        ty: &Type,
        fields: impl IntoIterator<Item = (&'a str, Self)>,
    ) -> Result<Self, WasmValueError> {
        checked(Val::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()), ty)
    }

    fn make_tuple(ty: &Type, values: impl IntoIterator<Item = Self>) -> Result<Self, WasmValueError> {
        checked(Val::Tuple(values.into_iter().collect()), ty)
    }

    fn make_variant(ty: &Type, case: &str, payload: Option<Self>) -> Result<Self, WasmValueError> {
        checked(Val::Variant(case.to_owned(), payload.map(Box::new)), ty)
    }

    fn make_enum(ty: &Type, case: &str) -> Result<Self, WasmValueError> {
        checked(Val::Enum(case.to_owned()), ty)
    }

    fn make_option(ty: &Type, payload: Option<Self>) -> Result<Self, WasmValueError> {
        checked(Val::Option(payload.map(Box::new)), ty)
    }

    fn make_result(ty: &Type, payload: Result<Option<Self>, Option<Self>>) -> Result<Self, WasmValueError> {
        let payload = match payload {
            Ok(payload) => Ok(payload.map(Box::new)),
            Err(payload) => Err(payload.map(Box::new)),
        };
        checked(Val::Result(payload), ty)
    }

    fn make_flags<'a>(ty: &Type, names: impl IntoIterator<Item = &'a str>) -> Result<Self, WasmValueError> {
        checked(Val::Flags(names.into_iter().map(str::to_owned).collect()), ty)
    }

    fn make_map(ty: &Type, entries: impl IntoIterator<Item = (Self, Self)>) -> Result<Self, WasmValueError> {
        checked(Val::Map(entries.into_iter().collect()), ty)
    }

    fn unwrap_string(&self) -> Cow<'_, str> {
        parts_of!(self, Val::String(value) => Cow::Borrowed(value))
    }

    fn unwrap_list(&self) -> Box<dyn Iterator<Item = Cow<'_, Self>> + '_> {
        parts_of!(self, Val::List(values) | Val::FixedLengthList(values) => Box::new(values.iter().map(Cow::Borrowed)))
    }

    fn unwrap_record(&self) -> Named<'_, Cow<'_, Self>> {
        parts_of!(self, Val::Record(fields) => {
            Box::new(fields.iter().map(|(name, value)| (Cow::Borrowed(&**name), Cow::Borrowed(value))))
        })
    }

    fn unwrap_tuple(&self) -> Box<dyn Iterator<Item = Cow<'_, Self>> + '_> {
        parts_of!(self, Val::Tuple(values) => Box::new(values.iter().map(Cow::Borrowed)))
    }

    fn unwrap_variant(&self) -> (Cow<'_, str>, Option<Cow<'_, Self>>) {
        parts_of!(self, Val::Variant(case, payload) => (Cow::Borrowed(&**case), payload.as_deref().map(Cow::Borrowed)))
    }

    fn unwrap_enum(&self) -> Cow<'_, str> {
        parts_of!(self, Val::Enum(case) => Cow::Borrowed(case))
    }

    fn unwrap_option(&self) -> Option<Cow<'_, Self>> {
        parts_of!(self, Val::Option(payload) => payload.as_deref().map(Cow::Borrowed))
    }

    fn unwrap_result(&self) -> Result<Option<Cow<'_, Self>>, Option<Cow<'_, Self>>> {
        parts_of!(self, Val::Result(payload) => match payload {
            Ok(payload) => Ok(payload.as_deref().map(Cow::Borrowed)),
            Err(payload) => Err(payload.as_deref().map(Cow::Borrowed)),
        })
    }

    fn unwrap_flags(&self) -> Names<'_> {
        parts_of!(self, Val::Flags(names) => Box::new(names.iter().map(|name| Cow::Borrowed(&**name))))
    }

    fn unwrap_map(&self) -> Box<dyn Iterator<Item = (Cow<'_, Self>, Cow<'_, Self>)> + '_> {
        parts_of!(self, Val::Map(entries) => {
            Box::new(entries.iter().map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value))))
        })
    }
}
