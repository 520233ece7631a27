//! `NAME.d.ts`: what a TypeScript user sees of a component.
//!
//! One file: `Imports` is what the host supplies, `Exports` what the component gives, each with a namespace that
//! holds the types, resource classes and functions of every interface. Keys are those of run time.

mod classes;
mod entry;
mod functions;
mod generics;
mod interfaces;
mod namespaces;
mod types;

use super::docs::ComponentDocs;
use super::exported::error_classes;
use super::source::Source;
use super::tree::{ItemKind, Side, Tree};
use super::ts::TypeScript;
use super::{Form, Options};
use crate::plan::Plan;
use anyhow::Result;
use namespaces::Namespaces;

/// Writes the declarations of a plan's imports and exports.
///
/// # Errors
/// Where it cannot be known whose doc comments are meant.
pub(super) fn declarations(plan: &Plan, options: &Options) -> Result<String> {
    let imports = Namespaces::new(Side::Imports, Tree::imports(plan));
    let exports = Namespaces::new(Side::Exports, Tree::exports(plan));
    let docs = options.docs.for_component(plan)?;
    let mut ts = TypeScript::new(plan);
    imports.name_types(&mut ts);
    exports.name_types(&mut ts);
    let printer = Printer { plan, docs, ts: &ts, imports: &imports };
    let mut sides = Source::default();
    printer.side(&imports, &mut sides);
    printer.side(&exports, &mut sides);
    let sides = sides.finish();
    let mut out = Source::default();
    printer.header(&mut out);
    if matches!(options.form, Form::Instantiate) && !options.inline {
        out.line("");
        out.line("import type { Instance as ComponentInstance } from 'corefuse';");
    }
    let mut types = vec![Side::Imports.name(), Side::Exports.name()];
    types.extend(generics::generics(&sides, &mut out));
    out.text(&sides);
    match options.form {
        Form::Instantiate => {
            entry::functions(plan, printer.needs_imports(), options.inline, &types, &mut out)
        }
        Form::Module(_) => entry::module(plan, &types, &mut out),
    }
    if options.inline {
        entry::errors(&error_classes(plan, &options.form), &mut out);
    }
    Ok(out.finish())
}

/// The scope of code that stands in no namespace.
const OUTSIDE: &str = "";

/// Prints one component's declarations; each topic has a file of methods.
struct Printer<'a> {
    plan: &'a Plan,
    docs: ComponentDocs<'a>,
    ts: &'a TypeScript<'a>,
    imports: &'a Namespaces<'a>,
}

impl Printer<'_> {
    fn header(&self, out: &mut Source) {
        out.line(format_args!(
            "// Types of the component `{}`. Written by {}; do not edit.",
            self.plan.name, self.plan.tool
        ));
    }

    /// What a re-exported import is.
    fn resolve(&self, kind: ItemKind) -> ItemKind {
        match kind {
            ItemKind::SameAs(import) => self.imports.tree.items[import].kind,
            kind => kind,
        }
    }
}
