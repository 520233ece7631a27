//! What definitions count as against [`Limit::Steps`](crate::error::Limit::Steps).
//!
//! A definition is executed once for each instantiation of its body, so what it hashes and copies multiplies. Names
//! are what can be long.

use crate::component::{Kind, NamedItem};

/// Bytes of a name that count as much as a definition.
const NAME_BYTES: usize = 64;

/// The steps of looking up or copying a name.
pub(super) fn of_name(name: &str) -> usize {
    1 + name.len() / NAME_BYTES
}

/// The steps of executing a definition, as far as it is known from the definition alone.
pub(super) fn of_definition(kind: &Kind<'_>) -> usize {
    1 + match kind {
        Kind::Import(import) => of_name(import.name),
        Kind::Export(export) => of_name(export.name),
        Kind::CoreInstantiate { args, .. } => args.iter().map(|arg| of_name(arg.name)).sum(),
        Kind::CoreItems(items) => items.iter().map(|item| of_name(item.name)).sum(),
        Kind::CoreAlias { name, .. } | Kind::Alias { name, .. } => of_name(name),
        Kind::Instantiate { args, .. } => of_items(args),
        Kind::Items(items) => of_items(items),
        // These leave drafts behind, which take as much memory as several other definitions.
        Kind::Lift { .. } | Kind::Lower { .. } | Kind::BuiltIn(_) => 3,
        Kind::Module(_)
        | Kind::Component(_)
        | Kind::CapturedModule(_)
        | Kind::CapturedComponent(_)
        | Kind::SameModule(_)
        | Kind::SameComponent(_)
        | Kind::Resource { .. }
        | Kind::ResourceNew(_)
        | Kind::ResourceRep(_)
        | Kind::ResourceDrop(_)
        | Kind::ContextGet { .. }
        | Kind::ContextSet { .. } => 0,
    }
}

fn of_items(items: &[NamedItem<'_>]) -> usize {
    items.iter().map(|item| of_name(item.name)).sum()
}
