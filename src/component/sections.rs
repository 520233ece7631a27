//! Sections of a component other than `canon`: imports, exports, types, instances and aliases.

use super::read::Reader;
use super::{
    BodyId, Capture, CaptureId, CaptureSource, ComponentIndex, CoreArg, CoreItemRef, Export, Import, ItemRef,
    Kind, ModuleIndex, NamedCoreItem, NamedItem,
};
use crate::abi::FlatType;
use crate::error::{Feature, Limit};
use crate::id::Id;
use anyhow::Result;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::{
    ComponentAlias, ComponentAliasSectionReader, ComponentExportSectionReader, ComponentExternalKind,
    ComponentImportSectionReader, ComponentInstance, ComponentInstanceSectionReader, ComponentOuterAliasKind,
    ComponentType, ComponentTypeSectionReader, ExternalKind, Instance, InstanceSectionReader, ValType,
};

/// Makes a typed index of one read from the binary.
pub(super) fn index<I: Id>(raw: u32) -> I {
    I::from_index(raw as usize)
}

impl<'a> Reader<'a> {
    pub(super) fn imports(&mut self, section: ComponentImportSectionReader<'a>) -> Result<()> {
        for item in section.into_iter_with_offsets() {
            let (offset, import) = item?;
            let name = import.name;
            let Some(known) = self.types().component_item_for_import(name.name) else {
                return self.unsupported(Feature::Unknown, "import", offset);
            };
            let ty = known.ty;
            if let ComponentEntityType::Value(_) = ty {
                return self.unsupported(Feature::Values, "value", offset);
            }
            let external_id = name.external_id;
            let import = Import { name: name.name, implements: name.implements, external_id, ty };
            self.define(offset, Kind::Import(import));
        }
        Ok(())
    }

    pub(super) fn exports(&mut self, section: ComponentExportSectionReader<'a>) -> Result<()> {
        for item in section.into_iter_with_offsets() {
            let (offset, export) = item?;
            let name = export.name;
            let item = self.item(export.kind, export.index, offset)?;
            let Some(known) = self.types().component_item_for_export(name.name) else {
                return self.unsupported(Feature::Unknown, "export", offset);
            };
            let ty = known.ty;
            let external_id = name.external_id;
            let export = Export { name: name.name, implements: name.implements, external_id, item, ty };
            self.define(offset, Kind::Export(export));
        }
        Ok(())
    }

    /// Only definitions of resources do anything; the validator has resolved all other types.
    pub(super) fn type_section(&mut self, section: ComponentTypeSectionReader<'a>) -> Result<()> {
        let first = self.types().component_type_count() - section.count();
        for (i, item) in (first..).zip(section.into_iter_with_offsets()) {
            let (offset, ty) = item?;
            let ComponentType::Resource { rep, dtor } = ty else { continue };
            let ComponentAnyTypeId::Resource(id) = self.types().component_any_type_at(i) else {
                return self.unsupported(Feature::Unknown, "resource type", offset);
            };
            let Some(rep) = flat(rep) else {
                return self.unsupported(Feature::Unknown, "representation of a resource", offset);
            };
            self.define(offset, Kind::Resource { id: id.resource(), rep, dtor: dtor.map(index) });
        }
        Ok(())
    }

    pub(super) fn core_instances(&mut self, section: InstanceSectionReader<'a>) -> Result<()> {
        for item in section.into_iter_with_offsets() {
            let (offset, instance) = item?;
            let kind = match instance {
                Instance::Instantiate { module_index, args } => {
                    let arg = |arg: &wasmparser::InstantiationArg<'a>| CoreArg {
                        name: arg.name,
                        instance: index(arg.index),
                    };
                    Kind::CoreInstantiate {
                        module: index(module_index),
                        args: args.iter().map(arg).collect(),
                    }
                }
                Instance::FromExports(exports) => {
                    let item = |export: &wasmparser::Export<'a>| NamedCoreItem {
                        name: export.name,
                        item: core_item(export.kind, export.index),
                    };
                    Kind::CoreItems(exports.iter().map(item).collect())
                }
            };
            self.define(offset, kind);
        }
        Ok(())
    }

    pub(super) fn instances(&mut self, section: ComponentInstanceSectionReader<'a>) -> Result<()> {
        let first = self.types().component_instance_count() - section.count();
        for (i, item) in (first..).zip(section.into_iter_with_offsets()) {
            let (offset, instance) = item?;
            let kind = match instance {
                ComponentInstance::Instantiate { component_index, args } => {
                    let args = args.iter().map(|arg| (arg.name, arg.kind, arg.index));
                    Kind::Instantiate {
                        component: index(component_index),
                        args: self.named_items(args, offset)?,
                        ty: self.types().component_instance_at(i),
                    }
                }
                ComponentInstance::FromExports(exports) => {
                    let exports = exports.iter().map(|e| (e.name.name, e.kind, e.index));
                    Kind::Items(self.named_items(exports, offset)?)
                }
            };
            self.define(offset, kind);
        }
        Ok(())
    }

    pub(super) fn aliases(&mut self, section: ComponentAliasSectionReader<'a>) -> Result<()> {
        for item in section.into_iter_with_offsets() {
            let (offset, alias) = item?;
            match alias {
                ComponentAlias::InstanceExport { kind, instance_index, name } => {
                    if kind == ComponentExternalKind::Value {
                        return self.unsupported(Feature::Values, "value", offset);
                    }
                    self.define(offset, Kind::Alias { instance: index(instance_index), name });
                }
                ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                    let (instance, kind) = (index(instance_index), kind.into());
                    self.define(offset, Kind::CoreAlias { instance, name, kind });
                }
                ComponentAlias::Outer { kind, count, index } => {
                    self.outer_alias(kind, count, index, offset)?;
                }
            }
        }
        Ok(())
    }

    fn outer_alias(
        &mut self,
        kind: ComponentOuterAliasKind,
        count: u32,
        raw: u32,
        offset: u64,
    ) -> Result<()> {
        let kind = match kind {
            // The validator has resolved types.
            ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type => return Ok(()),
            ComponentOuterAliasKind::CoreModule => {
                let module: ModuleIndex = index(raw);
                match self.capture(count, offset, Capture::Module, module)? {
                    Some(capture) => Kind::CapturedModule(capture),
                    None => Kind::SameModule(module),
                }
            }
            ComponentOuterAliasKind::Component => {
                let component: ComponentIndex = index(raw);
                match self.capture(count, offset, Capture::Component, component)? {
                    Some(capture) => Kind::CapturedComponent(capture),
                    None => Kind::SameComponent(component),
                }
            }
        };
        self.define(offset, kind);
        Ok(())
    }

    /// Passes an item of the body `count` levels up down to the current one, through all bodies in between.
    /// `None` if it is the current body's own.
    fn capture<I>(
        &mut self,
        count: u32,
        offset: u64,
        capture: fn(CaptureSource<I>) -> Capture,
        item: I,
    ) -> Result<Option<CaptureId>> {
        self.captures = self.captures.saturating_add(count as usize);
        if self.captures > Limit::Captures.max() {
            return self.exceeded(Limit::Captures, offset);
        }
        let inner = self.stack.len().saturating_sub(count as usize);
        let mut source = CaptureSource::Local(item);
        let mut last = None;
        let bodies: Vec<BodyId> = self.stack[inner..].to_vec();
        for body in bodies {
            let id = self.bodies[body].captures.intern(capture(source));
            source = CaptureSource::Captured(id);
            last = Some(id);
        }
        Ok(last)
    }

    fn named_items(
        &self,
        items: impl Iterator<Item = (&'a str, ComponentExternalKind, u32)>,
        offset: u64,
    ) -> Result<Box<[NamedItem<'a>]>> {
        items
            .map(|(name, kind, index)| Ok(NamedItem { name, item: self.item(kind, index, offset)? }))
            .collect()
    }

    fn item(&self, kind: ComponentExternalKind, raw: u32, offset: u64) -> Result<ItemRef> {
        Ok(match kind {
            ComponentExternalKind::Module => ItemRef::Module(index(raw)),
            ComponentExternalKind::Component => ItemRef::Component(index(raw)),
            ComponentExternalKind::Instance => ItemRef::Instance(index(raw)),
            ComponentExternalKind::Func => ItemRef::Func(index(raw)),
            ComponentExternalKind::Type => ItemRef::Type(self.types().component_any_type_at(raw)),
            ComponentExternalKind::Value => {
                return self.unsupported(Feature::Values, "value", offset);
            }
        })
    }
}

fn core_item(kind: ExternalKind, raw: u32) -> CoreItemRef {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => CoreItemRef::Func(index(raw)),
        ExternalKind::Table => CoreItemRef::Table(index(raw)),
        ExternalKind::Memory => CoreItemRef::Memory(index(raw)),
        ExternalKind::Global => CoreItemRef::Global(index(raw)),
        ExternalKind::Tag => CoreItemRef::Tag(index(raw)),
    }
}

/// The flat type of a core type, where it is one.
pub(super) fn flat(ty: ValType) -> Option<FlatType> {
    match ty {
        ValType::I32 => Some(FlatType::I32),
        ValType::I64 => Some(FlatType::I64),
        ValType::F32 => Some(FlatType::F32),
        ValType::F64 => Some(FlatType::F64),
        ValType::V128 | ValType::Ref(_) => None,
    }
}
