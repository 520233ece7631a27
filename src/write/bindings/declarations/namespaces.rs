//! Where in the declarations each interface and type is: the namespaces, and the identifiers in them.

use super::super::names::{UniqueNames, interface_identifier, pascal, version_suffix};
use super::super::tree::{ItemKind, Side, Tree};
use super::super::ts::{Declared, TypeScript};
use super::generics;
use std::collections::HashMap;

/// The imports or the exports, with a namespace for each instance.
pub(super) struct Namespaces<'a> {
    pub(super) side: Side,
    pub(super) tree: Tree<'a>,
    /// Dotted path of the namespace of each instance.
    pub(super) scopes: HashMap<usize, String>,
}

impl<'a> Namespaces<'a> {
    pub(super) fn new(side: Side, tree: Tree<'a>) -> Self {
        let mut side = Namespaces { side, tree, scopes: HashMap::new() };
        side.assign_scopes();
        side
    }

    /// Two versions of an interface get their versions in their identifiers; anything else that collides a number.
    fn assign_scopes(&mut self) {
        let mut pending = vec![(self.side.name().to_string(), self.tree.roots.clone())];
        while let Some((scope, items)) = pending.pop() {
            let instances: Vec<usize> =
                items.into_iter().filter(|&i| self.tree.items[i].kind == ItemKind::Instance).collect();
            let mut counts: HashMap<String, usize> = HashMap::new();
            for &i in &instances {
                *counts.entry(interface_identifier(self.tree.items[i].name)).or_default() += 1;
            }
            let mut names = UniqueNames::default();
            for i in instances {
                let name = self.tree.items[i].name;
                let mut identifier = interface_identifier(name);
                if counts[&identifier] > 1 {
                    identifier.push_str(&version_suffix(name));
                }
                let path = format!("{scope}.{}", names.take(identifier));
                pending.push((path.clone(), self.tree.items[i].children.clone()));
                self.scopes.insert(i, path);
            }
        }
    }

    pub(super) fn scope(&self, instance: Option<usize>) -> &str {
        instance.map_or(self.side.name(), |i| &self.scopes[&i])
    }

    /// The interface's name, if this is not what the world has by itself.
    pub(super) fn interface(&self, instance: Option<usize>) -> Option<&'a str> {
        instance.map(|i| self.tree.items[i].name)
    }

    pub(super) fn children(&self, instance: Option<usize>) -> &[usize] {
        instance.map_or(&self.tree.roots, |i| &self.tree.items[i].children)
    }

    fn levels(&self) -> impl Iterator<Item = Option<usize>> {
        let instances =
            self.tree.items.iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Instance);
        std::iter::once(None).chain(instances.map(|(i, _)| Some(i)))
    }

    pub(super) fn name_types(&self, ts: &mut TypeScript<'_>) {
        for level in self.levels() {
            let scope = self.scope(level);
            for &i in self.children(level) {
                let item = &self.tree.items[i];
                let declared = Declared { scope: scope.to_string(), name: type_identifier(item.name) };
                match item.kind {
                    ItemKind::Type(Some(ty)) => ts.name_type(ty, declared),
                    ItemKind::Resource(resource) => ts.name_resource(resource, declared),
                    _ => {}
                }
            }
        }
    }
}

/// A type's identifier; names that TypeScript or this file gives a meaning get an underscore.
pub(super) fn type_identifier(name: &str) -> String {
    let identifier = pascal(name);
    match identifier.as_str() {
        "Map" | "Array" | "AsyncIterable" | "Promise" | "PromiseLike" | "Disposable" | "Imports"
        | "Exports" | "WebAssembly" | "Symbol" => format!("{identifier}_"),
        shared if generics::is_shared(shared) => format!("{identifier}_"),
        _ if identifier.starts_with(|c: char| c.is_ascii_digit()) => format!("_{identifier}"),
        _ => identifier,
    }
}
