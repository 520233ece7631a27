//! The name of a bundle, and the names of the files in it.
//!
//! The name becomes part of file names and of URLs, so it is checked once, here; everything else takes a
//! [`BundleName`].

use anyhow::{Result, bail};
use std::fmt;
use std::path::Path;

/// The name used where the input has none, as on standard input.
const UNNAMED: &str = "component";

/// Longest name of a bundle, in bytes, so that file names made from it are not too long.
const MAX_NAME: usize = 200;

/// Longest file name, in bytes, that all file systems allow.
const MAX_FILE_NAME: usize = 255;

/// A checked bundle name: ASCII letters, digits, `_`, `-` and `.`, beginning with none of the last two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleName(String);

impl BundleName {
    /// Checks `name`.
    ///
    /// # Errors
    /// The name is empty, too long, or has a character that is not allowed.
    pub fn new(name: &str) -> Result<BundleName> {
        match broken_rule(name, MAX_NAME) {
            None => Ok(BundleName(name.to_owned())),
            Some(rule) => bail!("invalid bundle name {name:?}: {rule}"),
        }
    }

    /// The name for an input file: its name without the last extension, other characters replaced by `-`.
    pub fn from_path(path: &Path) -> BundleName {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let clean: String = stem.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
        let clean = clean.trim_start_matches(['.', '-']);
        BundleName::new(&clean[..clean.len().min(MAX_NAME)]).unwrap_or_default()
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// File name of the `n`th distinct guest module.
    pub(super) fn guest_file(&self, n: usize) -> String {
        format!("{self}.core{n}.wasm")
    }

    /// File name of the `n`th distinct adapter module.
    pub(super) fn adapter_file(&self, n: usize) -> String {
        format!("{self}.adapters{n}.wasm")
    }

    /// File name of the runtime module.
    pub(super) fn runtime_file(&self) -> String {
        format!("{self}.runtime.wasm")
    }
}

impl Default for BundleName {
    /// `component`
    fn default() -> Self {
        BundleName(UNNAMED.to_owned())
    }
}

impl fmt::Display for BundleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks that `name` is a plain file name, of the characters that bundle names consist of.
///
/// # Errors
/// It is not, and so could be anywhere, not only beside the plan.
pub(crate) fn check_file_name(name: &str) -> Result<()> {
    match broken_rule(name, MAX_FILE_NAME) {
        None => Ok(()),
        Some(rule) => bail!("invalid file name {name:?}: {rule}"),
    }
}

/// What is wrong with `name`, if anything.
fn broken_rule(name: &str, max: usize) -> Option<String> {
    let first = name.chars().next();
    let wrong = match (name.chars().find(|&c| !allowed(c)), first) {
        (Some(c), _) => format!("it contains {c:?}"),
        (None, None) => "it is empty".to_owned(),
        (None, Some(c @ ('.' | '-'))) => format!("it begins with {c:?}"),
        (None, Some(_)) if name.len() > max => format!("it is longer than {max} bytes"),
        (None, Some(_)) => return None,
    };
    let rule =
        "names consist of ASCII letters, digits, `_`, `-` and `.`, and begin with a letter, a digit or `_`";
    Some(format!("{wrong}; {rule}"))
}

fn allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::BundleName;
    use std::path::Path;

    #[test]
    fn names_cannot_leave_the_directory() {
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "c:x", "-o", "a b", "a\0", "é"] {
            assert!(BundleName::new(bad).is_err(), "{bad:?}");
        }
        assert!(BundleName::new(&"x".repeat(201)).is_err());
        assert_eq!(BundleName::new("app_1.v2-x").unwrap().as_str(), "app_1.v2-x");
    }

    #[test]
    fn file_names_become_valid_names() {
        let from = |path: &str| BundleName::from_path(Path::new(path)).as_str().to_owned();
        assert_eq!(from("dir/app.wasm"), "app");
        assert_eq!(from("app.component.wat"), "app.component");
        assert_eq!(from("my app (1).wasm"), "my-app--1-");
        assert_eq!(from(".wasm"), "wasm");
        assert_eq!(from("-"), "component");
        assert_eq!(from(".."), "component");
        assert_eq!(from(&"é".repeat(300)), "component");
        assert_eq!(from(&"x".repeat(300)).len(), 200);
    }
}
