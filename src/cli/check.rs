//! `corefuse check`: is a component valid, can it be built, and what does it need?

use super::output;
use super::source::Input;
use anyhow::{Context, Result};
use corefuse::error::{LimitExceeded, Unsupported};
use corefuse::plan::{ImportKind, Plan};
use corefuse::{BuildOptions, component};

/// Says whether a component is valid and can be built, and what it needs from engine and host
///
/// Nothing is written. Where the component is refused, standard error says whether it is `invalid`, or `valid, but not
/// buildable` by this version of corefuse, and why.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
}

const EXAMPLES: &str = "\
Examples:
  corefuse check app.wasm && echo fine
  corefuse check - < app.wat";

pub(super) fn run(args: &Args) -> Result<()> {
    let label = args.input.label();
    let bytes = args.input.read()?;
    let invalid = || format!("invalid: {label}");
    let unbuildable = || format!("valid, but not buildable: {label}");

    let bytes = args.input.assemble(bytes).with_context(invalid)?;
    let component = component::read(&bytes).map_err(|error| {
        let is_refusal = error.is::<Unsupported>() || error.is::<LimitExceeded>();
        error.context(if is_refusal { unbuildable() } else { invalid() })
    })?;
    let options = BuildOptions { name: args.input.bundle_name(), ..BuildOptions::default() };
    let bundle = corefuse::build_component(component, &options).with_context(unbuildable)?;
    output::print(&report(&label, &bundle.plan))
}

/// What no plan mentions, since every engine has it.
const BASELINE: &str = "SIMD, bulk memory, reference types, tail calls, multi-value, mutable globals";

/// What `plan` needs, for people.
fn report(label: &str, plan: &Plan) -> String {
    let mut text = format!("{label} is valid, and corefuse can build it.\n");
    text.push_str("\nEngine features it needs beyond the baseline (");
    text.push_str(BASELINE);
    text.push_str("):\n");
    for requirement in &plan.requires {
        let optional = if requirement.optional { ", optional" } else { "" };
        text += &format!("  {}{optional} ({})\n", requirement.feature, requirement.reason);
    }
    if plan.requires.is_empty() {
        text.push_str("  none\n");
    }
    text.push_str("\nImports the host must supply:\n");
    text += &imports(plan);
    text
}

/// The imports as a tree, without types and what holds nothing else: hosts supply nothing for these.
fn imports(plan: &Plan) -> String {
    let mut is_needed = vec![false; plan.imports.len()];
    for (i, import) in plan.imports.iter().enumerate().rev() {
        is_needed[i] |= !matches!(import.kind, ImportKind::Type { .. } | ImportKind::Instance);
        if let Some(parent) = import.parent.filter(|_| is_needed[i]) {
            is_needed[parent] = true;
        }
    }
    let mut depths: Vec<usize> = Vec::new();
    let mut text = String::new();
    for (import, is_needed) in plan.imports.iter().zip(is_needed) {
        let depth = import.parent.map_or(1, |parent| depths[parent] + 1);
        depths.push(depth);
        let kind = match &import.kind {
            ImportKind::Instance => "instance",
            ImportKind::Func { .. } => "func",
            ImportKind::Module { .. } => "core module",
            ImportKind::Resource { .. } => "resource",
            ImportKind::Type { .. } => continue,
        };
        if is_needed {
            text += &format!("{:indent$}{kind} {}\n", "", import.name.escape_debug(), indent = 2 * depth);
        }
    }
    if text.is_empty() { "  none\n".to_owned() } else { text }
}
