//! Imports: of nested components, satisfied by arguments, and of the root, satisfied by the host.

use super::Inliner;
use super::frame::Frame;
use super::items::{Func, FuncName, Instance, Item, ModuleItem};
use crate::component::{self, CoreKind};
use crate::dfg::{self, ImportId, ImportKind, Resource};
use crate::error::{Feature, Limit};
use anyhow::Result;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ModuleType};
use wasmparser::types::EntityType;

/// An item that the host supplies, as the type of an import describes it.
struct Described<'c> {
    parent: Option<ImportId>,
    name: &'c str,
    implements: Option<&'c str>,
    external_id: Option<&'c str>,
    ty: ComponentEntityType,
}

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    pub(super) fn import(&mut self, frame: &mut Frame<'c>, import: &'c component::Import<'a>) -> Result<()> {
        let item = if frame.is_root() {
            let component::Import { name, implements, external_id, ty } = *import;
            self.import_from_host(frame, &Described { parent: None, name, implements, external_id, ty })?
        } else {
            let item = frame.args.get(import.name).copied();
            item.ok_or_else(|| self.broken("an argument", frame.instance))?
        };
        self.bind(frame, item, import.ty)?;
        frame.push(item, FuncName { instance: None, func: import.name });
        Ok(())
    }

    /// Makes the import and, for an instance, all that is in it. Instance types nest at most 100 deep.
    fn import_from_host(&mut self, frame: &mut Frame<'c>, described: &Described<'c>) -> Result<Item> {
        self.check(Limit::Imports, self.dfg.imports.len() + 1, frame.instance)?;
        for name in [Some(described.name), described.implements, described.external_id].into_iter().flatten()
        {
            self.spend_name(frame.instance, name)?;
        }
        let (kind, item) = self.import_kind(frame, described)?;
        let id = self.dfg.imports.push(dfg::Import {
            parent: described.parent,
            name: described.name.into(),
            kind,
            implements: described.implements.map(Into::into),
            external_id: described.external_id.map(Into::into),
        });
        let ComponentEntityType::Instance(ty) = described.ty else { return Ok(item) };
        let mut instance = Instance { import: Some(id), ..Instance::default() };
        for (name, inner) in &self.converter.types()[ty].exports {
            let inner = Described {
                parent: Some(id),
                name,
                implements: inner.implements.as_deref(),
                external_id: inner.external_id.as_deref(),
                ty: inner.ty,
            };
            let item = self.import_from_host(frame, &inner)?;
            instance.items.insert(name, item);
        }
        Ok(Item::Instance(self.instances.push(instance)))
    }

    /// What the next import is, and the item for it; for an instance its items are not there yet.
    fn import_kind(
        &mut self,
        frame: &mut Frame<'c>,
        described: &Described<'c>,
    ) -> Result<(ImportKind, Item)> {
        let id = self.dfg.imports.next_id();
        Ok(match described.ty {
            ComponentEntityType::Module(ty) => {
                let kind = module_kind(&self.converter.types()[ty]);
                (kind, Item::Module(ModuleItem::Imported(id)))
            }
            ComponentEntityType::Func(ty) => {
                let ty = self.func_type(frame, ty)?;
                (ImportKind::Func(ty), Item::Func(Func::Imported(id)))
            }
            ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(static_id), .. } => {
                match frame.scope.resource(static_id.resource()) {
                    // `(type (eq $r))`: another name for a resource type that was imported before.
                    Some(known) => (ImportKind::Type(None), Item::Resource(known)),
                    None => {
                        let resource = self.dfg.resources.push(Resource::Imported(id));
                        frame.scope.bind(static_id.resource(), resource);
                        (ImportKind::Resource(resource), Item::Resource(resource))
                    }
                }
            }
            ComponentEntityType::Type { created, .. } => {
                (ImportKind::Type(self.named_type(frame, created)?), Item::Type)
            }
            ComponentEntityType::Instance(_) => (ImportKind::Instance, Item::Type),
            ComponentEntityType::Component(_) => {
                return Err(self.unsupported(Feature::RootComponent, "component", frame.instance));
            }
            ComponentEntityType::Value(_) => {
                return Err(self.unsupported(Feature::Values, "value", frame.instance));
            }
        })
    }
}

fn module_kind(ty: &ModuleType) -> ImportKind {
    let imports = ty.imports.iter().map(|((module, name), ty)| dfg::ModuleItem {
        module: module.as_str().into(),
        name: name.as_str().into(),
        kind: core_kind(ty),
    });
    let exports = ty.exports.iter().map(|(name, ty)| dfg::ModuleItem {
        module: "".into(),
        name: name.as_str().into(),
        kind: core_kind(ty),
    });
    ImportKind::Module { imports: imports.collect(), exports: exports.collect() }
}

fn core_kind(ty: &EntityType) -> CoreKind {
    match ty {
        EntityType::Func(_) | EntityType::FuncExact(_) => CoreKind::Func,
        EntityType::Table(_) => CoreKind::Table,
        EntityType::Memory(_) => CoreKind::Memory,
        EntityType::Global(_) => CoreKind::Global,
        EntityType::Tag(_) => CoreKind::Tag,
    }
}
