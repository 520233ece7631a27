//! The definitions a component body consists of.
//!
//! Indices are those of the binary format, made typed: each refers to an earlier item of the same body. Type ids
//! are the validator's.

use super::{
    BodyId, CaptureId, ComponentIndex, CoreFuncIndex, CoreGlobalIndex, CoreInstanceIndex, CoreMemoryIndex,
    CoreTableIndex, CoreTagIndex, FuncIndex, InstanceIndex, ModuleIndex, StaticModuleId,
};
use crate::abi::{BuiltIn, FlatType, PointerWidth, StringEncoding};
use crate::component::CoreKind;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentValType,
    ResourceId,
};

/// One step of a body.
pub struct Definition<'a> {
    /// Where it is in the input, in bytes.
    pub offset: u64,
    /// What it does.
    pub kind: Kind<'a>,
}

/// What a definition does. The first line of each says which index space it adds an item to.
pub enum Kind<'a> {
    /// Any but core spaces: an import.
    Import(Import<'a>),
    /// Any but core spaces: an export, which is also a new name for the exported item.
    Export(Export<'a>),
    /// Modules: a core module of the input.
    Module(StaticModuleId),
    /// Components: a nested component, which captures what it needs when this is executed.
    Component(BodyId),
    /// Modules: an outer alias.
    CapturedModule(CaptureId),
    /// Components: an outer alias.
    CapturedComponent(CaptureId),
    /// Modules: an alias of the same body.
    SameModule(ModuleIndex),
    /// Components: an alias of the same body.
    SameComponent(ComponentIndex),
    /// Core instances: instantiates a module.
    CoreInstantiate {
        /// The module.
        module: ModuleIndex,
        /// Instances whose exports satisfy the module's imports.
        args: Box<[CoreArg<'a>]>,
    },
    /// Core instances: gathers items under names.
    CoreItems(Box<[NamedCoreItem<'a>]>),
    /// Core space of `kind`: an export of a core instance.
    CoreAlias {
        /// The instance.
        instance: CoreInstanceIndex,
        /// Name of the export.
        name: &'a str,
        /// What it is.
        kind: CoreKind,
    },
    /// Instances: instantiates a component.
    Instantiate {
        /// The component.
        component: ComponentIndex,
        /// Arguments for its imports, and perhaps more than it imports.
        args: Box<[NamedItem<'a>]>,
        /// Type of the new instance; resources the component defines have new ids in it.
        ty: ComponentInstanceTypeId,
    },
    /// Instances: gathers items under names.
    Items(Box<[NamedItem<'a>]>),
    /// Space of the item: an export of a component instance.
    Alias {
        /// The instance.
        instance: InstanceIndex,
        /// Name of the export.
        name: &'a str,
    },
    /// No space that matters: defines a resource type.
    Resource {
        /// What the validator calls it in this body.
        id: ResourceId,
        /// Core type of its reps.
        rep: FlatType,
        /// Destructor.
        dtor: Option<CoreFuncIndex>,
    },
    /// Functions: `canon lift`
    Lift {
        /// The core function.
        func: CoreFuncIndex,
        /// The component function type.
        ty: ComponentFuncTypeId,
        /// Canonical options.
        options: Options,
    },
    /// Core functions: `canon lower`
    Lower {
        /// The component function.
        func: FuncIndex,
        /// Canonical options.
        options: Options,
    },
    /// Core functions: `canon resource.new`
    ResourceNew(ResourceId),
    /// Core functions: `canon resource.rep`
    ResourceRep(ResourceId),
    /// Core functions: `canon resource.drop`
    ResourceDrop(ResourceId),
    /// Core functions: `canon context.get`
    ContextGet {
        /// Core type of the slot.
        ty: FlatType,
        /// Number of the slot.
        slot: u32,
    },
    /// Core functions: `canon context.set`
    ContextSet {
        /// Core type of the slot.
        ty: FlatType,
        /// Number of the slot.
        slot: u32,
    },
    /// Core functions: a built-in for tasks, waitables, streams, futures, error contexts or threads
    BuiltIn(BuiltInUse),
}

/// An import of a component.
pub struct Import<'a> {
    /// Name.
    pub name: &'a str,
    /// `implements` attribute.
    pub implements: Option<&'a str>,
    /// `external-id` attribute.
    pub external_id: Option<&'a str>,
    /// Type of what is imported.
    pub ty: ComponentEntityType,
}

/// An export of a component.
pub struct Export<'a> {
    /// Name.
    pub name: &'a str,
    /// `implements` attribute.
    pub implements: Option<&'a str>,
    /// `external-id` attribute.
    pub external_id: Option<&'a str>,
    /// What is exported.
    pub item: ItemRef,
    /// Its type as others see it, which may have fewer items than the item itself.
    pub ty: ComponentEntityType,
}

/// An item of a component's index spaces.
#[derive(Clone, Copy)]
pub enum ItemRef {
    /// A core module.
    Module(ModuleIndex),
    /// A component.
    Component(ComponentIndex),
    /// A component instance.
    Instance(InstanceIndex),
    /// A component function.
    Func(FuncIndex),
    /// A type.
    Type(ComponentAnyTypeId),
}

/// An item under a name: an argument or an inline export.
pub struct NamedItem<'a> {
    /// Name.
    pub name: &'a str,
    /// The item.
    pub item: ItemRef,
}

/// An argument of a core instantiation.
pub struct CoreArg<'a> {
    /// First name of the imports it satisfies.
    pub name: &'a str,
    /// Its exports satisfy them.
    pub instance: CoreInstanceIndex,
}

/// An item of a component's core index spaces.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the names are those of the core specification")]
pub enum CoreItemRef {
    Func(CoreFuncIndex),
    Table(CoreTableIndex),
    Memory(CoreMemoryIndex),
    Global(CoreGlobalIndex),
    Tag(CoreTagIndex),
}

/// A core item under a name.
pub struct NamedCoreItem<'a> {
    /// Name.
    pub name: &'a str,
    /// The item.
    pub item: CoreItemRef,
}

/// Canonical options of a lift or lower.
#[derive(Default)]
pub struct Options {
    /// Encoding of strings.
    pub encoding: StringEncoding,
    /// Memory.
    pub memory: Option<CoreMemoryIndex>,
    /// Width of that memory's addresses.
    pub pointer: PointerWidth,
    /// Allocator.
    pub realloc: Option<CoreFuncIndex>,
    /// Called after the results were lifted.
    pub post_return: Option<CoreFuncIndex>,
    /// Whether the asynchronous ABI is used.
    pub is_async: bool,
    /// Callback of an asynchronous lift.
    pub callback: Option<CoreFuncIndex>,
}

/// A built-in with its operands, as far as it has them.
pub struct BuiltInUse {
    /// Which one.
    pub built_in: BuiltIn,
    /// The stream or future, or the result of a task.
    pub ty: Option<ComponentValType>,
    /// Canonical options; for `waitable-set.wait` and `poll` they are a memory.
    pub options: Option<Options>,
    /// Whether it never blocks.
    pub is_async: bool,
    /// Where `thread.new-indirect` finds start functions.
    pub thread: Option<ThreadStart>,
}

/// Where `thread.new-indirect` finds start functions, and what they take.
#[derive(Clone, Copy)]
pub struct ThreadStart {
    /// The table with the functions.
    pub table: CoreTableIndex,
    /// Width of its indices.
    pub table_index: PointerWidth,
    /// The one parameter of a start function.
    pub context: FlatType,
}

/// Something a body takes from the bodies around it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Capture {
    /// A core module.
    Module(CaptureSource<ModuleIndex>),
    /// A component.
    Component(CaptureSource<ComponentIndex>),
}

/// Where the parent of a body finds what the body captures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CaptureSource<I> {
    /// In the parent's own index space.
    Local(I),
    /// Among what the parent itself captured.
    Captured(CaptureId),
}
