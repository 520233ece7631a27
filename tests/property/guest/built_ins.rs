//! Core functions that canonical definitions make, and that the core module of a component imports.

use std::fmt::Write;

/// The core functions of one component.
#[derive(Default)]
pub(super) struct BuiltIns(Vec<BuiltIn>);

struct BuiltIn {
    name: &'static str,
    /// What defines it, with `canon`.
    definition: String,
    /// Its core type.
    ty: String,
}

impl BuiltIns {
    pub(super) fn add(&mut self, name: &'static str, definition: impl Into<String>, ty: impl Into<String>) {
        self.0.push(BuiltIn { name, definition: definition.into(), ty: ty.into() });
    }

    /// Their definitions, in the component.
    pub(super) fn definitions(&self) -> String {
        self.each(|text, BuiltIn { name, definition, .. }| {
            writeln!(text, "    (core func ${name} (canon {definition}))")
        })
    }

    /// Their imports, in the core module.
    pub(super) fn imports(&self) -> String {
        self.each(|text, BuiltIn { name, ty, .. }| {
            writeln!(text, "(import \"\" \"{name}\" (func ${name} {ty}))")
        })
    }

    /// The argument for these imports.
    pub(super) fn arg(&self) -> String {
        let exports =
            self.each(|text, BuiltIn { name, .. }| write!(text, "(export \"{name}\" (func ${name}))"));
        format!("(with \"\" (instance {exports}))")
    }

    fn each(&self, write: impl Fn(&mut String, &BuiltIn) -> std::fmt::Result) -> String {
        let mut text = String::new();
        self.0.iter().for_each(|built_in| write(&mut text, built_in).expect("strings can be written to"));
        text
    }
}
