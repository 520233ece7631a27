//! Which JavaScript module supplies an import, for bindings whose imports are import statements.
//!
//! The rules are jco's `--map`, so that its users' options mean the same: `*` stands for any text and may stand in the
//! target too, a target's `#member` takes one export of the module instead of the whole, and a key without version is
//! for all versions. Where several keys fit, the one that says most wins.

use super::names::camel;
use anyhow::{Result, bail};
use std::fmt;
use std::str::FromStr;

/// Where an import comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Module specifier of the import statement.
    pub(super) specifier: String,
    /// The export of that module, if it is not the whole.
    pub(super) member: Option<String>,
}

/// Mappings from imports to modules.
#[derive(Clone, Debug, Default)]
pub struct ImportMap {
    entries: Vec<Mapping>,
}

/// One entry of a map, which is parsed from `FROM=TO`.
#[derive(Clone, Debug)]
pub struct Mapping {
    from: String,
    to: String,
}

/// Interfaces of WASI, by package; for each, preview2-shim has a module of the package's name, and preview3-shim too, where
/// version 0.3 has the package.
const WASI_PACKAGES: [&str; 7] = ["cli", "clocks", "filesystem", "http", "io", "random", "sockets"];

impl ImportMap {
    /// A map of entries, of which earlier ones win over later ones that fit as well.
    pub fn new(entries: Vec<Mapping>) -> ImportMap {
        ImportMap { entries }
    }

    /// This map, and what it leaves open of WASI 0.2 from `@bytecodealliance/preview2-shim`, of WASI 0.3 from
    /// `@bytecodealliance/preview3-shim`.
    #[must_use]
    pub fn with_wasi_shim(mut self) -> ImportMap {
        for version in [2, 3] {
            self.entries.extend(WASI_PACKAGES.iter().map(|package| Mapping {
                from: format!("wasi:{package}/*@0.{version}"),
                to: format!("@bytecodealliance/preview{version}-shim/{package}#*"),
            }));
        }
        self
    }

    /// The module for the import `name`; one that says which interface it implements may be mapped by that. What no
    /// entry fits is imported by its own name without version.
    pub(super) fn target(&self, name: &str, implements: Option<&str>) -> Target {
        let mapped = self.find(name).or_else(|| implements.and_then(|interface| self.find(interface)));
        mapped.unwrap_or_else(|| Target { specifier: split_version(name).0.to_string(), member: None })
    }

    fn find(&self, name: &str) -> Option<Target> {
        let fits = self.entries.iter().filter_map(|entry| Some((entry.fit(name)?, entry)));
        // `min_by_key` takes the first of equals.
        let ((_, matched), entry) = fits.min_by_key(|((fit, _), _)| *fit)?;
        Some(entry.target(matched))
    }
}

/// How well an entry fits an import, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    ExactWithoutVersion,
    Wildcard,
    WildcardWithoutVersion,
    /// Another version that may stand in for the import's.
    Compatible,
}

impl FromStr for Mapping {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Mapping> {
        let Some((from, to)) = text.split_once('=').filter(|(from, to)| !from.is_empty() && !to.is_empty())
        else {
            bail!("`{text}` is not of the form FROM=TO, such as `my:app/*=./host.js#*`");
        };
        if to.ends_with('#') {
            bail!("`{to}` names no export behind its `#`");
        }
        if from.matches('*').count() > 1 {
            bail!("`{from}` has more than one `*`");
        }
        if to.contains('*') && !from.contains('*') {
            bail!("`{to}` has a `*`, but `{from}` has none that it could stand for");
        }
        Ok(Mapping { from: from.to_string(), to: to.to_string() })
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.from, self.to)
    }
}

impl Mapping {
    /// Whether it is for the import `name`, be there better ones or not.
    pub fn fits(&self, name: &str) -> bool {
        self.fit(name).is_some()
    }

    /// How well it fits, and what its `*` stands for, which is never a part of the version.
    fn fit<'n>(&self, name: &'n str) -> Option<(Fit, &'n str)> {
        let is_wild = self.from.contains('*');
        let (from, version) = split_version(&self.from);
        let (name, wanted) = split_version(name);
        let matched = matches(from, name)?;
        let fit = match version {
            "" if is_wild => Fit::WildcardWithoutVersion,
            "" => Fit::ExactWithoutVersion,
            _ if version == wanted && is_wild => Fit::Wildcard,
            _ if version == wanted => Fit::Exact,
            _ if track(version) == track(wanted) => Fit::Compatible,
            _ => return None,
        };
        Some((fit, matched))
    }

    fn target(&self, matched: &str) -> Target {
        // A `#` in front makes the specifier one of the package's own (`imports` in its package.json).
        let split = self.to.char_indices().skip(1).find(|&(_, c)| c == '#').map(|(at, _)| at);
        let (specifier, member) =
            split.map_or((self.to.as_str(), None), |at| (&self.to[..at], Some(&self.to[at + 1..])));
        Target {
            specifier: specifier.replace('*', matched),
            member: member.map(|member| member.replace('*', &camel(matched))),
        }
    }
}

/// A name without its version, and the version, which may be empty.
fn split_version(name: &str) -> (&str, &str) {
    name.split_once('@').unwrap_or((name, ""))
}

/// What the `*` of `pattern` stands for in `name`, where they match; without one, the empty text at its end.
fn matches<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    match pattern.split_once('*') {
        Some((before, after)) => name.strip_prefix(before)?.strip_suffix(after),
        None => name.strip_prefix(pattern).filter(|rest| rest.is_empty()),
    }
}

/// The versions that may stand in for one another: `1.2.3` -> `1`, `0.2.3` -> `0.2`, `0.0.3` itself. A pre-release
/// stands only for itself. The same as in `js-loader/src/names.js`.
fn track(version: &str) -> &str {
    if version.contains('-') {
        return version;
    }
    let mut parts = version.split('.');
    let zeros = parts.by_ref().take_while(|part| *part == "0").count().min(2);
    version.match_indices('.').nth(zeros).map_or(version, |(at, _)| &version[..at])
}

#[cfg(test)]
mod tests {
    use super::{ImportMap, Mapping, Target, track};

    fn map(entries: &[&str]) -> ImportMap {
        ImportMap::new(entries.iter().map(|text| text.parse().unwrap()).collect())
    }

    /// `specifier` or `specifier # member`.
    fn show(Target { specifier, member }: Target) -> String {
        member.map_or(specifier.clone(), |member| format!("{specifier} # {member}"))
    }

    #[test]
    fn unmapped_imports_are_their_names_without_version() {
        let map = map(&[]);
        assert_eq!(show(map.target("my:app/prices@1.0.0", None)), "my:app/prices");
        assert_eq!(show(map.target("log", None)), "log");
    }

    #[test]
    fn the_entry_that_says_most_wins() {
        let entries = ["a:b/*=wild/*", "a:b/*@1.0.0=wild-version/*", "a:b/c=plain", "a:b/c@1.0.0=exact"];
        for (without, expected) in
            ["exact", "plain", "wild-version/c", "wild/c", "a:b/c"].into_iter().enumerate()
        {
            let entries: Vec<&str> = entries.iter().take(4 - without).copied().collect();
            assert_eq!(show(map(&entries).target("a:b/c@1.0.0", None)), expected);
        }
    }

    #[test]
    fn another_version_of_the_same_track_stands_in() {
        let map = map(&["a:b/c@0.2.0=two", "a:b/c@1.0.0=one"]);
        assert_eq!(show(map.target("a:b/c@0.2.9", None)), "two");
        assert_eq!(show(map.target("a:b/c@1.9.9", None)), "one");
        assert_eq!(show(map.target("a:b/c@0.3.0", None)), "a:b/c");
        assert_eq!(show(map.target("a:b/c@1.0.0-rc.1", None)), "a:b/c");
    }

    #[test]
    fn members_are_in_camel_case_and_may_be_named() {
        let map = map(&["a:b/*=pkg/b#*", "log=./log.js#write-it", "own=#inside"]);
        assert_eq!(show(map.target("a:b/read-all@1.0.0", None)), "pkg/b # readAll");
        assert_eq!(show(map.target("log", None)), "./log.js # write-it");
        assert_eq!(show(map.target("own", None)), "#inside");
    }

    #[test]
    fn wasi_is_the_shim_unless_mapped() {
        let wasi = map(&["wasi:io/streams=./streams.js"]).with_wasi_shim();
        assert_eq!(
            show(wasi.target("wasi:cli/terminal-input@0.2.3", None)),
            "@bytecodealliance/preview2-shim/cli # terminalInput"
        );
        assert_eq!(show(wasi.target("wasi:io/streams@0.2.3", None)), "./streams.js");
        assert_eq!(
            show(wasi.target("wasi:cli/stdin@0.3.0", None)),
            "@bytecodealliance/preview3-shim/cli # stdin"
        );
        assert_eq!(show(wasi.target("wasi:cli/run@0.4.0", None)), "wasi:cli/run");
        assert_eq!(show(wasi.target("wasi:nn/tensor@0.2.0", None)), "wasi:nn/tensor");
    }

    #[test]
    fn a_labelled_import_is_mapped_by_its_interface() {
        let map = map(&["a:b/c=./c.js"]);
        assert_eq!(show(map.target("primary", Some("a:b/c@1.0.0"))), "./c.js");
        assert_eq!(show(map.target("other", Some("a:b/d"))), "other");
    }

    #[test]
    fn malformed_entries_are_refused() {
        for text in ["x", "=y", "x=", "a*b*=y", "x=*"] {
            assert!(text.parse::<Mapping>().is_err(), "{text}");
        }
    }

    #[test]
    fn tracks_are_those_of_semantic_versions() {
        for (version, expected) in [
            ("1.2.3", "1"),
            ("0.2.3", "0.2"),
            ("0.0.3", "0.0.3"),
            ("0.2", "0.2"),
            ("0.2.0-rc.1", "0.2.0-rc.1"),
            ("2", "2"),
        ] {
            assert_eq!(track(version), expected);
        }
    }
}
