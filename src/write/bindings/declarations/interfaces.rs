//! Interfaces: each is a type with a member for each item, and a namespace of what these members are made of.

use super::super::names::{alias, camel, method, pascal, property};
use super::super::source::Source;
use super::super::tree::{ItemKind, Side};
use super::functions::{Functions, Owner};
use super::namespaces::Namespaces;
use super::{OUTSIDE, Printer};
use indexmap::IndexMap;
use std::collections::HashSet;

impl Printer<'_> {
    pub(super) fn needs_imports(&self) -> bool {
        self.imports.tree.roots.iter().any(|&i| match self.imports.tree.items[i].kind {
            ItemKind::Type(_) => false,
            _ => self.is_needed(self.imports, i),
        })
    }

    /// An interface with a member for each item, and the namespaces behind it.
    pub(super) fn side(&self, spaces: &Namespaces<'_>, out: &mut Source) {
        let what = if spaces.side == Side::Imports {
            "What the host supplies."
        } else {
            "What the component gives."
        };
        out.line("");
        out.docs(what);
        self.members(spaces, None, out);
        self.namespace(spaces, None, out);
    }

    fn namespace(&self, spaces: &Namespaces<'_>, level: Option<usize>, out: &mut Source) {
        if !self.has_declarations(spaces, level) {
            return;
        }
        let scope = spaces.scope(level);
        let name = scope.rsplit('.').next().unwrap_or(scope);
        let open = match level {
            None => format!("declare namespace {name} {{"),
            Some(_) => format!("export namespace {name} {{"),
        };
        out.line("");
        out.block(open, "}", |out| {
            let functions = self.functions(spaces, level);
            for &i in spaces.children(level) {
                self.declaration(spaces, level, i, &functions, out);
            }
        });
    }

    fn has_declarations(&self, spaces: &Namespaces<'_>, level: Option<usize>) -> bool {
        spaces.children(level).iter().any(|&i| {
            matches!(
                spaces.tree.items[i].kind,
                ItemKind::Instance | ItemKind::Type(Some(_)) | ItemKind::Resource(_)
            )
        })
    }

    fn declaration(
        &self,
        spaces: &Namespaces<'_>,
        level: Option<usize>,
        i: usize,
        functions: &Functions<'_>,
        out: &mut Source,
    ) {
        let item = &spaces.tree.items[i];
        match item.kind {
            ItemKind::Instance => {
                out.docs(self.docs.interface(spaces.side, item.name));
                self.members(spaces, Some(i), out);
                self.namespace(spaces, Some(i), out);
            }
            ItemKind::Type(Some(ty)) => self.type_declaration(spaces, level, item, ty, out),
            ItemKind::Resource(resource) => self.class(spaces, level, item, resource, functions, out),
            ItemKind::Func { .. } | ItemKind::Module | ItemKind::Type(None) | ItemKind::SameAs(_) => {}
        }
    }

    /// `interface X { ... }`: the members of an instance, or of all imports or exports.
    fn members(&self, spaces: &Namespaces<'_>, level: Option<usize>, out: &mut Source) {
        let scope = spaces.scope(level);
        let name = scope.rsplit('.').next().unwrap_or(scope);
        let interface = spaces.interface(level);
        // What stands outside all namespaces is exported at the end, as types only: their classes are no values.
        let export = if level.is_some() { "export " } else { "" };
        out.block(format_args!("{export}interface {name} {{"), "}", |out| {
            let mut taken: HashSet<String> = HashSet::new();
            let functions = self.functions(spaces, level);
            for (name, function) in &functions.free {
                let key = camel(name);
                out.docs(self.docs.item(spaces.side, interface, name));
                // The members stand outside the namespace of their types, so those need their full paths.
                let of = if spaces.side == Side::Imports { Owner::Host } else { Owner::Component };
                let (params, result) = self.signature(*function, OUTSIDE, 0, of);
                out.line(format_args!("{}({params}): {result};", method(&key)));
                taken.insert(key);
            }
            for &i in spaces.children(level) {
                self.member(spaces, i, &mut taken, out);
            }
            if spaces.side == Side::Exports {
                self.aliases(spaces, level, &taken, out);
            }
        });
    }

    fn member(&self, spaces: &Namespaces<'_>, i: usize, taken: &mut HashSet<String>, out: &mut Source) {
        let item = &spaces.tree.items[i];
        let (key, ty) = match (self.resolve(item.kind), item.kind) {
            (ItemKind::Instance, ItemKind::SameAs(import)) => {
                (item.name.to_string(), self.imports.scopes[&import].clone())
            }
            (ItemKind::Instance, _) => (item.name.to_string(), spaces.scopes[&i].clone()),
            (ItemKind::Resource(resource), _) => (pascal(item.name), self.class_type(resource)),
            (ItemKind::Module, _) if spaces.side == Side::Imports => {
                (item.name.to_string(), "WebAssembly.Module".to_string())
            }
            // An exported module is found by `Instance.getModule`.
            (ItemKind::Func { .. } | ItemKind::Module | ItemKind::Type(_) | ItemKind::SameAs(_), _) => return,
        };
        let optional = if self.is_needed(spaces, i) { "" } else { "?" };
        out.line(format_args!("{}{optional}: {ty};", property(&key)));
        taken.insert(key);
    }

    /// Whether the host must supply this import: an instance of nothing but types may be left out.
    fn is_needed(&self, spaces: &Namespaces<'_>, i: usize) -> bool {
        let has_values = |&c: &usize| !matches!(spaces.tree.items[c].kind, ItemKind::Type(_));
        let item = &spaces.tree.items[i];
        spaces.side == Side::Exports
            || item.kind != ItemKind::Instance
            || item.children.iter().any(has_values)
    }

    /// Exported instances are reachable by the last part of their name too, where that is free and unambiguous.
    fn aliases(
        &self,
        spaces: &Namespaces<'_>,
        level: Option<usize>,
        taken: &HashSet<String>,
        out: &mut Source,
    ) {
        let instances = |&&i: &&usize| self.resolve(spaces.tree.items[i].kind) == ItemKind::Instance;
        let mut aliases: IndexMap<String, Vec<usize>> = IndexMap::new();
        for &i in spaces.children(level).iter().filter(instances) {
            aliases.entry(alias(spaces.tree.items[i].name)).or_default().push(i);
        }
        for (alias, items) in aliases {
            if let [i] = items[..]
                && !taken.contains(&alias)
            {
                let scope = match spaces.tree.items[i].kind {
                    ItemKind::SameAs(import) => &self.imports.scopes[&import],
                    _ => &spaces.scopes[&i],
                };
                out.line(format_args!("{}: {scope};", property(&alias)));
            }
        }
    }
}
