//! Components with their imports found and checked: everything about an instantiation that needs names.

use super::component::{Component, ComponentParts};
use super::engine;
use super::instance::Instance;
use super::linker::{Definition, HostDtor, HostFunc};
use super::names;
use super::replay;
use super::resource::ResourceType;
use super::store::AsContextMut;
use super::types::ComponentFunc;
use crate::plan::{self, ImportKind, Plan};
use anyhow::{Context as _, Result, bail, ensure};
use indexmap::IndexMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A component whose imports are found and checked, ready to be instantiated many times.
pub struct InstancePre<T> {
    component: Component,
    imports: Arc<[ResolvedImport]>,
    resources: Arc<[ResourceType]>,
    data: PhantomData<fn() -> T>,
}

/// What the host supplies for an import of the plan.
#[derive(Clone)]
pub(crate) enum ResolvedImport {
    /// An instance, or a type that is no resource: nothing by itself.
    Nothing,
    Func(Arc<HostFunc>),
    Module(engine::Module),
    Resource(Arc<HostDtor>),
}

impl<T: Send + 'static> InstancePre<T> {
    pub(crate) fn new(component: &Component, root: &IndexMap<String, Definition>) -> Result<InstancePre<T>> {
        let parts = &component.parts;
        let found = find(parts.plan(), root)?;
        let mut resources = parts.resources().to_vec();
        let mut imports = Vec::new();
        for (index, definition) in found.iter().enumerate() {
            let import = resolve(parts, index, *definition, &mut resources);
            imports.push(import.with_context(|| format!("in import `{}`", parts.import_name(index)))?);
        }
        let pre = InstancePre {
            component: component.clone(),
            imports: imports.into(),
            resources: resources.into(),
            data: PhantomData,
        };
        pre.typecheck()?;
        Ok(pre)
    }

    /// Checks functions, now that all resource types are known.
    fn typecheck(&self) -> Result<()> {
        let parts = &self.component.parts;
        for (index, (resolved, import)) in self.imports.iter().zip(&parts.plan().imports).enumerate() {
            if let (ResolvedImport::Func(func), ImportKind::Func { function }) = (resolved, &import.kind) {
                let source = parts.type_source(self.resources.clone());
                let ty = ComponentFunc { source, function: *function };
                let checked = (func.typecheck)(&ty);
                checked
                    .with_context(|| format!("the host's `{}` has another type", parts.import_name(index)))?;
            }
        }
        Ok(())
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.component
    }

    /// Instantiates the component.
    ///
    /// # Errors
    /// Where its code traps, or a limit of the store is reached.
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = T>) -> Result<Instance> {
        let mut store = store.as_context_mut();
        let parts = self.component.parts.clone();
        let root = replay::replay(store.core_mut(), parts, self.imports.clone(), &self.resources)?;
        Ok(Instance::new(&store, root))
    }
}

impl<T> Clone for InstancePre<T> {
    fn clone(&self) -> Self {
        InstancePre {
            component: self.component.clone(),
            imports: self.imports.clone(),
            resources: self.resources.clone(),
            data: PhantomData,
        }
    }
}

impl<T> fmt::Debug for InstancePre<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InstancePre").field(&self.component).finish()
    }
}

/// Finds the definition of each import. Parents come before their items, which [`Component`] has checked.
fn find<'a>(plan: &Plan, root: &'a IndexMap<String, Definition>) -> Result<Vec<Option<&'a Definition>>> {
    let mut found: Vec<Option<&Definition>> = Vec::new();
    for import in &plan.imports {
        let scope = match import.parent {
            None => Some(root),
            Some(parent) => match found.get(parent) {
                Some(Some(Definition::Instance(items))) => Some(items),
                _ => None,
            },
        };
        found.push(scope.and_then(|scope| names::lookup(scope, &import.name)));
    }
    Ok(found)
}

fn resolve(
    parts: &ComponentParts,
    index: usize,
    definition: Option<&Definition>,
    resources: &mut [ResourceType],
) -> Result<ResolvedImport> {
    let kind = &parts.plan().imports[index].kind;
    Ok(match (kind, definition) {
        // An instance all of whose items are types needs no definition.
        (ImportKind::Instance, None | Some(Definition::Instance(_))) => ResolvedImport::Nothing,
        (ImportKind::Type { .. }, _) => ResolvedImport::Nothing,
        (ImportKind::Func { .. }, Some(Definition::Func(func))) => ResolvedImport::Func(func.clone()),
        (ImportKind::Module { imports, exports }, Some(Definition::Module(module))) => {
            check_module(&module.0, imports, exports)?;
            ResolvedImport::Module(module.0.clone())
        }
        (ImportKind::Resource { resource }, Some(Definition::Resource(ty, dtor))) => {
            *resources.get_mut(*resource).context("the plan has no such resource")? = *ty;
            ResolvedImport::Resource(dtor.clone())
        }
        (kind, None) => bail!("the linker has no {} of this name", import_desc(kind)),
        (kind, Some(other)) => {
            bail!("expected {}, the linker has {} of this name", import_desc(kind), other.desc())
        }
    })
}

fn import_desc(kind: &ImportKind) -> &'static str {
    match kind {
        ImportKind::Instance => "instance",
        ImportKind::Func { .. } => "func",
        ImportKind::Module { .. } => "module",
        ImportKind::Resource { .. } => "resource",
        ImportKind::Type { .. } => "type",
    }
}

/// Checks that a module asks for no more and has no less than the component expects.
fn check_module(
    module: &engine::Module,
    imports: &[(String, String, String)],
    exports: &[(String, String)],
) -> Result<()> {
    for import in module.imports() {
        let declared = imports.iter().any(|(module, name, kind)| {
            *module == import.module && *name == import.name && kind == import.kind.name()
        });
        ensure!(
            declared,
            "the module imports {} `{}` `{}`, which the component does not supply",
            import.kind.name(),
            import.module,
            import.name
        );
    }
    let found = module.exports();
    for (name, kind) in exports {
        let has = found.iter().any(|export| export.name == *name && export.kind.name() == kind);
        ensure!(has, "the module lacks the export {kind} `{name}`");
    }
    Ok(())
}

/// The trampolines' view of an import.
pub(crate) fn host_func(imports: &[ResolvedImport], index: usize) -> Result<Arc<HostFunc>> {
    match imports.get(index) {
        Some(ResolvedImport::Func(func)) => Ok(func.clone()),
        _ => bail!("the plan's import {index} is no function"),
    }
}

/// The destructor of a resource that the host implements.
pub(crate) fn host_dtor(
    imports: &[ResolvedImport],
    resource: Option<&plan::Resource>,
) -> Result<Arc<HostDtor>> {
    let Some(plan::Resource::Imported { import }) = resource else {
        bail!("the plan drops a resource of the host that is none")
    };
    match imports.get(*import) {
        Some(ResolvedImport::Resource(dtor)) => Ok(dtor.clone()),
        _ => bail!("the plan's import {import} is no resource"),
    }
}
