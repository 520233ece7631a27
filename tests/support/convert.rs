//! The library, as scripts see it: a component becomes a bundle, or is refused as unsupported, or is invalid.

use anyhow::Context;
use corefuse::error::{LimitExceeded, Unsupported};
use corefuse::plan::{self, BundleName, ImportKind};
use corefuse::write::bindings;
use corefuse::{BuildOptions, component, write};
use std::path::Path;

/// Why a component is not built.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is valid, but needs this feature.
    Unsupported(String),
    /// It is not valid.
    Invalid(String),
}

/// What became of a component.
#[derive(Debug)]
pub(crate) enum Converted {
    /// A bundle was written.
    Bundle {
        /// Names of the root's imports.
        imports: Vec<String>,
    },
    /// No bundle was written.
    Refused(Refusal),
}

/// Validates a component, in binary or text.
///
/// # Errors
///
/// Says why it is refused.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    let binary = component::from_text_or_binary(bytes).map_err(refusal)?;
    component::read(&binary).map(|_| ()).map_err(refusal)
}

/// Converts a component, in binary or text, to a bundle called `name` in `dir`.
///
/// # Errors
///
/// Fails only where the bundle cannot be written to disk.
pub(crate) fn bundle(bytes: &[u8], name: &str, dir: &Path) -> anyhow::Result<Converted> {
    let binary = match component::from_text_or_binary(bytes) {
        Ok(binary) => binary,
        Err(error) => return Ok(Converted::Refused(refusal(error))),
    };
    let options = BuildOptions {
        name: BundleName::new(name)?,
        bindings: Some(bindings::Options::default()),
        ..BuildOptions::default()
    };
    let bundle = match corefuse::build(&binary, &options) {
        Ok(bundle) => bundle,
        Err(error) => return Ok(Converted::Refused(refusal(error))),
    };
    write::disk::write(&bundle, dir).with_context(|| format!("cannot write {}", dir.display()))?;
    let root =
        |import: &&plan::Import| import.parent.is_none() && !matches!(import.kind, ImportKind::Type { .. });
    let imports = bundle.plan.imports.iter().filter(root).map(|import| import.name.clone()).collect();
    Ok(Converted::Bundle { imports })
}

fn refusal(error: anyhow::Error) -> Refusal {
    if let Some(unsupported) = error.downcast_ref::<Unsupported>() {
        return Refusal::Unsupported(unsupported.feature.name().to_string());
    }
    if let Some(exceeded) = error.downcast_ref::<LimitExceeded>() {
        return Refusal::Unsupported(format!("more than {} {}", exceeded.limit.max(), exceeded.limit.what()));
    }
    Refusal::Invalid(format!("{error:#}"))
}
