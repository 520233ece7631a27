//! Conformance: converts the components of `.wast` scripts with corefuse and replays them through the loader, or on
//! the Rust host.
//!
//! Scripts are those of `tests/wast/` and, where `COREFUSE_SUITE` names a folder, all of that one too (the
//! official suite is the `test` folder of the component-model repository). Arguments besides those of every test:
//!
//! - `--table` prints the run's table: file, passed, failed, expected to fail, refused and why;
//! - `--engine chromium` runs the scripts in one page of Chromium, `--engine host` on the Rust host, not in Node;
//! - `--bindings` calls through the generated bindings, not the loader's generic path;
//! - `--keep DIR` keeps the bundles and scripts, for a look at what a failing command does.

#[path = "support/convert.rs"]
mod convert;
#[path = "support/engine.rs"]
mod engine;
#[path = "support/expected.rs"]
mod expected;
#[cfg(feature = "host")]
#[path = "support/exported.rs"]
mod exported;
#[path = "support/node.rs"]
mod node;
#[cfg(feature = "host")]
#[path = "support/on_host/mod.rs"]
mod on_host;
#[path = "support/script.rs"]
mod script;
#[path = "support/table.rs"]
mod table;
#[path = "support/values.rs"]
mod values;

use anyhow::{Context, bail};
use expected::Expected;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use script::{Report, Script, Verdict};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use table::Table;

/// A script file.
#[derive(Clone, Debug)]
struct File {
    /// `wast/...` for ours, `suite/...` for those of the outside folder.
    name: String,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Node,
    Chromium,
    #[cfg(feature = "host")]
    Host,
}

/// Arguments that only this test has.
struct Options {
    table: bool,
    engine: Engine,
    bindings: bool,
    keep: Option<PathBuf>,
}

/// What all trials share.
struct Run {
    expected: Expected,
    table: Mutex<Table>,
    /// Folder for bundles and scripts.
    root: PathBuf,
    engine: Engine,
    bindings: bool,
    node: Result<PathBuf, String>,
    /// What happened in Chromium, where that is the engine.
    in_chromium: Option<HashMap<String, Prepared>>,
}

/// A file that went through the library, and what the engine made of it where that is known already.
type Prepared = (anyhow::Result<Script>, Vec<Report>);

fn main() -> anyhow::Result<ExitCode> {
    let (options, arguments) = options(std::env::args())?;
    let files = files()?;
    let temporary = tempfile::tempdir()?;
    let mut run = Run {
        expected: Expected::read(&node::repository().join("tests/expected-failures.txt"))?,
        table: Mutex::default(),
        root: options.keep.unwrap_or_else(|| temporary.path().to_path_buf()),
        engine: options.engine,
        bindings: options.bindings,
        node: node::find(),
        in_chromium: None,
    };
    let unknown = run.expected.files().find(|name| {
        let ours = name.starts_with("wast/") || std::env::var_os("COREFUSE_SUITE").is_some();
        ours && !files.iter().any(|file| file.name == **name)
    });
    if let Some(name) = unknown {
        bail!("tests/expected-failures.txt names {name}, which does not exist");
    }
    if options.engine == Engine::Chromium && !arguments.list {
        let chosen = files.iter().filter(|file| !arguments.is_filtered_out(&placeholder(file)));
        run.in_chromium = Some(all_in_chromium(&run, &chosen.cloned().collect::<Vec<_>>())?);
    }
    let run = Arc::new(run);
    let trials = files.into_iter().map(|file| {
        let run = run.clone();
        Trial::ignorable_test(file.name.clone(), move || trial(&run, &file))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if options.table {
        println!("{}", lock(&run.table));
    }
    Ok(conclusion.exit_code())
}

/// Splits the command line into our arguments and those of every test.
fn options(arguments: impl Iterator<Item = String>) -> anyhow::Result<(Options, Arguments)> {
    let mut options = Options { table: false, engine: Engine::Node, bindings: false, keep: None };
    let mut rest = Vec::new();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--table" => options.table = true,
            "--bindings" => options.bindings = true,
            "--engine" => {
                options.engine = match arguments.next().as_deref() {
                    Some("node") => Engine::Node,
                    Some("chromium") => Engine::Chromium,
                    #[cfg(feature = "host")]
                    Some("host") => Engine::Host,
                    other => bail!("--engine takes node, chromium or host, not {other:?}"),
                };
            }
            "--keep" => options.keep = Some(arguments.next().context("--keep takes a folder")?.into()),
            _ => rest.push(argument),
        }
    }
    Ok((options, Arguments::from_iter(rest)))
}

/// All script files, in the order of their names.
fn files() -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    let mut add = |prefix: &str, root: &Path| -> anyhow::Result<()> {
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let entries =
                std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "wast") {
                    let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                    files.push(File { name: format!("{prefix}/{relative}"), path });
                }
            }
        }
        Ok(())
    };
    add("wast", &node::repository().join("tests/wast"))?;
    if let Some(suite) = std::env::var_os("COREFUSE_SUITE") {
        add("suite", Path::new(&suite))?;
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// A trial that only carries a name, to ask whether the command line filters it out.
fn placeholder(file: &File) -> Trial {
    Trial::test(file.name.clone(), || Ok(()))
}

fn prepare(run: &Run, file: &File) -> anyhow::Result<Script> {
    let text = std::fs::read_to_string(&file.path)?;
    script::prepare(&text, &run.root.join(&file.name))
}

fn trial(run: &Run, file: &File) -> Result<Completion, Failed> {
    let (script, in_engine) = match &run.in_chromium {
        Some(prepared) => match prepared.get(&file.name) {
            Some((Ok(script), reports)) => (script.decided.clone(), Ok(reports.clone())),
            Some((Err(error), _)) => (vec![unreadable(error)], Ok(Vec::new())),
            None => return Err("Chromium was not given this file".into()),
        },
        None => match prepare(run, file) {
            Ok(script) => (script.decided.clone(), in_engine(run, file, &script)),
            Err(error) => (vec![unreadable(&error)], Ok(Vec::new())),
        },
    };
    let in_engine = match in_engine {
        Ok(reports) => reports,
        Err(reason) => return Ok(Completion::ignored_with(reason)),
    };
    let mut reports = script;
    reports.extend(in_engine);
    let (problems, expected) = run.expected.judge(&file.name, &reports);
    lock(&run.table).add(&file.name, &reports, expected);
    match problems.is_empty() {
        true => Ok(Completion::Completed),
        false => Err(problems.join("\n").into()),
    }
}

/// A file that is no script at all counts as one failed command.
fn unreadable(error: &anyhow::Error) -> Report {
    Report { line: 0, verdict: Verdict::Failed(format!("{error:#}")) }
}

/// The reports of Node or the Rust host, or why there is none.
fn in_engine(run: &Run, file: &File, script: &Script) -> Result<Vec<Report>, String> {
    if script.commands.is_empty() {
        return Ok(Vec::new());
    }
    let dir = run.root.join(&file.name);
    match run.engine {
        #[cfg(feature = "host")]
        Engine::Host => Ok(on_host::replay(script, &dir)),
        Engine::Node | Engine::Chromium => {
            let node = run.node.as_ref().map_err(Clone::clone)?;
            let reports = engine::in_node(node, script, &dir, run.bindings);
            Ok(reports.unwrap_or_else(|error| vec![unreadable(&error)]))
        }
    }
}

fn all_in_chromium(run: &Run, files: &[File]) -> anyhow::Result<HashMap<String, Prepared>> {
    let node = run.node.as_ref().map_err(|reason| anyhow::anyhow!("{reason}"))?;
    let prepared: Vec<_> = files.iter().map(|file| (file.name.clone(), prepare(run, file))).collect();
    let scripts: Vec<_> = prepared
        .iter()
        .filter_map(|(name, script)| script.as_ref().ok().map(|script| (name.clone(), script)))
        .filter(|(_, script)| !script.commands.is_empty())
        .collect();
    let mut reports = engine::in_chromium(node, &scripts, &run.root, run.bindings)?;
    let with_reports = |(name, script): (String, anyhow::Result<Script>)| {
        let found = reports.remove(&name).unwrap_or_default();
        (name, (script, found))
    };
    Ok(prepared.into_iter().map(with_reports).collect())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
