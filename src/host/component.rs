//! Components, compiled once and instantiated many times.

use super::engine;
use super::names;
use super::resource::ResourceType;
use super::store::Engine;
use super::type_table::TypeTable;
use super::types::{self, ComponentFunc, ComponentItem, TypeSource};
use crate::BuildOptions;
use crate::abi::types::ResourceId;
use crate::abi::{PointerWidth, StringEncoding};
use crate::id::Id;
use crate::plan::{self, ExportKind, ImportKind, Plan};
use crate::write::Bundle;
use anyhow::{Context as _, Result, ensure};
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A component, ready to be instantiated. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Component {
    pub(crate) parts: Arc<ComponentParts>,
}

/// What a component consists of.
pub(crate) struct ComponentParts {
    /// Unique in the program.
    pub(crate) id: u64,
    engine: Engine,
    plan: Plan,
    types: TypeTable,
    /// By module of the plan.
    modules: Vec<engine::Module>,
    /// By options of the plan.
    options: Vec<StaticOptions>,
    /// By resource of the plan.
    resources: Arc<[ResourceType]>,
    imports: NameForest,
    exports: NameForest,
}

/// Positions by name, for the items at the root and then for those of each instance, by its position plus one.
type NameForest = Vec<IndexMap<String, usize>>;

/// The canonical options that are plain values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StaticOptions {
    pub(crate) encoding: StringEncoding,
    pub(crate) width: PointerWidth,
}

impl Component {
    /// Compiles a component, given in binary or text form: builds its bundle and compiles that.
    ///
    /// # Errors
    /// As [`build`](crate::build) and [`from_plan`](Component::from_plan).
    pub fn new(engine: &Engine, component: impl AsRef<[u8]>) -> Result<Component> {
        let bytes = crate::component::from_text_or_binary(component.as_ref())?;
        let bundle = crate::build(&bytes, &BuildOptions::default())?;
        Component::from_bundle(engine, &bundle)
    }

    /// Compiles a bundle in memory.
    ///
    /// # Errors
    /// As [`from_plan`](Component::from_plan).
    pub fn from_bundle(engine: &Engine, bundle: &Bundle<'_>) -> Result<Component> {
        Component::from_plan(engine, bundle.plan.clone(), |file| {
            let bytes = bundle.files.get(file).with_context(|| format!("the bundle lacks `{file}`"))?;
            Ok(Cow::Borrowed(bytes))
        })
    }

    /// Compiles a bundle from its plan; `read` gives the bytes of a module, by the name of its file.
    ///
    /// # Errors
    /// Where the plan has another version or is damaged, needs a feature that the engine lacks, or where a
    /// module is not the one that the plan was made with.
    pub fn from_plan<'a>(
        engine: &Engine,
        plan: Plan,
        mut read: impl FnMut(&str) -> Result<Cow<'a, [u8]>>,
    ) -> Result<Component> {
        plan::check(&plan).context("the plan is damaged")?;
        check_requirements(&plan)?;
        let types = TypeTable::of(&plan)?;
        let options = plan.options.iter().map(static_options).collect::<Result<_>>()?;
        let imports = forest(plan.imports.iter().map(|i| (i.parent, &i.name)));
        let exports = forest(plan.exports.iter().map(|e| (e.parent, &e.name)));
        let mut modules = Vec::new();
        for module in &plan.modules {
            let compiled = compile(engine, module, &mut read);
            modules.push(compiled.with_context(|| format!("in module `{}`", module.file))?);
        }
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let resources = (0..plan.resources.len())
            .map(|r| ResourceType::of_component(id, ResourceId::from_index(r)))
            .collect();
        let engine = engine.clone();
        let parts = ComponentParts { id, engine, plan, types, modules, options, resources, imports, exports };
        Ok(Component { parts: Arc::new(parts) })
    }

    /// Compiles a bundle on disk: `path` is its plan, and the modules lie beside it.
    ///
    /// # Errors
    /// As [`from_plan`](Component::from_plan), and where a file cannot be read.
    pub fn from_bundle_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Component> {
        let path = path.as_ref();
        let json =
            std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let plan = plan::json::read(&json).with_context(|| format!("in `{}`", path.display()))?;
        let directory = path.parent().unwrap_or_else(|| Path::new(""));
        Component::from_plan(engine, plan, |file| {
            let path = directory.join(file);
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            Ok(Cow::Owned(bytes))
        })
    }

    /// The engine it was compiled with.
    pub fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    /// What it imports and exports. Resource types in it are equal to no resource type of an instance.
    pub fn component_type(&self) -> types::Component {
        let source = self.parts.type_source(self.parts.resources.clone());
        let plan = &self.parts.plan;
        let imports = plan.imports.iter().map(|i| (i.parent, &i.name, import_item(&source, &i.kind)));
        let exports = plan.exports.iter().map(|e| (e.parent, &e.name, export_item(&source, &e.kind)));
        types::Component { imports: tree(imports), exports: tree(exports) }
    }

    /// Finds an export, of the instance `instance` if given, so that it can be looked up without names later.
    pub fn get_export_index(
        &self,
        instance: Option<&ComponentExportIndex>,
        name: &str,
    ) -> Option<ComponentExportIndex> {
        self.parts.find_export(instance, name)
    }
}

/// The component needs something that this host or its engine does not have.
///
/// Find it in an error with [`anyhow::Error::downcast_ref`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFeature {
    /// Name of a proposal for core WebAssembly, such as `exceptions`, or `asynchronous functions`.
    pub feature: String,
    /// What needs it.
    pub reason: String,
}

impl MissingFeature {
    /// The host has no scheduler.
    pub(crate) fn asynchronous(reason: &str) -> MissingFeature {
        MissingFeature { feature: "asynchronous functions".to_owned(), reason: reason.to_owned() }
    }
}

impl fmt::Display for MissingFeature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MissingFeature { feature, reason } = self;
        write!(
            f,
            "the component needs `{feature}` ({reason}), which the Rust host on {} does not have",
            engine::Engine::NAME
        )
    }
}

impl std::error::Error for MissingFeature {}

/// An export of a component, found once by [`Component::get_export_index`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComponentExportIndex {
    pub(crate) component: u64,
    pub(crate) item: ItemIndex,
}

/// Something that is exported: positions in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemIndex {
    /// The component made it.
    Export(usize),
    /// It is the very item that the host supplied for an import.
    Import(usize),
}

impl ComponentParts {
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn types(&self) -> &TypeTable {
        &self.types
    }

    /// The resource types before instantiation.
    pub(crate) fn resources(&self) -> Arc<[ResourceType]> {
        self.resources.clone()
    }

    pub(crate) fn module(&self, index: usize) -> Result<&engine::Module> {
        self.modules.get(index).with_context(|| format!("the plan has no module {index}"))
    }

    pub(crate) fn options(&self, index: usize) -> Result<(&plan::Options, StaticOptions)> {
        let options = self.plan.options.get(index).zip(self.options.get(index).copied());
        options.with_context(|| format!("the plan has no options {index}"))
    }

    pub(crate) fn type_source(self: &Arc<Self>, resources: Arc<[ResourceType]>) -> TypeSource {
        TypeSource { component: self.clone(), resources }
    }

    /// Finds an export by its name.
    pub(crate) fn find_export(
        &self,
        instance: Option<&ComponentExportIndex>,
        name: &str,
    ) -> Option<ComponentExportIndex> {
        let item = match instance.map(|index| (index.component == self.id, index.item)) {
            None => ItemIndex::Export(*names::lookup(&self.exports[0], name)?),
            Some((false, _)) => return None,
            Some((true, ItemIndex::Export(parent))) => {
                ItemIndex::Export(*names::lookup(self.exports.get(parent + 1)?, name)?)
            }
            Some((true, ItemIndex::Import(parent))) => {
                ItemIndex::Import(*names::lookup(self.imports.get(parent + 1)?, name)?)
            }
        };
        let item = self.follow(item)?;
        Some(ComponentExportIndex { component: self.id, item })
    }

    /// The items that are directly in an imported instance, or at the root: names and positions.
    pub(crate) fn imports_of(&self, parent: Option<usize>) -> impl Iterator<Item = (&str, usize)> {
        let names = self.imports.get(parent.map_or(0, |parent| parent + 1));
        names.into_iter().flatten().map(|(name, &index)| (name.as_str(), index))
    }

    /// The items that are directly in an exported instance: names and positions.
    fn exports_of(&self, parent: usize) -> impl Iterator<Item = (&str, usize)> {
        self.exports.get(parent + 1).into_iter().flatten().map(|(name, &index)| (name.as_str(), index))
    }

    /// The items that are directly in an instance.
    pub(crate) fn items_of(&self, instance: ItemIndex) -> Vec<(&str, ItemIndex)> {
        match instance {
            ItemIndex::Export(parent) => {
                self.exports_of(parent).map(|(name, index)| (name, ItemIndex::Export(index))).collect()
            }
            ItemIndex::Import(parent) => {
                self.imports_of(Some(parent)).map(|(name, index)| (name, ItemIndex::Import(index))).collect()
            }
        }
    }

    /// The import that an export is, or the export itself.
    pub(crate) fn follow(&self, item: ItemIndex) -> Option<ItemIndex> {
        Some(match item {
            ItemIndex::Export(export) => match self.plan.exports.get(export)?.kind {
                ExportKind::Import { import } => ItemIndex::Import(import),
                _ => item,
            },
            ItemIndex::Import(_) => item,
        })
    }

    /// What an export is.
    pub(crate) fn item(&self, source: &TypeSource, item: ItemIndex) -> Option<ComponentItem> {
        Some(match item {
            ItemIndex::Export(index) => export_item(source, &self.plan.exports.get(index)?.kind),
            ItemIndex::Import(index) => import_item(source, &self.plan.imports.get(index)?.kind),
        })
    }

    /// Name of an import for messages, with the instances it is in.
    pub(crate) fn import_name(&self, index: usize) -> String {
        match self.plan.imports.get(index) {
            Some(import) => match import.parent.and_then(|parent| self.plan.imports.get(parent)) {
                Some(parent) => format!("{}#{}", parent.name, import.name),
                None => import.name.clone(),
            },
            None => format!("import {index}"),
        }
    }

    /// Name of an export for messages, with the instance it is in.
    pub(crate) fn export_name(&self, index: usize) -> String {
        match self.plan.exports.get(index) {
            Some(export) => match export.parent.and_then(|parent| self.plan.exports.get(parent)) {
                Some(parent) => format!("{}#{}", parent.name, export.name),
                None => export.name.clone(),
            },
            None => format!("export {index}"),
        }
    }
}

impl fmt::Debug for ComponentParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component").field("name", &self.plan.name).finish_non_exhaustive()
    }
}

fn check_requirements(plan: &Plan) -> Result<()> {
    let has = |r: &plan::Requirement| engine::Engine::FEATURES.contains(&r.feature.as_str());
    let missing = plan.requires.iter().find(|requirement| !requirement.optional && !has(requirement));
    let missing = match missing {
        Some(plan::Requirement { feature, reason, .. }) => {
            MissingFeature { feature: feature.clone(), reason: reason.clone() }
        }
        None if has_tasks(plan) => MissingFeature::asynchronous("it lifts, lowers or waits asynchronously"),
        None => return Ok(()),
    };
    Err(missing.into())
}

/// Whether the plan asks for anything of a host that runs tasks.
fn has_tasks(plan: &Plan) -> bool {
    use plan::{Initializer, Trampoline};
    let is_task =
        |t: &Trampoline| !matches!(t, Trampoline::LowerImport { .. } | Trampoline::DropHostResource { .. });
    plan.trampolines.iter().any(is_task)
        || plan.options.iter().any(|options| options.is_async)
        || plan
            .initializers
            .iter()
            .any(|i| matches!(i, Initializer::Callback { .. } | Initializer::Table { .. }))
}

fn static_options(options: &plan::Options) -> Result<StaticOptions> {
    let encodings = [StringEncoding::Utf8, StringEncoding::Utf16, StringEncoding::CompactUtf16];
    let encoding = encodings.into_iter().find(|encoding| encoding.name() == options.encoding);
    let encoding = encoding.with_context(|| format!("unknown string encoding `{}`", options.encoding))?;
    let width = if options.pointer == 64 { PointerWidth::W64 } else { PointerWidth::W32 };
    Ok(StaticOptions { encoding, width })
}

/// Sorts items by their parents and names.
fn forest<'a>(items: impl ExactSizeIterator<Item = (Option<usize>, &'a String)>) -> NameForest {
    let mut names = vec![IndexMap::new(); items.len() + 1];
    for (index, (parent, name)) in items.enumerate() {
        names[parent.map_or(0, |parent| parent + 1)].insert(name.clone(), index);
    }
    names
}

fn compile<'a>(
    engine: &Engine,
    module: &plan::Module,
    read: &mut impl FnMut(&str) -> Result<Cow<'a, [u8]>>,
) -> Result<engine::Module> {
    let bytes = read(&module.file)?;
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(
        bytes.len() as u64 == module.size && hash == module.sha256,
        "it is not the file that the plan was made with: its size or hash differs. Build the bundle again"
    );
    let compiled = engine.core().compile(&bytes)?;
    let imports = compiled.imports();
    let same = imports.len() == module.imports.len()
        && imports.iter().zip(&module.imports).all(|(i, m)| i.module == m.0 && i.name == m.1);
    ensure!(same, "its imports are not those in the plan");
    Ok(compiled)
}

fn import_item(source: &TypeSource, kind: &ImportKind) -> ComponentItem {
    match kind {
        ImportKind::Instance => ComponentItem::ComponentInstance(Vec::new()),
        ImportKind::Func { function } => func_item(source, *function),
        ImportKind::Module { .. } => ComponentItem::Module,
        ImportKind::Resource { resource } => resource_item(source, *resource),
        ImportKind::Type { .. } => ComponentItem::Type,
    }
}

fn export_item(source: &TypeSource, kind: &ExportKind) -> ComponentItem {
    match kind {
        ExportKind::Instance => ComponentItem::ComponentInstance(Vec::new()),
        ExportKind::Func { function, .. } => func_item(source, *function),
        ExportKind::Import { import } => match source.component.plan.imports.get(*import) {
            Some(import) => import_item(source, &import.kind),
            None => ComponentItem::Type,
        },
        ExportKind::Module { .. } => ComponentItem::Module,
        ExportKind::Resource { resource } => resource_item(source, *resource),
        ExportKind::Type { .. } => ComponentItem::Type,
    }
}

fn func_item(source: &TypeSource, function: usize) -> ComponentItem {
    ComponentItem::ComponentFunc(ComponentFunc { source: source.clone(), function })
}

fn resource_item(source: &TypeSource, resource: usize) -> ComponentItem {
    match source.resources.get(resource) {
        Some(ty) => ComponentItem::Resource(*ty),
        None => ComponentItem::Type,
    }
}

/// Nests items under their parents, which come before them.
fn tree<'a>(
    items: impl Iterator<Item = (Option<usize>, &'a String, ComponentItem)>,
) -> Vec<(String, ComponentItem)> {
    let items: Vec<_> = items.collect();
    let mut children: Vec<Vec<(String, ComponentItem)>> = vec![Vec::new(); items.len() + 1];
    // From the back, so that an item's children are complete when it is moved to its parent.
    for (index, (parent, name, mut item)) in items.into_iter().enumerate().rev() {
        if let ComponentItem::ComponentInstance(inner) = &mut item {
            *inner = std::mem::take(&mut children[index + 1]);
            inner.reverse();
        }
        children[parent.map_or(0, |parent| parent + 1)].push((name.clone(), item));
    }
    let mut roots = std::mem::take(&mut children[0]);
    roots.reverse();
    roots
}
