//! What components import and export: functions, instances, modules, resources.

use super::{Type, TypeSource};
use crate::host::resource::ResourceType;
use crate::host::type_table::FuncShape;

/// The type of a component function.
#[derive(Clone, Debug)]
pub struct ComponentFunc {
    pub(crate) source: TypeSource,
    /// Index into the plan's functions; checked when this is made.
    pub(crate) function: usize,
}

impl ComponentFunc {
    fn shape(&self) -> &FuncShape {
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
