//! Which world of the WIT source a component is of, as far as the docs depend on it.
//!
//! A component does not name its world, and worlds may say different things of functions of the same name. What
//! the component imports and exports tells them apart, though not by equality alone: toolchains leave out imports that
//! are not used and add those of their WASI library, and composing supplies imports and hides exports.

use super::{InterfaceDocs, ItemDocs};
use crate::plan::Plan;
use crate::write::bindings::tree::{Side, Tree};
use anyhow::{Result, bail};
use std::collections::{HashMap, HashSet};
use wit_parser::{Resolve, World, WorldItem, WorldKey};

/// What a world has and says by itself.
#[derive(Debug)]
pub(super) struct WorldDocs {
    /// Name with package and version, such as `my:app/shop@1.0.0`.
    pub(super) name: String,
    imports: SideDocs,
    exports: SideDocs,
}

/// The imports or the exports of a world.
#[derive(Debug)]
struct SideDocs {
    /// Names of all there is.
    names: HashSet<String>,
    /// Functions and types of the world itself.
    items: HashMap<String, ItemDocs>,
    /// Interfaces under a name of the world's.
    interfaces: HashMap<String, InterfaceDocs>,
}

impl WorldDocs {
    pub(super) fn of(resolve: &Resolve, world: &World) -> WorldDocs {
        let name = match world.package {
            Some(package) => resolve.id_of_name(package, &world.name),
            None => world.name.clone(),
        };
        let side = |items| SideDocs::of(resolve, items);
        WorldDocs { name, imports: side(&world.imports), exports: side(&world.exports) }
    }

    /// Whether `name` may be used for it: with or without version, or without its package.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let unversioned = self.name.split('@').next().unwrap_or_default();
        let short = unversioned.rsplit('/').next().unwrap_or_default();
        [&self.name, unversioned, short].contains(&name)
    }

    pub(super) fn item(&self, side: Side, name: &str) -> Option<&ItemDocs> {
        self.side(side).items.get(name)
    }

    pub(super) fn interface(&self, side: Side, name: &str) -> Option<&InterfaceDocs> {
        self.side(side).interfaces.get(name)
    }

    fn side(&self, side: Side) -> &SideDocs {
        match side {
            Side::Imports => &self.imports,
            Side::Exports => &self.exports,
        }
    }

    fn says_anything(&self) -> bool {
        [&self.imports, &self.exports]
            .iter()
            .any(|side| !side.items.is_empty() || !side.interfaces.is_empty())
    }
}

impl SideDocs {
    fn of<'a>(resolve: &Resolve, items: impl IntoIterator<Item = (&'a WorldKey, &'a WorldItem)>) -> SideDocs {
        let mut side = SideDocs { names: HashSet::new(), items: HashMap::new(), interfaces: HashMap::new() };
        for (key, item) in items {
            let name = resolve.name_world_key(key);
            match (key, item) {
                (WorldKey::Name(_), WorldItem::Interface { id, .. }) => {
                    let docs = InterfaceDocs::of(resolve, &resolve.interfaces[*id]);
                    side.interfaces.insert(name.clone(), docs);
                }
                (_, WorldItem::Function(function)) => {
                    side.items.insert(name.clone(), ItemDocs::function(function));
                }
                (_, WorldItem::Type { id, .. }) => {
                    side.items.insert(name.clone(), ItemDocs::ty(resolve, *id));
                }
                // Interfaces of packages are the same for all worlds.
                (WorldKey::Interface(_), WorldItem::Interface { .. }) => {}
            }
            side.names.insert(name);
        }
        side
    }
}

/// Those of `worlds` that the component of `plan` may be of: with its exports, and of these the ones with its imports,
/// where there are any such.
///
/// # Errors
/// Where they do not say the same of something that the component has.
pub(super) fn of_component<'a>(worlds: &'a [WorldDocs], plan: &Plan) -> Result<Vec<&'a WorldDocs>> {
    let (imports, exports) = (Tree::imports(plan), Tree::exports(plan));
    let (imported, exported) = (own(names(&imports)), own(names(&exports)));
    let mut found: Vec<&WorldDocs> = worlds.iter().filter(|world| world.says_anything()).collect();
    narrow(&mut found, |world| own(world.exports.names.iter().map(String::as_str)) == exported);
    narrow(&mut found, |world| imported.iter().all(|&name| world.imports.names.contains(name)));
    for (side, tree) in [(Side::Imports, &imports), (Side::Exports, &exports)] {
        for name in names(tree) {
            if let Some([one, other]) = disagreement(&found, side, name) {
                bail!(
                    "the worlds `{}` and `{}` have different doc comments for the {} `{name}`, and the component may \
                     be of either; say which it is of (--world)",
                    one.name,
                    other.name,
                    side.singular(),
                );
            }
        }
    }
    Ok(found)
}

/// Two of `worlds` that have the import or export `name` and do not say the same of it.
fn disagreement<'a>(worlds: &[&'a WorldDocs], side: Side, name: &str) -> Option<[&'a WorldDocs; 2]> {
    let docs = |world: &'a WorldDocs| (world.item(side, name), world.interface(side, name));
    let mut said = worlds.iter().map(|&world| (world, docs(world))).filter(|(_, docs)| *docs != (None, None));
    let (one, docs) = said.next()?;
    let (other, _) = said.find(|(_, others)| *others != docs)?;
    Some([one, other])
}

/// Keeps only those worlds for which `fits` holds, unless there are none.
fn narrow(worlds: &mut Vec<&WorldDocs>, fits: impl Fn(&WorldDocs) -> bool) {
    if worlds.iter().any(|world| fits(world)) {
        worlds.retain(|world| fits(world));
    }
}

/// The names that are the component's own: those of WASI may come from a toolchain's library.
fn own<'a>(names: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    names.filter(|name| !name.starts_with("wasi:")).collect()
}

fn names<'a>(tree: &'a Tree<'_>) -> impl Iterator<Item = &'a str> {
    tree.roots.iter().map(|&root| tree.items[root].name)
}
