//! Component types as embedders see them: what a component imports and exports, and the types of its values.

use super::component::ComponentParts;
use super::resource::ResourceType;
use crate::abi::{TypeDef, TypeId};
use anyhow::{Result, bail, ensure};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// A value type.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the specification's value types")]
pub enum Type {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    Float32,
    Float64,
    Char,
    String,
    ErrorContext,
    List(List),
    FixedLengthList(FixedLengthList),
    Map(Map),
    Record(Record),
    Tuple(Tuple),
    Variant(Variant),
    Enum(Enum),
    Option(OptionType),
    Result(ResultType),
    Flags(Flags),
    Own(ResourceType),
    Borrow(ResourceType),
    Stream(StreamType),
    Future(FutureType),
}

/// How [`ComponentType::typecheck`](super::ComponentType::typecheck) looks to macros.
#[doc(hidden)]
pub type Typecheck = fn(&Type) -> Result<()>;

/// Where the definition of a type is, and what the resource types in it are.
#[derive(Clone)]
pub(crate) struct TypeSource {
    pub(crate) component: Arc<ComponentParts>,
    /// By resource of the plan.
    pub(crate) resources: Arc<[ResourceType]>,
}

impl TypeSource {
    /// The public form of a type.
    pub(crate) fn ty(&self, id: TypeId) -> Type {
        let handle = || Handle { source: self.clone(), id };
        let resource = |r: &crate::abi::ResourceId| self.resources[crate::id::Id::index(*r)];
        match self.component.types().def(id) {
            TypeDef::Bool => Type::Bool,
            TypeDef::S8 => Type::S8,
            TypeDef::U8 => Type::U8,
            TypeDef::S16 => Type::S16,
            TypeDef::U16 => Type::U16,
            TypeDef::S32 => Type::S32,
            TypeDef::U32 => Type::U32,
            TypeDef::S64 => Type::S64,
            TypeDef::U64 => Type::U64,
            TypeDef::F32 => Type::Float32,
            TypeDef::F64 => Type::Float64,
            TypeDef::Char => Type::Char,
            TypeDef::String => Type::String,
            TypeDef::ErrorContext => Type::ErrorContext,
            TypeDef::List(_) => Type::List(List(handle())),
            TypeDef::FixedList(..) => Type::FixedLengthList(FixedLengthList(handle())),
            TypeDef::Map(..) => Type::Map(Map(handle())),
            TypeDef::Record(_) => Type::Record(Record(handle())),
            TypeDef::Tuple(_) => Type::Tuple(Tuple(handle())),
            TypeDef::Variant(_) => Type::Variant(Variant(handle())),
            TypeDef::Enum(_) => Type::Enum(Enum(handle())),
            TypeDef::Option(_) => Type::Option(OptionType(handle())),
            TypeDef::Result { .. } => Type::Result(ResultType(handle())),
            TypeDef::Flags(_) => Type::Flags(Flags(handle())),
            TypeDef::Own(r) => Type::Own(resource(r)),
            TypeDef::Borrow(r) => Type::Borrow(resource(r)),
            TypeDef::Stream(_) => Type::Stream(StreamType(handle())),
            TypeDef::Future(_) => Type::Future(FutureType(handle())),
        }
    }
}

impl fmt::Debug for TypeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypeSource")
    }
}

/// A type that has parts.
#[derive(Clone, Debug)]
struct Handle {
    source: TypeSource,
    id: TypeId,
}

impl Handle {
    fn def(&self) -> &TypeDef {
        self.source.component.types().def(self.id)
    }

    fn ty(&self, id: TypeId) -> Type {
        self.source.ty(id)
    }

    fn some(&self, id: Option<TypeId>) -> Option<Type> {
        id.map(|id| self.ty(id))
    }
}

impl PartialEq for Handle {
    /// Compares structures. Types share their parts, so pairs that were compared are remembered; else the time
    /// could grow exponentially with the depth.
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
    let resource =
        |source: &TypeSource, r: &crate::abi::ResourceId| source.resources[crate::id::Id::index(*r)];
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
    let (parts_a, parts_b) = (crate::abi::layout::parts(a), crate::abi::layout::parts(b));
    if !same || parts_a.len() != parts_b.len() {
        return false;
    }
    pending.extend(parts_a.into_iter().zip(parts_b));
    true
}

macro_rules! handles {
    ($($(#[$meta:meta])* $name:ident,)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(Handle);
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

impl Type {
    /// The kind of type, as WIT spells it.
    pub fn desc(&self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::S8 => "s8",
            Type::U8 => "u8",
            Type::S16 => "s16",
            Type::U16 => "u16",
            Type::S32 => "s32",
            Type::U32 => "u32",
            Type::S64 => "s64",
            Type::U64 => "u64",
            Type::Float32 => "f32",
            Type::Float64 => "f64",
            Type::Char => "char",
            Type::String => "string",
            Type::ErrorContext => "error-context",
            Type::List(_) => "list",
            Type::FixedLengthList(_) => "list<_, N>",
            Type::Map(_) => "map",
            Type::Record(_) => "record",
            Type::Tuple(_) => "tuple",
            Type::Variant(_) => "variant",
            Type::Enum(_) => "enum",
            Type::Option(_) => "option",
            Type::Result(_) => "result",
            Type::Flags(_) => "flags",
            Type::Own(_) => "own",
            Type::Borrow(_) => "borrow",
            Type::Stream(_) => "stream",
            Type::Future(_) => "future",
        }
    }

    /// The first part, this type itself included, whose values cannot be written as text. Types share their parts,
    /// so those that were seen are remembered; else the time could grow exponentially with the depth.
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
                    let parts = crate::abi::layout::parts(def).into_iter();
                    pending.extend(parts.filter(|&part| seen.insert(part)));
                }
            }
        }
        None
    }

    /// Checks that this is a record with exactly these fields in this order.
    #[doc(hidden)]
    pub fn check_record(&self, fields: &[(&str, Typecheck)]) -> Result<()> {
        let Type::Record(record) = self else { bail!("expected `{}`, found `record`", self.desc()) };
        let found = record.fields();
        ensure!(found.len() == fields.len(), "expected {} fields, found {}", found.len(), fields.len());
        for (field, &(name, typecheck)) in found.zip(fields) {
            ensure!(field.name == name, "expected field `{}`, found `{name}`", field.name);
            typecheck(&field.ty)?;
        }
        Ok(())
    }

    /// Checks that this is a variant with exactly these cases in this order.
    #[doc(hidden)]
    pub fn check_variant(&self, cases: &[(&str, Option<Typecheck>)]) -> Result<()> {
        let Type::Variant(variant) = self else { bail!("expected `{}`, found `variant`", self.desc()) };
        let found = variant.cases();
        ensure!(found.len() == cases.len(), "expected {} cases, found {}", found.len(), cases.len());
        for (case, &(name, typecheck)) in found.zip(cases) {
            ensure!(case.name == name, "expected case `{}`, found `{name}`", case.name);
            match (&case.ty, typecheck) {
                (Some(ty), Some(typecheck)) => typecheck(ty)?,
                (None, None) => {}
                (Some(_), None) => bail!("expected a payload of case `{name}`, found none"),
                (None, Some(_)) => bail!("expected no payload of case `{name}`, found one"),
            }
        }
        Ok(())
    }

    /// Checks that this is an enum with exactly these cases in this order.
    #[doc(hidden)]
    pub fn check_enum(&self, names: &[&str]) -> Result<()> {
        let Type::Enum(found) = self else { bail!("expected `{}`, found `enum`", self.desc()) };
        ensure!(found.names().eq(names.iter().copied()), "the cases of the enum are not the expected ones");
        Ok(())
    }

    /// Checks that these are flags with exactly these labels in this order.
    #[doc(hidden)]
    pub fn check_flags(&self, names: &[&str]) -> Result<()> {
        let Type::Flags(found) = self else { bail!("expected `{}`, found `flags`", self.desc()) };
        ensure!(found.names().eq(names.iter().copied()), "the labels of the flags are not the expected ones");
        Ok(())
    }
}

/// The type of a component function.
#[derive(Clone, Debug)]
pub struct ComponentFunc {
    pub(crate) source: TypeSource,
    /// Index into the plan's functions; checked when this is made.
    pub(crate) function: usize,
}

impl ComponentFunc {
    fn shape(&self) -> &super::type_table::FuncShape {
        match self.source.component.types().function(self.function) {
            Ok(shape) => shape,
            Err(_) => unreachable!("the index was checked when the component was read"),
        }
    }

    /// Whether the type has the `async` effect; such functions cannot be called on this host.
    pub fn async_(&self) -> bool {
        self.shape().ty.is_async
    }

    /// Names and types of the parameters.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (&str, Type)> + '_ {
        self.shape().ty.params.iter().map(|p| (&*p.name, self.source.ty(p.ty)))
    }

    /// Type of the result: none or one.
    pub fn results(&self) -> impl ExactSizeIterator<Item = Type> + '_ {
        self.shape().ty.result.iter().map(|&t| self.source.ty(t))
    }
}

/// What is imported or exported under a name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ComponentItem {
    /// A function.
    ComponentFunc(ComponentFunc),
    /// A core module.
    Module,
    /// An instance with its items.
    ComponentInstance(Vec<(String, ComponentItem)>),
    /// A resource type.
    Resource(ResourceType),
    /// Another type.
    Type,
}

/// What a component imports and exports, by full names and in order.
#[derive(Clone, Debug)]
pub struct Component {
    pub(crate) imports: Vec<(String, ComponentItem)>,
    pub(crate) exports: Vec<(String, ComponentItem)>,
}

impl Component {
    /// Imports.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = (&str, &ComponentItem)> {
        self.imports.iter().map(|(name, item)| (name.as_str(), item))
    }

    /// Exports.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &ComponentItem)> {
        self.exports.iter().map(|(name, item)| (name.as_str(), item))
    }
}
