//! Types and values.

/// A component type. Labels do not matter to the model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
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
    List(Box<Ty>),
    FixedList(Box<Ty>, usize),
    Map(Box<Ty>, Box<Ty>),
    Record(Vec<Ty>),
    Tuple(Vec<Ty>),
    Variant(Vec<Option<Ty>>),
    Enum(usize),
    Option(Box<Ty>),
    Result(Option<Box<Ty>>, Option<Box<Ty>>),
    Flags(usize),
    Own(Resource),
    Borrow(Resource),
}

/// A resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// Defined by the callee.
    C,
    /// Defined by a third component, with a destructor.
    S,
    /// Defined by the same, without one.
    T,
}

impl Resource {
    pub(crate) const ALL: [Resource; 3] = [Resource::C, Resource::S, Resource::T];

    /// Name of the type where it is exported.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Resource::C => "c",
            Resource::S => "s",
            Resource::T => "t",
        }
    }
}

/// "Despecialization"
pub(crate) fn despecialize(t: &Ty) -> Ty {
    match t {
        Ty::Tuple(ts) => Ty::Record(ts.clone()),
        Ty::Enum(n) => Ty::Variant(vec![None; *n]),
        Ty::Option(t) => Ty::Variant(vec![None, Some((**t).clone())]),
        Ty::Result(ok, err) => Ty::Variant(vec![ok.as_deref().cloned(), err.as_deref().cloned()]),
        Ty::Map(k, v) => Ty::List(Box::new(Ty::Record(vec![(**k).clone(), (**v).clone()]))),
        other => other.clone(),
    }
}

/// A component value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i128),
    F32(u32),
    F64(u64),
    Char(u32),
    String(Text),
    /// Elements of lists and fields of records.
    Many(Vec<Value>),
    Case(usize, Option<Box<Value>>),
    Flags(u32),
    /// What a handle, own or borrow, stands for.
    Rep(u32),
    /// A handle as it is in a guest that prepares values.
    Handle(u32),
    /// Nothing could be lifted here.
    Trap(super::Fault),
}

/// A string with how it was represented where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    /// What is there up to the first invalid place.
    pub(crate) chars: Vec<char>,
    /// Why there is no more.
    pub(crate) invalid: Option<super::Fault>,
    pub(crate) encoding: Encoding,
    /// Whether it was UTF-16 in `latin1+utf16`.
    pub(crate) tagged: bool,
    /// Code units it had, without the tag.
    pub(crate) code_units: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
    Latin1Utf16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PtrType {
    I32,
    I64,
}

impl PtrType {
    pub(crate) fn size(self) -> u64 {
        match self {
            PtrType::I32 => 4,
            PtrType::I64 => 8,
        }
    }
}
