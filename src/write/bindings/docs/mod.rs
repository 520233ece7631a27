//! Doc comments for declarations, from WIT source.
//!
//! A component holds no doc comments (toolchains leave them in the WIT package), so they can only come from the
//! source the component was made from: `corefuse build --wit PATH`. Nor does a component say which world of that
//! source it was made for; see `world`.

mod world;

use super::tree::Side;
use crate::plan::Plan;
use anyhow::{Context, Result, anyhow, ensure};
use std::collections::HashMap;
use std::path::Path;
use wit_parser::{Function, Interface, Resolve, TypeDefKind, TypeId};
use world::WorldDocs;

/// The doc comments of WIT source.
#[derive(Debug, Default)]
pub struct Docs {
    /// Of the interfaces of packages, by their full names.
    interfaces: HashMap<String, InterfaceDocs>,
    /// Of what worlds have by themselves; only the worlds that the component may be of.
    worlds: Vec<WorldDocs>,
}

impl Docs {
    /// Reads the WIT file or folder at `path`.
    ///
    /// # Errors
    /// Where it cannot be read or is not valid WIT.
    pub fn read(path: &Path) -> Result<Docs> {
        Docs::read_world(path, None)
    }

    /// As [`Docs::read`], for a component of the world `world`: `name`, or `my:app/name` with or without version. Without
    /// it the component's imports and exports tell which world it is of.
    ///
    /// # Errors
    /// Where the source cannot be read, is not valid WIT, or does not have just one such world.
    pub fn read_world(path: &Path, world: Option<&str>) -> Result<Docs> {
        let reading = || format!("reading doc comments from `{}`", path.display());
        let mut resolve = Resolve::default();
        match resolve.push_path(path) {
            Ok(_) => Docs::of(&resolve, world).with_context(reading),
            Err(error) => Err(anyhow!(resolve.render_error(&error)).context(reading())),
        }
    }

    fn of(resolve: &Resolve, world: Option<&str>) -> Result<Docs> {
        let mut docs = Docs::default();
        for (id, interface) in resolve.interfaces.iter() {
            if let Some(name) = interface.package.and_then(|_| resolve.id_of(id)) {
                docs.interfaces.insert(name, InterfaceDocs::of(resolve, interface));
            }
        }
        docs.worlds = resolve.worlds.iter().map(|(_, world)| WorldDocs::of(resolve, world)).collect();
        if let Some(wanted) = world {
            let all = docs.worlds.iter().map(|world| world.name.as_str()).collect::<Vec<_>>().join(", ");
            docs.worlds.retain(|world| world.is_called(wanted));
            ensure!(docs.worlds.len() == 1, "`{wanted}` is not the name of one world; there are {all}");
        }
        Ok(docs)
    }

    /// The docs for the component of `plan`.
    ///
    /// # Errors
    /// Where it cannot be known which world's docs they are.
    pub(super) fn for_component(&self, plan: &Plan) -> Result<ComponentDocs<'_>> {
        let worlds = world::of_component(&self.worlds, plan)?;
        Ok(ComponentDocs { interfaces: &self.interfaces, worlds })
    }
}

/// The doc comments for one component.
#[derive(Debug)]
pub(super) struct ComponentDocs<'a> {
    interfaces: &'a HashMap<String, InterfaceDocs>,
    /// These say the same of whatever the component has.
    worlds: Vec<&'a WorldDocs>,
}

impl ComponentDocs<'_> {
    /// What is said of an interface; empty where nothing is.
    pub(super) fn interface(&self, side: Side, interface: &str) -> &str {
        self.of_interface(side, interface).map_or("", |docs| &docs.own)
    }

    /// What is said of a function, type or resource of an interface, or of what the world has by itself.
    pub(super) fn item(&self, side: Side, interface: Option<&str>, item: &str) -> &str {
        self.find(side, interface, item).map_or("", |docs| &docs.own)
    }

    /// What is said of a field, case or flag of a type.
    pub(super) fn member(&self, side: Side, interface: Option<&str>, item: &str, member: &str) -> &str {
        let docs = self.find(side, interface, item);
        docs.and_then(|docs| docs.members.get(member)).map_or("", String::as_str)
    }

    fn find(&self, side: Side, interface: Option<&str>, item: &str) -> Option<&ItemDocs> {
        match interface {
            Some(interface) => self.of_interface(side, interface)?.items.get(item),
            None => self.worlds.iter().find_map(|world| world.item(side, item)),
        }
    }

    /// An interface of a package, or one that only the world has.
    fn of_interface(&self, side: Side, name: &str) -> Option<&InterfaceDocs> {
        let of_world = || self.worlds.iter().find_map(|world| world.interface(side, name));
        self.interfaces.get(name).or_else(of_world)
    }
}

/// The doc comments of an interface.
#[derive(Debug, Default, PartialEq, Eq)]
struct InterfaceDocs {
    own: String,
    items: HashMap<String, ItemDocs>,
}

/// The doc comments of a function or a type; `members` are fields, cases and flags.
#[derive(Debug, Default, PartialEq, Eq)]
struct ItemDocs {
    own: String,
    members: HashMap<String, String>,
}

impl InterfaceDocs {
    fn of(resolve: &Resolve, interface: &Interface) -> InterfaceDocs {
        let functions = interface
            .functions
            .values()
            .map(|function| (function.name.clone(), ItemDocs::function(function)));
        let types = interface.types.iter().map(|(name, &ty)| (name.clone(), ItemDocs::ty(resolve, ty)));
        InterfaceDocs { own: text(&interface.docs), items: functions.chain(types).collect() }
    }
}

impl ItemDocs {
    fn function(function: &Function) -> ItemDocs {
        ItemDocs { own: text(&function.docs), members: HashMap::new() }
    }

    fn ty(resolve: &Resolve, ty: TypeId) -> ItemDocs {
        let def = &resolve.types[ty];
        ItemDocs { own: text(&def.docs), members: member_docs(&def.kind) }
    }
}

fn text(docs: &wit_parser::Docs) -> String {
    docs.contents.as_deref().unwrap_or("").trim().to_string()
}

fn member_docs(kind: &TypeDefKind) -> HashMap<String, String> {
    match kind {
        TypeDefKind::Record(r) => r.fields.iter().map(|f| (f.name.clone(), text(&f.docs))).collect(),
        TypeDefKind::Variant(v) => v.cases.iter().map(|c| (c.name.clone(), text(&c.docs))).collect(),
        TypeDefKind::Enum(e) => e.cases.iter().map(|c| (c.name.clone(), text(&c.docs))).collect(),
        TypeDefKind::Flags(f) => f.flags.iter().map(|f| (f.name.clone(), text(&f.docs))).collect(),
        _ => HashMap::new(),
    }
}

#[cfg(test)]
mod tests;
