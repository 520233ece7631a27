//! Bindings: JavaScript and TypeScript generated for one component.
//!
//! `NAME.js` holds the lift and lower functions of exactly this component's boundary, in which sizes, offsets and
//! conversions are numbers and operators in the source; everything that does not depend on types is imported from the
//! loader. Interpreting types instead costs two to twenty times as much. `NAME.d.ts` says what users see.

mod declarations;
pub mod docs;
mod exported;
pub mod import_map;
mod inline;
mod js;
mod loader;
mod names;
mod source;
mod tree;
mod ts;

use crate::plan::Plan;
use anyhow::Result;
use docs::Docs;
use import_map::ImportMap;
use indexmap::IndexMap;
use std::borrow::Cow;

/// Files by name.
pub type Files<'a> = IndexMap<String, Cow<'a, [u8]>>;

/// What to write for users of a component.
#[derive(Debug, Default)]
pub struct Options {
    /// Doc comments of the declarations.
    pub docs: Docs,
    /// How users get at the component.
    pub form: Form,
    /// Whether the module holds everything: core modules, plan and loader.
    pub inline: bool,
}

/// How users of the generated module get at the component.
#[derive(Debug, Default)]
pub enum Form {
    /// It exports `instantiate`, which takes the imports.
    #[default]
    Instantiate,
    /// Its imports are import statements, and its exports are the component's.
    Module(ImportMap),
}

/// The text of the generated module, `NAME.js`. `files` has the plan's core modules by name.
///
/// # Errors
/// Only if a core module is missing.
pub fn javascript(plan: &Plan, options: &Options, files: &Files<'_>) -> Result<String> {
    js::module(plan, options, files)
}

/// The text of the declarations of that module, `NAME.d.ts`.
///
/// # Errors
/// Where the doc comments are those of several worlds, and it cannot be known which of them the component is of.
pub fn declarations(plan: &Plan, options: &Options) -> Result<String> {
    declarations::declarations(plan, options)
}
