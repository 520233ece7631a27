//! The keys under which users of JavaScript find what a component exports at its top level.
//!
//! The loader makes the object with these keys at run time (`shape` in `js-loader/src/instance.js`).

use super::Form;
use super::names::{FuncName, alias, camel, pascal};
use super::tree::{ItemKind, Tree};
use crate::plan::{ExportKind, Initializer, Plan, Resource, Trampoline};
use indexmap::{IndexMap, IndexSet};

/// An export and its keys.
#[derive(Debug)]
pub(super) struct Exported {
    /// Index into the plan's exports.
    pub(super) item: usize,
    /// Full key first; an interface may have a short one too.
    pub(super) keys: Vec<String>,
}

/// All exports that have keys: functions, classes of resources, and interfaces.
pub(super) fn exported(plan: &Plan) -> Vec<Exported> {
    let (tree, imports) = (Tree::exports(plan), Tree::imports(plan));
    let mut found: Vec<Exported> = Vec::new();
    let mut aliases: IndexMap<String, Vec<usize>> = IndexMap::new();
    for &item in &tree.roots {
        let name = tree.items[item].name;
        let kind = match tree.items[item].kind {
            ItemKind::SameAs(import) => imports.items[import].kind,
            kind => kind,
        };
        let key = match kind {
            ItemKind::Func { .. } if matches!(FuncName::parse(name), FuncName::Free(_)) => camel(name),
            ItemKind::Resource(_) => pascal(name),
            ItemKind::Instance => {
                aliases.entry(alias(name)).or_default().push(found.len());
                name.to_string()
            }
            ItemKind::Func { .. } | ItemKind::Module | ItemKind::Type(_) | ItemKind::SameAs(_) => continue,
        };
        found.push(Exported { item, keys: vec![key] });
    }
    let full: IndexSet<String> = found.iter().flat_map(|export| export.keys.clone()).collect();
    for (alias, owners) in aliases {
        if let [owner] = owners[..]
            && !full.contains(&alias)
        {
            found[owner].keys.push(alias);
        }
    }
    found
}

/// The imports at the top level of which the component uses anything: what the loader asks the host for.
pub(super) fn used_imports(plan: &Plan) -> IndexSet<usize> {
    let lowered = plan.trampolines.iter().filter_map(|trampoline| match trampoline {
        Trampoline::LowerImport { import, .. } => Some(*import),
        // What else the host makes has no name.
        _ => None,
    });
    let instantiated = plan.initializers.iter().filter_map(|step| match step {
        Initializer::InstantiateImported { import, .. } => Some(*import),
        Initializer::Instantiate { .. }
        | Initializer::Resource { .. }
        | Initializer::Memory { .. }
        | Initializer::Realloc { .. }
        | Initializer::PostReturn { .. }
        | Initializer::Callback { .. }
        | Initializer::Table { .. } => None,
    });
    let exported = plan.exports.iter().filter_map(|export| match export.kind {
        ExportKind::Import { import } => Some(import),
        ExportKind::Resource { resource } => match plan.resources[resource] {
            Resource::Imported { import } => Some(import),
            Resource::Defined { .. } => None,
        },
        ExportKind::Instance
        | ExportKind::Func { .. }
        | ExportKind::Module { .. }
        | ExportKind::Type { .. } => None,
    });
    let root = |mut import: usize| {
        while let Some(parent) = plan.imports[import].parent {
            import = parent;
        }
        import
    };
    let mut roots: Vec<usize> = lowered.chain(instantiated).chain(exported).map(root).collect();
    roots.sort_unstable();
    roots.into_iter().collect()
}

/// The loader's error classes, which bindings that hold everything export: users have no other way to them. Where the
/// component's exports are the module's, one that is called the same takes the place.
pub(super) fn error_classes(plan: &Plan, form: &Form) -> Vec<&'static str> {
    let taken = match form {
        Form::Instantiate => Vec::new(),
        Form::Module(_) => exported(plan),
    };
    let mut classes = vec!["ComponentError", "LinkError", "PlanError", "Trap"];
    classes.retain(|class| !taken.iter().any(|export| export.keys.iter().any(|key| key == class)));
    classes
}
