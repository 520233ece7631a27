//! `corefuse build`: a component becomes a bundle on disk.

use super::output;
use super::progress::Progress;
use super::source::Input;
use anyhow::{Context, Result};
use corefuse::BuildOptions;
use corefuse::plan::BundleName;
use corefuse::write::bindings::docs::Docs;
use corefuse::write::disk;
use std::path::PathBuf;

/// Writes the bundle of a component: its core modules, generated modules and the plan
///
/// The core modules are written as they are in the component, byte for byte. The paths of all files are printed,
/// the plan last. Files that corefuse did not write are never replaced; files of an earlier bundle of the same
/// name that are not needed any more are removed. If anything fails, the directory stays as it was.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// Directory to write to; it is made if it does not exist
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Name of the bundle, which all file names begin with [default: the input's name]
    #[arg(long, value_parser = BundleName::new)]
    name: Option<BundleName>,
    /// Code to write for users of the component
    #[arg(long, value_enum, default_value_t = Bindings::Js)]
    bindings: Bindings,
    /// WIT file or folder that the component was made from, whose doc comments go into the declarations
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
}

/// Kinds of bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Bindings {
    /// NAME.js and NAME.d.ts
    Js,
    /// No code: the loader's generic path replays the plan
    None,
}

const EXAMPLES: &str = "\
Examples:
  corefuse build app.wasm -o dist
  wasm-tools component new core.wasm | corefuse build - -o dist --name app";

pub(super) fn run(args: &Args) -> Result<()> {
    let bytes = args.input.read_binary()?;
    let name = args.name.clone().unwrap_or_else(|| args.input.bundle_name());
    let progress = Progress::new(bytes.len());
    let bindings = match args.bindings {
        Bindings::Js => Some(args.wit.as_deref().map_or_else(|| Ok(Docs::default()), Docs::read)?),
        Bindings::None => None,
    };
    let options =
        BuildOptions { name, bindings, progress: Some(Box::new(move |stage| progress.show(stage))) };
    let bundle = corefuse::build(&bytes, &options).with_context(|| args.input.label().into_owned())?;
    drop(options);
    let paths = disk::write(&bundle, &args.output)?;
    let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
    output::print(&lines)
}
