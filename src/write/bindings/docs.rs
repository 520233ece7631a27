//! Doc comments for declarations, from WIT source.
//!
//! A component holds no doc comments (toolchains leave them in the WIT package), so they can only come from the
//! source the component was made from: `corefuse build --wit PATH`.

use anyhow::{Context, Result};
use std::collections::HashMap;
use std::path::Path;
use wit_parser::{Resolve, TypeDefKind};

/// Doc comments by interface and item, as WIT names.
#[derive(Debug, Default)]
pub struct Docs {
    interfaces: HashMap<String, InterfaceDocs>,
}

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
        resolve.push_path(path).with_context(|| format!("reading doc comments from `{}`", path.display()))?;
        Ok(Docs::of(&resolve))
    }

    fn of(resolve: &Resolve) -> Docs {
        let mut docs = Docs::default();
        for (id, interface) in resolve.interfaces.iter() {
            let Some(name) = interface.package.and_then(|_| resolve.id_of(id)) else { continue };
            let mut found = InterfaceDocs { own: text(&interface.docs), ..Default::default() };
            for (name, func) in &interface.functions {
                found.items.insert(name.clone(), text(&func.docs));
            }
            for (name, &ty) in &interface.types {
                let def = &resolve.types[ty];
                found.items.insert(name.clone(), text(&def.docs));
                for (member, docs) in member_docs(&def.kind) {
                    found.members.insert((name.clone(), member), docs);
                }
            }
            docs.interfaces.insert(name, found);
        }
        docs
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
