//! Doc comments for declarations, from WIT source.
//!
//! A component holds no doc comments (toolchains leave them in the WIT package), so they can only come from the
//! source the component was made from: `corefuse build --wit PATH`.

use anyhow::{Result, anyhow};
use std::collections::HashMap;
use std::path::Path;
use wit_parser::{Function, Interface, Resolve, TypeDefKind, TypeId, WorldItem, WorldKey};

/// Doc comments by interface and item, as WIT names.
#[derive(Debug, Default)]
pub struct Docs {
    interfaces: HashMap<String, InterfaceDocs>,
}

/// Where the docs are of what a world itself imports, in place of an interface's name; no interface can have it.
pub(super) const IMPORTS: &str = "Imports";

/// As [`IMPORTS`], of what a world exports.
pub(super) const EXPORTS: &str = "Exports";

#[derive(Debug, Default)]
struct InterfaceDocs {
    own: String,
    items: HashMap<String, String>,
    members: HashMap<(String, String), String>,
}

impl Docs {
    /// Reads the WIT file or folder at `path`.
    ///
    /// # Errors
    /// Where it cannot be read or is not valid WIT.
    pub fn read(path: &Path) -> Result<Docs> {
        let mut resolve = Resolve::default();
        match resolve.push_path(path) {
            Ok(_) => Ok(Docs::of(&resolve)),
            Err(error) => {
                let why = resolve.render_error(&error);
                Err(anyhow!(why).context(format!("reading doc comments from `{}`", path.display())))
            }
        }
    }

    fn of(resolve: &Resolve) -> Docs {
        let mut docs = Docs::default();
        for (id, interface) in resolve.interfaces.iter() {
            if let Some(name) = interface.package.and_then(|_| resolve.id_of(id)) {
                docs.interface_mut(&name).add_interface(resolve, interface);
            }
        }
        for (_, world) in resolve.worlds.iter() {
            for (side, items) in [(IMPORTS, &world.imports), (EXPORTS, &world.exports)] {
                for (key, item) in items {
                    docs.add_world_item(resolve, side, key, item);
                }
            }
        }
        docs
    }

    fn interface_mut(&mut self, name: &str) -> &mut InterfaceDocs {
        self.interfaces.entry(name.to_string()).or_default()
    }

    /// What a world has under a name of its own.
    fn add_world_item(&mut self, resolve: &Resolve, side: &str, key: &WorldKey, item: &WorldItem) {
        match (key, item) {
            (WorldKey::Name(name), WorldItem::Interface { id, .. }) => {
                self.interface_mut(name).add_interface(resolve, &resolve.interfaces[*id]);
            }
            (_, WorldItem::Function(function)) => self.interface_mut(side).add_function(function),
            (WorldKey::Name(name), WorldItem::Type { id, .. }) => {
                self.interface_mut(side).add_type(resolve, name, *id);
            }
            // Interfaces that are not of this world alone are there already, and so are their types.
            (WorldKey::Interface(_), WorldItem::Interface { .. } | WorldItem::Type { .. }) => {}
        }
    }

    /// What is said of an interface; empty where nothing is.
    pub(super) fn interface(&self, interface: &str) -> &str {
        self.interfaces.get(interface).map_or("", |i| &i.own)
    }

    /// What is said of a function, type or resource of an interface.
    pub(super) fn item(&self, interface: &str, item: &str) -> &str {
        self.interfaces.get(interface).and_then(|i| i.items.get(item)).map_or("", String::as_str)
    }

    /// What is said of a field, case or flag of a type.
    pub(super) fn member(&self, interface: &str, item: &str, member: &str) -> &str {
        let key = (item.to_string(), member.to_string());
        self.interfaces.get(interface).and_then(|i| i.members.get(&key)).map_or("", String::as_str)
    }
}

impl InterfaceDocs {
    fn add_interface(&mut self, resolve: &Resolve, interface: &Interface) {
        self.own = text(&interface.docs);
        interface.functions.values().for_each(|function| self.add_function(function));
        interface.types.iter().for_each(|(name, &ty)| self.add_type(resolve, name, ty));
    }

    fn add_function(&mut self, function: &Function) {
        self.items.insert(function.name.clone(), text(&function.docs));
    }

    fn add_type(&mut self, resolve: &Resolve, name: &str, ty: TypeId) {
        let def = &resolve.types[ty];
        self.items.insert(name.to_string(), text(&def.docs));
        for (member, docs) in member_docs(&def.kind) {
            self.members.insert((name.to_string(), member), docs);
        }
    }
}

fn text(docs: &wit_parser::Docs) -> String {
    docs.contents.as_deref().unwrap_or("").trim().to_string()
}

fn member_docs(kind: &TypeDefKind) -> Vec<(String, String)> {
    match kind {
        TypeDefKind::Record(r) => r.fields.iter().map(|f| (f.name.clone(), text(&f.docs))).collect(),
        TypeDefKind::Variant(v) => v.cases.iter().map(|c| (c.name.clone(), text(&c.docs))).collect(),
        TypeDefKind::Enum(e) => e.cases.iter().map(|c| (c.name.clone(), text(&c.docs))).collect(),
        TypeDefKind::Flags(f) => f.flags.iter().map(|f| (f.name.clone(), text(&f.docs))).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Docs, EXPORTS, IMPORTS};
    use wit_parser::Resolve;

    const SOURCE: &str = "package a:b;
        /// an interface
        interface shared { /// in it
          f: func(); }
        world w {
          /// what the host does
          import log: func(line: string);
          /// what the component does
          export log: func() -> u32;
          import plain: interface { /// in a nameless one
            g: func(); }
          /// a point
          record point { /// across
            x: u32 }
          export shared;
        }";

    #[test]
    fn docs_of_interfaces_and_of_what_worlds_have_themselves() {
        let mut resolve = Resolve::default();
        resolve.push_str("a.wit", SOURCE).unwrap();
        let docs = Docs::of(&resolve);
        assert_eq!(docs.interface("a:b/shared"), "an interface");
        assert_eq!(docs.item("a:b/shared", "f"), "in it");
        assert_eq!(docs.item(IMPORTS, "log"), "what the host does");
        assert_eq!(docs.item(EXPORTS, "log"), "what the component does");
        assert_eq!(docs.item("plain", "g"), "in a nameless one");
        assert_eq!(docs.item(IMPORTS, "point"), "a point");
        assert_eq!(docs.member(IMPORTS, "point", "x"), "across");
    }

    #[test]
    fn an_error_says_where_it_is() {
        let file = tempfile::Builder::new().suffix(".wit").tempfile().unwrap();
        std::fs::write(file.path(), "package a:b;\nworld w { export f: fuc(); }\n").unwrap();
        let error = format!("{:#}", Docs::read(file.path()).unwrap_err());
        assert!(error.starts_with("reading doc comments from `") && error.contains(".wit:2:"), "{error}");
    }
}
