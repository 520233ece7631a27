//! Exports of the root: a forest shaped by their types, which may show less than the items have.

use super::Inliner;
use super::frame::Frame;
use super::items::{Func, Item, ItemsId, ModuleItem};
use crate::component;
use crate::dfg::{self, ExportId, ExportKind};
use crate::error::{Feature, Limit};
use anyhow::Result;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId};

/// An item to be exported under a name, as its type shows it.
struct Shown<'c> {
    parent: Option<ExportId>,
    name: &'c str,
    implements: Option<&'c str>,
    external_id: Option<&'c str>,
    ty: ComponentEntityType,
    item: Item,
}

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    pub(super) fn export_from_root(
        &mut self,
        frame: &mut Frame<'c>,
        export: &'c component::Export<'a>,
        item: Item,
    ) -> Result<()> {
        let component::Export { name, implements, external_id, ty, .. } = *export;
        self.show(frame, &Shown { parent: None, name, implements, external_id, ty, item })
    }

    /// Makes the export and, for an instance, all that its type shows. Instance types nest at most 100 deep.
    fn show(&mut self, frame: &mut Frame<'c>, shown: &Shown<'c>) -> Result<()> {
        self.check(Limit::Exports, self.dfg.exports.len() + 1, frame.instance)?;
        for name in [Some(shown.name), shown.implements, shown.external_id].into_iter().flatten() {
            self.spend_name(frame.instance, name)?;
        }
        let kind = self.export_kind(frame, shown)?;
        let open = matches!(kind, ExportKind::Instance);
        let id = self.dfg.exports.push(dfg::Export {
            parent: shown.parent,
            name: shown.name.into(),
            kind,
            implements: shown.implements.map(Into::into),
            external_id: shown.external_id.map(Into::into),
        });
        let (ComponentEntityType::Instance(ty), Item::Instance(items), true) = (shown.ty, shown.item, open)
        else {
            return Ok(());
        };
        for (name, inner) in &self.converter.types()[ty].exports {
            let item = self.item(items, name);
            let item = item.ok_or_else(|| self.broken("an exported item", frame.instance))?;
            self.show(
                frame,
                &Shown {
                    parent: Some(id),
                    name,
                    implements: inner.implements.as_deref(),
                    external_id: inner.external_id.as_deref(),
                    ty: inner.ty,
                    item,
                },
            )?;
        }
        Ok(())
    }

    fn export_kind(&mut self, frame: &mut Frame<'c>, shown: &Shown<'c>) -> Result<ExportKind> {
        Ok(match (shown.item, shown.ty) {
            (Item::Module(ModuleItem::Static(module)), _) => ExportKind::Module(module),
            (Item::Module(ModuleItem::Imported(import)), _) => ExportKind::Import(import),
            (Item::Func(Func::Imported(import)), _) => ExportKind::Import(import),
            (Item::Func(Func::Lifted(lift)), _) => ExportKind::Func(self.need_lift(frame.instance, lift)?),
            (Item::Instance(items), ComponentEntityType::Instance(ty)) => {
                let import = self.instances[items].import;
                match import {
                    Some(import) if self.shows_all(frame, items, ty)? => ExportKind::Import(import),
                    _ => ExportKind::Instance,
                }
            }
            (Item::Resource(resource), _) => ExportKind::Resource(resource),
            (Item::Type, ComponentEntityType::Type { created, .. }) => {
                ExportKind::Type(self.named_type(frame, created)?)
            }
            (Item::Component(_), _) => {
                let item = "component";
                return Err(self.unsupported(Feature::RootComponent, item, frame.instance));
            }
            (Item::Instance(_) | Item::Type, _) => {
                return Err(self.broken("an exported item", frame.instance));
            }
        })
    }

    /// The value type that an import or export names, or `None` where the type is not one of values.
    pub(super) fn named_type(
        &mut self,
        frame: &mut Frame<'c>,
        ty: ComponentAnyTypeId,
    ) -> Result<Option<crate::abi::types::TypeId>> {
        match ty {
            ComponentAnyTypeId::Defined(id) => {
                let converted = self.converter.defined(id, &mut frame.scope, &mut self.dfg.types);
                self.settle(frame.instance)?;
                converted.map(Some).map_err(|_| self.broken("a resource type", frame.instance))
            }
            ComponentAnyTypeId::Resource(_) => Err(self.broken("a resource type", frame.instance)),
            ComponentAnyTypeId::Func(_)
            | ComponentAnyTypeId::Instance(_)
            | ComponentAnyTypeId::Component(_) => Ok(None),
        }
    }

    /// Whether a type shows every item of an instance and of the instances in it, so that handing out the host's
    /// own instance shows no more than the type says.
    fn shows_all(&mut self, frame: &Frame<'c>, items: ItemsId, ty: ComponentInstanceTypeId) -> Result<bool> {
        let mut pending = vec![(items, ty)];
        while let Some((items, ty)) = pending.pop() {
            let shown = &self.converter.types()[ty].exports;
            self.spend(frame.instance, shown.len())?;
            let items = &self.instances[items].items;
            if shown.len() != items.len() {
                return Ok(false);
            }
            for (name, item) in items {
                if let Item::Instance(inner) = item {
                    match shown.get(*name).map(|shown| shown.ty) {
                        Some(ComponentEntityType::Instance(ty)) => pending.push((*inner, ty)),
                        _ => return Ok(false),
                    }
                }
            }
        }
        Ok(true)
    }
}
