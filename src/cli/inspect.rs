//! `corefuse inspect`: shows the product of one stage.

use super::print::interface::Side;
use super::source::Input;
use super::{output, print};
use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use clap::error::ErrorKind;
use corefuse::plan::BundleName;
use corefuse::{component, dfg, fact, plan};
use std::panic::{self, UnwindSafe};
use wit_component::{OutputToString, WitPrinter};

/// Prints what a stage makes of a component
///
/// The printed forms are stable: the same component gives the same text.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// What to print
    #[arg(long, value_enum)]
    stage: Stage,
    /// With `--stage adapters`: only functions whose names begin with this
    #[arg(long, value_name = "PREFIX")]
    function: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  corefuse inspect app.wasm --stage imports
  corefuse inspect app.wat --stage adapters | less";

#[derive(Clone, Copy, ValueEnum)]
enum Stage {
    /// The component as it is written: bodies with their definitions
    Component,
    /// The flat graph: effects in order and what they need
    Dfg,
    /// The instantiation plan, as JSON
    Plan,
    /// What the host must supply, with types
    Imports,
    /// What the component offers, with types
    Exports,
    /// The component's world, in WIT
    Wit,
    /// Which adapter is in which generated module, and what these import
    Partition,
    /// The generated modules, in the text format
    Adapters,
}

pub(super) fn run(args: &Args) -> Result<()> {
    if args.function.is_some() && !matches!(args.stage, Stage::Adapters) {
        let why = "--function is about the functions that `--stage adapters` prints\n";
        clap::Error::raw(ErrorKind::ArgumentConflict, why).exit();
    }
    let bytes = args.input.read_binary()?;
    let text = args.stage.text(&bytes, &args.input.bundle_name());
    let text = text.with_context(|| args.input.label().into_owned())?;
    match &args.function {
        Some(prefix) => {
            let functions = print::fused::functions(&text, prefix);
            ensure!(
                !functions.is_empty(),
                "no function of the generated modules begins with `{prefix}`; without --function, all are printed"
            );
            output::print(&functions)
        }
        None => output::print(&text),
    }
}

impl Stage {
    fn text(self, bytes: &[u8], name: &BundleName) -> Result<String> {
        let component = component::read(bytes)?;
        let dfg = || dfg::inline(&component);
        let fused = || {
            let dfg = dfg()?;
            let fused = fact::fuse(&dfg)?;
            anyhow::Ok((dfg, fused))
        };
        Ok(match self {
            Stage::Component => print::component::print(&component),
            Stage::Wit => wit(bytes)?,
            Stage::Dfg => print::dfg::print(&dfg()?),
            Stage::Imports => print::interface::print(&dfg()?, Side::Imports),
            Stage::Exports => print::interface::print(&dfg()?, Side::Exports),
            Stage::Partition => {
                let (dfg, fused) = fused()?;
                print::fused::partition(&dfg, &fused)
            }
            Stage::Adapters => print::fused::modules(&fused()?.1)?,
            Stage::Plan => {
                let (dfg, fused) = fused()?;
                plan::json::write(&plan::linearise(&dfg, &fused, name)?.plan)
            }
        })
    }
}

/// The component's world in WIT.
fn wit(bytes: &[u8]) -> Result<String> {
    let printed = without_panic(|| {
        let decoded = wit_component::decode(bytes)?;
        let (resolve, main) = (decoded.resolve(), decoded.package());
        let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|&id| id != main).collect();
        let mut printer = WitPrinter::<OutputToString>::default();
        printer.print(resolve, main, &others)?;
        Ok(printer.output.to_string())
    });
    printed.context("the interface has no form in WIT")
}

/// Calls `decode`, which is made for what toolchains write: some valid components that they do not write end it in a
/// panic, which then is an error like any other.
fn without_panic<T>(decode: impl FnOnce() -> Result<T> + UnwindSafe) -> Result<T> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let outcome = panic::catch_unwind(decode);
    panic::set_hook(hook);
    outcome.unwrap_or_else(|_| {
        bail!("it is built in a way that wit-component does not know; see `--stage imports` and `--stage exports`")
    })
}
