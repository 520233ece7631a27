//! Types that have parts, each a Rust type of its own, and what their parts are.

use super::{Handle, Type};
use crate::abi::TypeDef;

macro_rules! handles {
    ($($(#[$meta:meta])* $name:ident,)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(pub(super) Handle);
    )*};
}

handles! {
    /// `list<T>`
    List,
    /// `list<T, N>`
    FixedLengthList,
    /// `map<K, V>`
    Map,
    /// `record`
    Record,
    /// `tuple`
    Tuple,
    /// `variant`
    Variant,
    /// `enum`
    Enum,
    /// `option<T>`
    OptionType,
    /// `result<T, E>`
    ResultType,
    /// `flags`
    Flags,
    /// `stream<T>`
    StreamType,
    /// `future<T>`
    FutureType,
}

/// A field of a record, or a parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'a> {
    /// WIT name.
    pub name: &'a str,
    /// Type.
    pub ty: Type,
}

/// A case of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Case<'a> {
    /// WIT name.
    pub name: &'a str,
    /// Type of the payload.
    pub ty: Option<Type>,
}

/// Matches the definition of a type whose kind its Rust type says.
macro_rules! parts_of {
    ($handle:expr, $pattern:pat => $result:expr) => {
        match $handle.def() {
            $pattern => $result,
            _ => unreachable!("the kind of a type is that of its handle"),
        }
    };
}

impl List {
    /// Type of the elements.
    pub fn ty(&self) -> Type {
        parts_of!(self.0, TypeDef::List(t) => self.0.ty(*t))
    }
}

impl FixedLengthList {
    /// Type of the elements.
    pub fn ty(&self) -> Type {
        parts_of!(self.0, TypeDef::FixedList(t, _) => self.0.ty(*t))
    }

    /// Number of elements; never 0.
    #[expect(clippy::len_without_is_empty, reason = "such a list is never empty")]
    pub fn len(&self) -> u32 {
        parts_of!(self.0, TypeDef::FixedList(_, n) => *n)
    }
}

impl Map {
    /// Type of the keys.
    pub fn key(&self) -> Type {
        parts_of!(self.0, TypeDef::Map(k, _) => self.0.ty(*k))
    }

    /// Type of the values.
    pub fn value(&self) -> Type {
        parts_of!(self.0, TypeDef::Map(_, v) => self.0.ty(*v))
    }
}

impl Record {
    /// Fields in order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Field<'_>> {
        let fields = parts_of!(self.0, TypeDef::Record(fields) => fields);
        fields.iter().map(|f| Field { name: &f.name, ty: self.0.ty(f.ty) })
    }
}

impl Tuple {
    /// Types in order.
    pub fn types(&self) -> impl ExactSizeIterator<Item = Type> + '_ {
        let types = parts_of!(self.0, TypeDef::Tuple(types) => types);
        types.iter().map(|&t| self.0.ty(t))
    }
}

impl Variant {
    /// Cases in order.
    pub fn cases(&self) -> impl ExactSizeIterator<Item = Case<'_>> {
        let cases = parts_of!(self.0, TypeDef::Variant(cases) => cases);
        cases.iter().map(|c| Case { name: &c.name, ty: self.0.some(c.ty) })
    }
}

impl Enum {
    /// Names of the cases in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        parts_of!(self.0, TypeDef::Enum(names) => names).iter().map(|n| &**n)
    }
}

impl OptionType {
    /// Type of the payload.
    pub fn ty(&self) -> Type {
        parts_of!(self.0, TypeDef::Option(t) => self.0.ty(*t))
    }
}

impl ResultType {
    /// Type of the payload of `ok`.
    pub fn ok(&self) -> Option<Type> {
        parts_of!(self.0, TypeDef::Result { ok, .. } => self.0.some(*ok))
    }

    /// Type of the payload of `err`.
    pub fn err(&self) -> Option<Type> {
        parts_of!(self.0, TypeDef::Result { err, .. } => self.0.some(*err))
    }
}

impl Flags {
    /// Labels in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        parts_of!(self.0, TypeDef::Flags(names) => names).iter().map(|n| &**n)
    }
}

impl StreamType {
    /// Type of the elements.
    pub fn ty(&self) -> Option<Type> {
        parts_of!(self.0, TypeDef::Stream(t) => self.0.some(*t))
    }
}

impl FutureType {
    /// Type of the value.
    pub fn ty(&self) -> Option<Type> {
        parts_of!(self.0, TypeDef::Future(t) => self.0.some(*t))
    }
}
