//! Instances as imports: what one component exports, another component of the same store can import.
//!
//! Values go through the host, as they do in every call across its boundary: they are lifted from the importing
//! component and lowered into the exporting one. Components that call each other often are better composed into one
//! before they are built; then the calls stay in core code.

use super::component::ItemIndex;
use super::engine::Context;
use super::func::Func;
use super::instance::{Instance, RootInstance, function_type};
use super::linker::{Definition, HostDtor, LinkerInstance, Module, dynamic};
use super::pre::ResolvedImport;
use super::resource::ResourceType;
use super::store::{AsContext, StoreContextMut};
use super::types::ComponentFunc;
use super::val::Val;
use crate::plan::{self, ExportKind, ImportKind};
use anyhow::{Context as _, Result, ensure};
use std::sync::Arc;

impl<T: Send + 'static> LinkerInstance<'_, T> {
    /// Defines everything that `instance` exports: functions, core modules, resource types, and instances with
    /// their items. To be instantiated in the same store only.
    ///
    /// ```
    /// use corefuse::host::{Component, Engine, Linker, Store};
    /// # fn main() -> corefuse::host::Result<()> {
    /// let engine = Engine::default();
    /// let library = Component::new(&engine, r#"(component
    ///     (core module $m (func (export "twice") (param i32) (result i32)
    ///         (i32.mul (local.get 0) (i32.const 2))))
    ///     (core instance $i (instantiate $m))
    ///     (func (export "twice") (param "x" u32) (result u32) (canon lift (core func $i "twice"))))"#)?;
    /// let app = Component::new(&engine, r#"(component
    ///     (import "library" (instance $l (export "twice" (func (param "x" u32) (result u32)))))
    ///     (export "double" (func $l "twice")))"#)?;
    /// let mut store = Store::new(&engine, ());
    /// let library = Linker::new(&engine).instantiate(&mut store, &library)?;
    /// let mut linker = Linker::new(&engine);
    /// linker.instance("library")?.exports_of(&store, &library)?;
    /// let app = linker.instantiate(&mut store, &app)?;
    /// let double = app.get_typed_func::<(u32,), (u32,)>(&mut store, "double")?;
    /// assert_eq!(double.call(&mut store, (21,))?, (42,));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where `instance` is in another store, a name is defined already, or a resource type has 64-bit reps, which
    /// imported ones cannot have.
    pub fn exports_of(&mut self, store: impl AsContext<Data = T>, instance: &Instance) -> Result<()> {
        let live = instance.live(&store).context("the instance belongs to another store")?;
        let roots = live.component.plan().exports.iter().enumerate();
        let roots = roots.filter(|(_, export)| export.parent.is_none());
        // An explicit stack: instances nest as deep as the plan says.
        let mut pending: Vec<(Vec<&str>, &str, ItemIndex)> =
            roots.map(|(index, export)| (Vec::new(), &*export.name, ItemIndex::Export(index))).collect();
        while let Some((path, name, item)) = pending.pop() {
            let item = live.component.follow(item).context("the plan has no such export")?;
            match definition(live, instance, item).with_context(|| format!("in export `{name}`"))? {
                Exported::Item(definition) => self.nested(&path)?.insert(name, definition)?,
                Exported::Instance => {
                    let path = [&path[..], &[name]].concat();
                    self.nested(&path)?;
                    let items = live.component.items_of(item);
                    pending.extend(items.into_iter().map(|(name, item)| (path.clone(), name, item)));
                }
                Exported::Type => {}
            }
        }
        Ok(())
    }

    /// The items of the instance at `path`.
    fn nested(&mut self, path: &[&str]) -> Result<LinkerInstance<'_, T>> {
        let mut scope = self.reborrow();
        for name in path {
            scope = scope.into_instance(name)?;
        }
        Ok(scope)
    }
}

/// An export, as a linker sees it.
enum Exported {
    Item(Definition),
    /// Its items are exports of their own.
    Instance,
    /// A type that is no resource, which needs no definition.
    Type,
}

fn definition(live: &RootInstance, instance: &Instance, item: ItemIndex) -> Result<Exported> {
    let plan = live.component.plan();
    Ok(match item {
        ItemIndex::Export(index) => match &plan.exports[index].kind {
            ExportKind::Instance => Exported::Instance,
            ExportKind::Type { .. } | ExportKind::Import { .. } => Exported::Type,
            ExportKind::Func { .. } => Exported::Item(func(live, instance, item)?),
            ExportKind::Module { module } => {
                Exported::Item(Definition::Module(Module(live.component.module(*module)?.clone())))
            }
            ExportKind::Resource { resource } => Exported::Item(resource_type(live, *resource)?),
        },
        ItemIndex::Import(index) => match (&plan.imports[index].kind, &live.imports[index]) {
            (ImportKind::Instance, _) => Exported::Instance,
            (ImportKind::Func { .. }, _) => Exported::Item(func(live, instance, item)?),
            (ImportKind::Resource { resource }, _) => Exported::Item(resource_type(live, *resource)?),
            (ImportKind::Module { .. }, ResolvedImport::Module(module)) => {
                Exported::Item(Definition::Module(Module(module.clone())))
            }
            (ImportKind::Type { .. } | ImportKind::Module { .. }, _) => Exported::Type,
        },
    })
}

fn func(live: &RootInstance, instance: &Instance, item: ItemIndex) -> Result<Definition> {
    let ours = function_type(live, item)?;
    let func = Func { store: instance.store, root: instance.root, item };
    let call = move |store: StoreContextMut<'_, ()>,
                     _: ComponentFunc,
                     params: &[Val],
                     results: &mut [Val]| { func.call(store, params, results) };
    Ok(dynamic(call, move |theirs: &ComponentFunc| same_type(&ours, theirs)))
}

fn same_type(exported: &ComponentFunc, imported: &ComponentFunc) -> Result<()> {
    ensure!(
        exported.params().eq(imported.params()),
        "the parameters differ from those of the exported function"
    );
    ensure!(
        exported.results().eq(imported.results()),
        "the result differs from that of the exported function"
    );
    Ok(())
}

fn resource_type(live: &RootInstance, resource: usize) -> Result<Definition> {
    let plan = live.component.plan();
    let ty: ResourceType = *live.resources.get(resource).context("the plan has no such resource")?;
    let dtor: Arc<HostDtor> = match plan.resources.get(resource).context("the plan has no such resource")? {
        plan::Resource::Imported { .. } => {
            super::pre::host_dtor(&live.imports, plan.resources.get(resource))?
        }
        plan::Resource::Defined { rep, .. } => {
            ensure!(rep == "i32", "resource types with 64-bit reps cannot be imported");
            Arc::new(move |mut core: Context<'_>, rep: u32| match ty.implementer() {
                Some((root, resource)) => {
                    super::call::run_destructor(&mut core, root, resource, u64::from(rep))
                }
                None => Ok(()),
            })
        }
    };
    Ok(Definition::Resource(ty, dtor))
}
