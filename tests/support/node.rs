//! Where the JavaScript engines are.
//!
//! Tests need a current Node: adapters use several memories, which Node 20 lacks. `tests/package.json` brings one;
//! `COREFUSE_NODE` names another. Without one a trial reports itself as ignored, with the reason.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Oldest major version whose WebAssembly has all that plans may need.
const OLDEST: u32 = 24;

/// The Node to run scripts with.
///
/// # Errors
///
/// Says what is missing and how to get it.
pub(crate) fn find() -> Result<PathBuf, String> {
    let candidates = match std::env::var_os("COREFUSE_NODE") {
        Some(path) => vec![PathBuf::from(path)],
        None => vec![repository().join("tests/node_modules/.bin/node"), PathBuf::from("node")],
    };
    for candidate in candidates {
        if major_version(&candidate).is_some_and(|major| major >= OLDEST) {
            return Ok(candidate);
        }
    }
    Err(format!(
        "no Node {OLDEST} or newer: run `npm install --no-save --prefix tests`, or set COREFUSE_NODE"
    ))
}

/// Folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The loader's entry file.
pub(crate) fn loader() -> PathBuf {
    repository().join("js-loader/src/node.js")
}

fn major_version(node: &Path) -> Option<u32> {
    let output = Command::new(node).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}
