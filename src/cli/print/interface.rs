//! Imports and exports of the root component, with their types.

use super::component::attributes;
use super::types::{TypePrinter, resource_name};
use corefuse::dfg::{Dfg, ExportKind, ImportKind, ModuleItem};
use corefuse::id::Id;

/// Which side of the interface to print.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Side {
    Imports,
    Exports,
}

/// Prints one side as a tree, then the types it uses.
pub(in crate::cli) fn print(dfg: &Dfg<'_>, side: Side) -> String {
    let mut types = TypePrinter::new(&dfg.types);
    let mut text = match side {
        Side::Imports => imports(dfg, &mut types),
        Side::Exports => exports(dfg, &mut types),
    };
    let definitions = types.definitions();
    if !definitions.is_empty() {
        text += "types\n";
        text += &definitions;
    }
    text
}

/// The imports as a tree.
pub(super) fn imports(dfg: &Dfg<'_>, types: &mut TypePrinter<'_>) -> String {
    let mut depths: Vec<usize> = Vec::new();
    let mut text = String::from("imports\n");
    for (id, import) in dfg.imports.iter() {
        let mut kind = match &import.kind {
            ImportKind::Instance => "instance".to_owned(),
            ImportKind::Func(ty) => types.func(*ty),
            ImportKind::Module { imports, exports } => {
                format!("core module (takes {}; gives {})", items(imports), items(exports))
            }
            ImportKind::Resource(resource) => format!("resource {}", resource_name(*resource)),
            ImportKind::Type(Some(ty)) => format!("type {}", types.name(*ty)),
            ImportKind::Type(None) => "type".to_owned(),
        };
        let depth = import.parent.map_or(1, |parent| depths[parent.index()] + 1);
        depths.push(depth);
        kind += &attributes(import.implements.as_deref(), import.external_id.as_deref());
        text += &line(depth, &format!("n{}", id.index()), &import.name, &kind);
    }
    text
}

/// The exports as a tree.
pub(super) fn exports(dfg: &Dfg<'_>, types: &mut TypePrinter<'_>) -> String {
    let mut depths: Vec<usize> = Vec::new();
    let mut text = String::from("exports\n");
    for (id, export) in dfg.exports.iter() {
        let mut kind = match &export.kind {
            ExportKind::Instance => "instance".to_owned(),
            ExportKind::Func(func) => types.func(func.ty),
            ExportKind::Import(import) => format!("the import n{}", import.index()),
            ExportKind::Module(module) => format!("core module m{}", module.index()),
            ExportKind::Resource(resource) => format!("resource {}", resource_name(*resource)),
            ExportKind::Type(Some(ty)) => format!("type {}", types.name(*ty)),
            ExportKind::Type(None) => "type".to_owned(),
        };
        let depth = export.parent.map_or(1, |parent| depths[parent.index()] + 1);
        depths.push(depth);
        kind += &attributes(export.implements.as_deref(), export.external_id.as_deref());
        text += &line(depth, &format!("e{}", id.index()), &export.name, &kind);
    }
    text
}

fn line(depth: usize, id: &str, name: &str, kind: &str) -> String {
    format!("{:indent$}{id} {name:?} {kind}\n", "", indent = 2 * depth)
}

fn items(items: &[ModuleItem]) -> String {
    let item = |item: &ModuleItem| {
        let module = if item.module.is_empty() { String::new() } else { format!("{:?} ", item.module) };
        format!("{module}{:?} {}", item.name, item.kind.name())
    };
    if items.is_empty() {
        "nothing".to_owned()
    } else {
        items.iter().map(item).collect::<Vec<_>>().join(", ")
    }
}
