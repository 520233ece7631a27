//! `corefuse build`: a component becomes a bundle on disk.

use super::progress::Progress;
use super::source::Input;
use super::{interrupt, output};
use anyhow::{Context, Result};
use clap::error::ErrorKind;
use corefuse::BuildOptions;
use corefuse::plan::{BundleName, Plan};
use corefuse::write::bindings::docs::Docs;
use corefuse::write::bindings::import_map::{ImportMap, Mapping};
use corefuse::write::bindings::{Form, Options};
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
    /// With `--wit`: the world whose doc comments to take, where the component may be of several
    #[arg(long, value_name = "NAME", requires = "wit")]
    world: Option<String>,
    /// Make NAME.js a module that imports what the component imports and exports what it exports
    ///
    /// Imports are import statements, of the import's name without version unless `--map` says otherwise; WASI 0.2
    /// comes from `@bytecodealliance/preview2-shim`, WASI 0.3 from `@bytecodealliance/preview3-shim`. Without this option
    /// NAME.js exports `instantiate(imports)`.
    #[arg(long)]
    esm: bool,
    /// With `--esm`: the module that supplies an import, such as `my:app/*=./host.js#*`
    ///
    /// `*` stands for any text. `#member` takes one export of the module instead of all. A FROM without version is for
    /// all versions. May be given several times; of those that fit an import, the one that says most wins.
    #[arg(long, value_name = "FROM=TO", requires = "esm")]
    map: Vec<Mapping>,
    /// With `--esm`: do not import WASI from `@bytecodealliance/preview2-shim` and `preview3-shim`
    #[arg(long, requires = "esm")]
    no_wasi_shim: bool,
    /// Write one self-contained file: the core modules in base64, the plan and the loader in NAME.js
    ///
    /// For a script of type module, a worker or Node; NAME.d.ts is written too, and no other file.
    #[arg(long)]
    inline: bool,
}

impl Args {
    /// What bindings to write, if any.
    fn bindings(&self) -> Result<Option<Options>> {
        if self.bindings == Bindings::None {
            if self.esm || self.inline {
                let why = "--esm and --inline are about NAME.js, which `--bindings none` leaves out\n";
                clap::Error::raw(ErrorKind::ArgumentConflict, why).exit();
            }
            return Ok(None);
        }
        let docs = match &self.wit {
            Some(path) => Docs::read_world(path, self.world.as_deref())?,
            None => Docs::default(),
        };
        let form = if self.esm {
            let map = ImportMap::new(self.map.clone());
            Form::Module(if self.no_wasi_shim { map } else { map.with_wasi_shim() })
        } else {
            Form::Instantiate
        };
        Ok(Some(Options { docs, form, inline: self.inline }))
    }
}

impl Args {
    /// Says which `--map` does nothing: likely a name is misspelt, yet one set of options may be meant for several
    /// components.
    fn mention_idle_mappings(&self, plan: &Plan) {
        let imports = || plan.imports.iter().filter(|import| import.parent.is_none());
        for mapping in &self.map {
            let fits = |name: &str| mapping.fits(name);
            if !imports().any(|import| fits(&import.name) || import.implements.as_deref().is_some_and(fits)) {
                output::note(&format!("`--map {mapping}` fits nothing that the component imports"));
            }
        }
    }
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
  corefuse build app.wasm -o dist --esm --map 'my:app/*=./host.js#*'
  corefuse build app.wasm -o dist --inline
  wasm-tools component new core.wasm | corefuse build - -o dist --name app";

pub(super) fn run(args: &Args) -> Result<()> {
    let bytes = args.input.read_binary()?;
    let name = args.name.clone().unwrap_or_else(|| args.input.bundle_name());
    let progress = Progress::new(bytes.len());
    let bindings = args.bindings()?;
    let options =
        BuildOptions { name, bindings, progress: Some(Box::new(move |stage| progress.show(stage))) };
    let bundle = corefuse::build(&bytes, &options).with_context(|| args.input.label().into_owned())?;
    drop(options);
    args.mention_idle_mappings(&bundle.plan);
    let paths = disk::write_unless(&bundle, &args.output, &interrupt::watch())?;
    let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
    output::print(&lines)
}
