//! What the index spaces of a body hold while it is executed: small copies and ids, never deep structures.

use crate::abi::types::{FuncTypeId, ResourceId, TypeId};
use crate::abi::{BuiltIn, PointerWidth, StringEncoding};
use crate::component::{BodyId, ThreadStart};
use crate::dfg::{CoreDef, CoreInstanceId, ImportId, InstanceId, LiftedFunc, ModuleId, Trampoline};
use crate::id::define_id;
use indexmap::IndexMap;

define_id! {
    /// A component with what it captured.
    pub(super) struct ClosureId;
    /// The items of a component instance.
    pub(super) struct ItemsId;
    /// Core items gathered under names.
    pub(super) struct CoreItemsId;
    /// A draft of a lifted function.
    pub(super) struct LiftId;
    /// A draft of a lowered function.
    pub(super) struct LowerId;
    /// A draft of a built-in with canonical options.
    pub(super) struct BuiltInId;
}

/// An item of a component: an import, an export, an argument.
#[derive(Clone, Copy)]
pub(super) enum Item {
    Module(ModuleItem),
    Component(ClosureId),
    Instance(ItemsId),
    Func(Func),
    Resource(ResourceId),
    /// Any other type: the validator has resolved it wherever it is used.
    Type,
}

/// A core module.
#[derive(Clone, Copy)]
pub(super) enum ModuleItem {
    Static(ModuleId),
    Imported(ImportId),
}

/// A component and what it captured where it was defined.
pub(super) struct Closure {
    pub(super) body: BodyId,
    pub(super) captured: Box<[Captured]>,
}

/// A captured item.
#[derive(Clone, Copy)]
pub(super) enum Captured {
    Module(ModuleItem),
    Component(ClosureId),
}

/// A component instance.
#[derive(Default)]
pub(super) struct Instance<'c> {
    /// The import that it is, if the host supplies it as a whole.
    pub(super) import: Option<ImportId>,
    pub(super) items: IndexMap<&'c str, Item>,
}

/// A component function.
#[derive(Clone, Copy)]
pub(super) enum Func {
    Imported(ImportId),
    Lifted(LiftId),
}

/// A component function with the name that the body knows it by.
#[derive(Clone, Copy)]
pub(super) struct NamedFunc<'c> {
    pub(super) func: Func,
    pub(super) name: FuncName<'c>,
}

/// What a body calls a function.
#[derive(Clone, Copy)]
pub(super) struct FuncName<'c> {
    /// The instance it is from.
    pub(super) instance: Option<&'c str>,
    pub(super) func: &'c str,
}

/// A component instance with the name that the body knows it by.
#[derive(Clone, Copy)]
pub(super) struct NamedInstance<'c> {
    pub(super) items: ItemsId,
    pub(super) name: Option<&'c str>,
}

/// A core instance.
#[derive(Clone, Copy)]
pub(super) enum CoreInstanceItem {
    Real(CoreInstanceId),
    Gathered(CoreItemsId),
}

/// A core item.
#[derive(Clone, Copy)]
pub(super) enum CoreItem<'c> {
    Func(CoreFunc<'c>),
    /// A table, memory, global or tag.
    Other(CoreRef<'c>),
}

/// An export of a core instance.
#[derive(Clone, Copy)]
pub(super) struct CoreRef<'c> {
    pub(super) instance: CoreInstanceId,
    pub(super) name: &'c str,
}

/// A core function.
#[derive(Clone, Copy)]
pub(super) enum CoreFunc<'c> {
    Export(CoreRef<'c>),
    BuiltIn(Trampoline),
    Draft(BuiltInId),
    Lowered(LowerId),
}

/// Canonical options before they are interned.
#[derive(Clone, Copy)]
pub(super) struct DraftOptions<'c> {
    pub(super) instance: InstanceId,
    pub(super) encoding: StringEncoding,
    pub(super) memory: Option<CoreRef<'c>>,
    pub(super) pointer: PointerWidth,
    pub(super) realloc: Option<CoreFunc<'c>>,
    pub(super) post_return: Option<CoreFunc<'c>>,
    pub(super) is_async: bool,
    pub(super) callback: Option<CoreFunc<'c>>,
}

/// A lifted function that something may need.
pub(super) struct Lift<'c> {
    pub(super) callee: CoreFunc<'c>,
    pub(super) ty: FuncTypeId,
    pub(super) options: DraftOptions<'c>,
    /// What it became when something needed it.
    pub(super) done: Option<LiftedFunc>,
}

/// How many built-ins write to and read from streams or futures of one type.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) writers: usize,
    pub(super) readers: usize,
}

/// A lowered function that something may need.
pub(super) struct Lower<'c> {
    pub(super) func: NamedFunc<'c>,
    pub(super) options: DraftOptions<'c>,
    /// What it became when something needed it.
    pub(super) done: Option<CoreDef>,
}

/// A built-in, whose canonical options may need something, that something may need.
pub(super) struct BuiltInDraft<'c> {
    pub(super) instance: InstanceId,
    pub(super) built_in: BuiltIn,
    pub(super) ty: Option<TypeId>,
    pub(super) options: Option<DraftOptions<'c>>,
    pub(super) is_async: bool,
    /// Where `thread.new-indirect` finds start functions.
    pub(super) thread: Option<(ThreadStart, CoreRef<'c>)>,
    /// What it became when something needed it.
    pub(super) done: Option<CoreDef>,
}
