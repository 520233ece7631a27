//! Component types after instantiation: structural, interned, with resource types resolved.
//!
//! wasmparser's type ids describe a component before it is instantiated: the resource types in them are
//! placeholders that every instantiation binds anew. `dfg` converts them to the types here, in which
//! [`ResourceId`] is the actual resource, so that two types are the same exactly if their ids are equal.

use super::layout::Layout;
use crate::id::{IdVec, define_id};
use crate::intern::Interner;

define_id! {
    /// An interned value type.
    pub struct TypeId;
    /// An interned function type.
    pub struct FuncTypeId;
    /// An actual resource type: one per import of a resource, and one per execution of a definition.
    pub struct ResourceId;
}

/// A value type. Children are always interned before their parents, so ids ascend from leaf to root.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names are those of the specification's value types")]
pub enum TypeDef {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    ErrorContext,
    List(TypeId),
    /// `list<T, N>`
    FixedList(TypeId, u32),
    Map(TypeId, TypeId),
    Record(Box<[Field]>),
    Tuple(Box<[TypeId]>),
    Variant(Box<[Case]>),
    Enum(Box<[Box<str>]>),
    Option(TypeId),
    Result {
        ok: Option<TypeId>,
        err: Option<TypeId>,
    },
    Flags(Box<[Box<str>]>),
    Own(ResourceId),
    Borrow(ResourceId),
    Stream(Option<TypeId>),
    Future(Option<TypeId>),
}

impl TypeDef {
    /// Whether it is an integer or float: any bytes are a value, and have no other form.
    pub fn is_number(&self) -> bool {
        use TypeDef::{F32, F64, S8, S16, S32, S64, U8, U16, U32, U64};
        matches!(self, S8 | U8 | S16 | U16 | S32 | U32 | S64 | U64 | F32 | F64)
    }
}

/// A field of a record.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Field {
    /// WIT name, in kebab case.
    pub name: Box<str>,
    /// Type of the field.
    pub ty: TypeId,
}

/// A case of a variant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Case {
    /// WIT name, in kebab case.
    pub name: Box<str>,
    /// Payload type, if the case has one.
    pub ty: Option<TypeId>,
}

/// A function type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FuncType {
    /// Names and types of the parameters.
    pub params: Box<[Field]>,
    /// Type of the result, if there is one.
    pub result: Option<TypeId>,
    /// Whether the type has the `async` effect.
    pub is_async: bool,
}

/// All types of one component and what is known of them. Grows only; nothing is ever changed.
#[derive(Debug, Default)]
pub struct Types {
    defs: Interner<TypeId, TypeDef>,
    layouts: IdVec<TypeId, Layout>,
    funcs: Interner<FuncTypeId, FuncType>,
}

impl Types {
    /// Interns `def`, whose children are already interned here.
    pub fn intern(&mut self, def: TypeDef) -> TypeId {
        if let Some(id) = self.defs.find(&def) {
            return id;
        }
        let layout = Layout::of(&def, &self.layouts);
        let id = self.defs.intern(def);
        let same = self.layouts.push(layout);
        assert_eq!(id, same, "every type has exactly one layout");
        id
    }

    /// Interns a function type.
    pub fn intern_func(&mut self, ty: FuncType) -> FuncTypeId {
        self.funcs.intern(ty)
    }

    /// The definition of a type.
    pub fn def(&self, id: TypeId) -> &TypeDef {
        &self.defs[id]
    }

    /// Size, alignment and flat form of a type.
    pub fn layout(&self, id: TypeId) -> &Layout {
        &self.layouts[id]
    }

    /// Layouts of all types, for computing offsets.
    pub fn layouts(&self) -> &IdVec<TypeId, Layout> {
        &self.layouts
    }

    /// The definition of a function type.
    pub fn func(&self, id: FuncTypeId) -> &FuncType {
        &self.funcs[id]
    }

    /// All value types, children before parents.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (TypeId, &TypeDef)> {
        self.defs.iter()
    }
}
