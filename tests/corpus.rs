//! The corpus of real components: each is converted and must give what the corpus's `expect.json` says.
//!
//! `COREFUSE_CORPUS` names the folder; by default it is `../shared/components` beside the repository. Without a
//! corpus the trials report themselves as ignored. `--engine chromium` runs them in Chromium instead of Node,
//! `--engine host` on the Rust host, and `--bindings` through the bindings generated for each.

#[cfg(feature = "host")]
#[path = "support/exported.rs"]
mod exported;
#[cfg(feature = "host")]
#[path = "corpus/host.rs"]
mod host;
#[path = "support/node.rs"]
mod node;

use anyhow::{Context, bail};
use corefuse::BuildOptions;
use corefuse::plan::BundleName;
use corefuse::write::bindings;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Node,
    Chromium,
    #[cfg(feature = "host")]
    Host,
}

/// The corpus and where to run it.
struct Corpus {
    folder: PathBuf,
    expect: Value,
    engine: Engine,
    /// Whether to call through generated bindings.
    bindings: bool,
    /// Folder for bundles.
    root: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments: Vec<String> = std::env::args().collect();
    let mut engine = Engine::Node;
    if let Some(at) = arguments.iter().position(|argument| argument == "--engine") {
        engine = match arguments.get(at + 1).map(String::as_str) {
            Some("node") => Engine::Node,
            Some("chromium") => Engine::Chromium,
            #[cfg(feature = "host")]
            Some("host") => Engine::Host,
            other => bail!("--engine takes node, chromium or host, not {other:?}"),
        };
        arguments.drain(at..at + 2);
    }
    let bindings = arguments.iter().any(|argument| argument == "--bindings");
    arguments.retain(|argument| argument != "--bindings");
    let arguments = Arguments::from_iter(arguments);
    let folder = std::env::var_os("COREFUSE_CORPUS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| node::repository().join("../shared/components"));
    if !folder.is_dir() {
        let reason = format!("no corpus at {}", folder.display());
        let trial = Trial::ignorable_test("corpus", move || Ok(Completion::ignored_with(reason)));
        return Ok(libtest_mimic::run(&arguments, vec![trial]).exit_code());
    }
    let temporary = tempfile::tempdir()?;
    let expect = serde_json::from_slice(&std::fs::read(folder.join("expect.json"))?)?;
    let corpus = Arc::new(Corpus { folder, expect, engine, bindings, root: temporary.path().to_path_buf() });
    let trials = corpus.cases()?.into_iter().map(|(component, provider)| {
        let corpus = corpus.clone();
        let name = match &provider {
            Some(provider) => format!("{component} with {provider}"),
            None => component.clone(),
        };
        Trial::ignorable_test(name, move || corpus.trial(&component, provider.as_deref()))
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
}

impl Corpus {
    /// Components to run, each with the component that supplies its imports, if it needs one.
    fn cases(&self) -> anyhow::Result<Vec<(String, Option<String>)>> {
        let components = self.expect["components"].as_object().context("expect.json lists no components")?;
        let providers: Vec<_> = components.keys().filter(|name| name.contains("provider")).collect();
        let mut cases = Vec::new();
        for (name, component) in components {
            match component.get("why").is_some() {
                true => {
                    cases.extend(providers.iter().map(|provider| (name.clone(), Some((*provider).clone()))))
                }
                false => cases.push((name.clone(), None)),
            }
        }
        Ok(cases)
    }

    fn trial(&self, component: &str, provider: Option<&str>) -> Result<Completion, Failed> {
        let found = match self.engine {
            #[cfg(feature = "host")]
            Engine::Host => self.run_on_host(component, provider),
            Engine::Node | Engine::Chromium => match node::find() {
                Ok(node) => self.run(&node, component, provider),
                Err(reason) => return Ok(Completion::ignored_with(reason)),
            },
        };
        match found {
            Ok(failures) if failures.is_empty() => Ok(Completion::Completed),
            Ok(failures) => Err(failures.join("\n").into()),
            Err(error) => Err(format!("{error:#}").into()),
        }
    }

    /// What a component gives that it should not.
    fn run(&self, node: &Path, component: &str, provider: Option<&str>) -> anyhow::Result<Vec<String>> {
        let dir = self.root.join(format!("{component}-{}", provider.unwrap_or("alone")));
        let expected = &self.expect["components"][component];
        let suites = self.suites(component)?;
        let wasi = &expected["wasi"];
        let provider = provider.map(|name| self.bundle(name, &dir)).transpose()?;
        let job = json!({
            "name": component,
            "plan": self.bundle(component, &dir)?,
            "provider": provider,
            "bindings": self.bindings,
            "suites": suites,
            "wasi": self.wasi(wasi, &dir)?,
            "report": dir.join("report.json"),
        });
        let job_file = dir.join("job.json");
        std::fs::write(&job_file, serde_json::to_vec(&job)?)?;
        let mut command = Command::new(node);
        match self.engine {
            Engine::Node => command.arg(node::repository().join("tests/corpus/node.js")).arg(node::loader()),
            Engine::Chromium => command.arg(node::repository().join("tests/browser/corpus.js")),
            #[cfg(feature = "host")]
            Engine::Host => bail!("the Rust host needs no Node"),
        };
        let stdin = wasi["stdin"].as_str().unwrap_or_default();
        let (stdout, stderr) = run(command.arg(&job_file), stdin)?;
        let report =
            std::fs::read(dir.join("report.json")).with_context(|| format!("no report; {stderr}"))?;
        let mut failures: Vec<String> = serde_json::from_slice(&report)?;
        let text = expected["stdout"].as_str().unwrap_or_default();
        if text != stdout {
            failures.push(format!("standard output was {stdout:?}, expected {text:?}"));
        }
        Ok(failures)
    }

    /// The suites of a component.
    fn suites(&self, component: &str) -> anyhow::Result<Vec<&Value>> {
        let names = self.expect["components"][component]["suites"].as_array();
        let names = names.context("a component without suites")?;
        Ok(names.iter().filter_map(Value::as_str).map(|name| &self.expect["suites"][name]).collect())
    }

    /// What a component gives on the Rust host that it should not.
    #[cfg(feature = "host")]
    fn run_on_host(&self, component: &str, provider: Option<&str>) -> anyhow::Result<Vec<String>> {
        use corefuse::host::{Component, Engine, Linker, Store, wasi};
        let engine = Engine::default();
        let read = |name: &str| -> anyhow::Result<Component> {
            let bytes = std::fs::read(self.folder.join(format!("{name}.wasm")))?;
            Component::new(&engine, bytes).with_context(|| format!("cannot compile {name}"))
        };
        let dir = self.root.join(component);
        let stdout = host::Captured::default();
        let wasi = host::wasi(&self.expect["components"][component]["wasi"], component, &dir, &stdout)?;
        let mut store = Store::new(&engine, wasi);
        let mut linker = Linker::new(&engine);
        wasi::add_to_linker(&mut linker)?;
        if let Some(provider) = provider {
            let provider = linker.instantiate(&mut store, &read(provider)?)?;
            linker.root().exports_of(&store, &provider)?;
        }
        let (suites, expected) = (self.suites(component)?, &self.expect["components"][component]["stdout"]);
        let component = read(component)?;
        let instance = linker.instantiate(&mut store, &component)?;
        let mut subject = host::Subject { store: &mut store, component: &component, instance };
        let mut failures = host::run_suites(&mut subject, &suites);
        let (text, stdout) = (expected.as_str().unwrap_or_default(), stdout.text());
        if text != stdout {
            failures.push(format!("standard output was {stdout:?}, expected {text:?}"));
        }
        Ok(failures)
    }

    /// Writes a component's bundle; gives the path of its plan.
    fn bundle(&self, component: &str, dir: &Path) -> anyhow::Result<PathBuf> {
        let bytes = std::fs::read(self.folder.join(format!("{component}.wasm")))?;
        let options = BuildOptions {
            name: BundleName::new(component)?,
            bindings: self.bindings.then(bindings::Options::default),
            ..BuildOptions::default()
        };
        let bundle =
            corefuse::build(&bytes, &options).with_context(|| format!("cannot build {component}"))?;
        corefuse::write::disk::write(&bundle, dir)?;
        Ok(dir.join(format!("{component}.plan.json")))
    }

    /// What WASI is to offer; the files are written to disk too, for Node.
    fn wasi(&self, wasi: &Value, dir: &Path) -> anyhow::Result<Value> {
        if wasi.is_null() {
            return Ok(Value::Null);
        }
        let preopen = dir.join("files");
        std::fs::create_dir_all(&preopen)?;
        for (name, content) in wasi["files"].as_object().into_iter().flatten() {
            std::fs::write(preopen.join(name), content.as_str().unwrap_or_default())?;
        }
        Ok(json!({
            "args": wasi["args"],
            "env": wasi["env"],
            "preopen": preopen,
            "files": wasi["files"],
            "stdin": wasi["stdin"],
        }))
    }
}

/// Runs a command with this standard input; gives what it printed.
fn run(command: &mut Command, stdin: &str) -> anyhow::Result<(String, String)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    child.stdin.take().context("no standard input")?.write_all(stdin.as_bytes())?;
    let output = child.wait_with_output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((text(output.stdout), text(output.stderr)))
}
