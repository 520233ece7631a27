//! A plan's imports or exports as a tree that both kinds of generated source walk.

use crate::plan::{Export, ExportKind, Import, ImportKind, Plan};

/// The two sides of a component's boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What the host supplies.
    Imports,
    /// What the component gives.
    Exports,
}

impl Side {
    /// Name in declarations.
    pub(super) fn name(self) -> &'static str {
        match self {
            Side::Imports => "Imports",
            Side::Exports => "Exports",
        }
    }

    /// One item of it, in messages.
    pub(super) fn singular(self) -> &'static str {
        match self {
            Side::Imports => "import",
            Side::Exports => "export",
        }
    }
}

/// Imports or exports: items in plan order, each with its children.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    /// Same indices as in the plan.
    pub(super) items: Vec<Item<'a>>,
    /// Items without a parent.
    pub(super) roots: Vec<usize>,
}

/// One item of a tree.
#[derive(Debug)]
pub(super) struct Item<'a> {
    /// WIT name.
    pub(super) name: &'a str,
    /// What it is.
    pub(super) kind: ItemKind,
    /// Items of an instance.
    pub(super) children: Vec<usize>,
}

/// What an item is; numbers are indices into the plan's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    Instance,
    Func {
        function: usize,
    },
    Module,
    Resource(usize),
    Type(Option<usize>),
    /// The import with this index, exported again.
    SameAs(usize),
}

impl<'a> Tree<'a> {
    /// The imports of a plan.
    pub(super) fn imports(plan: &'a Plan) -> Tree<'a> {
        Self::build(plan.imports.iter().map(|i| (i.parent, i.name.as_str(), import_kind(i))))
    }

    /// The exports of a plan.
    pub(super) fn exports(plan: &'a Plan) -> Tree<'a> {
        Self::build(plan.exports.iter().map(|e| (e.parent, e.name.as_str(), export_kind(e))))
    }

    fn build(items: impl Iterator<Item = (Option<usize>, &'a str, ItemKind)>) -> Tree<'a> {
        let mut tree = Tree { items: Vec::new(), roots: Vec::new() };
        for (index, (parent, name, kind)) in items.enumerate() {
            tree.items.push(Item { name, kind, children: Vec::new() });
            match parent {
                Some(parent) => tree.items[parent].children.push(index),
                None => tree.roots.push(index),
            }
        }
        tree
    }
}

fn import_kind(import: &Import) -> ItemKind {
    match import.kind {
        ImportKind::Instance => ItemKind::Instance,
        ImportKind::Func { function } => ItemKind::Func { function },
        ImportKind::Module { .. } => ItemKind::Module,
        ImportKind::Resource { resource } => ItemKind::Resource(resource),
        ImportKind::Type { ty } => ItemKind::Type(ty),
    }
}

fn export_kind(export: &Export) -> ItemKind {
    match export.kind {
        ExportKind::Instance => ItemKind::Instance,
        ExportKind::Func { function, .. } => ItemKind::Func { function },
        ExportKind::Import { import } => ItemKind::SameAs(import),
        ExportKind::Module { .. } => ItemKind::Module,
        ExportKind::Resource { resource } => ItemKind::Resource(resource),
        ExportKind::Type { ty } => ItemKind::Type(ty),
    }
}
