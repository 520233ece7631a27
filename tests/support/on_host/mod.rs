//! Replays prepared scripts on the Rust host: the same commands as `tests/replay/replay.js`, without JavaScript.

mod offers;
mod values;

use crate::exported::{exported, same};
use crate::script::{Report, Script, Verdict};
use anyhow::{Context, Result, bail, ensure};
use corefuse::host::types::ComponentItem;
use corefuse::host::{Component, Engine, Func, Instance, Linker, MissingFeature, Store, Trap, Val};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long one file may take.
const FILE_LIMIT: Duration = Duration::from_secs(300);

/// Prefix of messages that were written for one engine.
const ENGINE_PREFIX: &str = "wasm trap: ";

/// Texts of traps that core engines raise by themselves, where wasmi's is another.
const ENGINE_TEXTS: &[(&str, &str)] = &[("unreachable", "unreachable")];

/// Replays a script whose bundles are in `dir`. A thread of its own runs it, so that a guest that never returns is a
/// failed command and not a test that hangs.
pub(crate) fn replay(script: &Script, dir: &Path) -> Vec<Report> {
    let (sender, receiver) = mpsc::channel();
    let (commands, dir) = (script.commands.clone(), dir.to_path_buf());
    std::thread::spawn(move || {
        let mut replay = Replay::new(dir);
        commands.iter().try_for_each(|command| sender.send(replay.run(command)))
    });
    let start = Instant::now();
    let mut reports = Vec::new();
    for command in &script.commands {
        let verdict = match receiver.recv_timeout(FILE_LIMIT.saturating_sub(start.elapsed())) {
            Ok(verdict) => verdict,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                Verdict::Failed(format!("not done after {} s", FILE_LIMIT.as_secs()))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Verdict::Failed("the host panicked".to_owned()),
        };
        let Some(line) = command["line"].as_u64() else { continue };
        reports.push(Report { line: usize::try_from(line).unwrap_or(usize::MAX), verdict });
    }
    reports
}

/// What a name of the script stands for.
#[derive(Clone, Copy)]
struct Live {
    instance: Instance,
    /// Number of the bundle it came from.
    bundle: u64,
}

struct Replay {
    dir: PathBuf,
    engine: Engine,
    /// The numbers of the host's resources that were dropped.
    store: Store<Vec<u32>>,
    compiled: HashMap<u64, Component>,
    definitions: HashMap<String, u64>,
    instances: HashMap<String, Live>,
    /// What later components may import.
    registered: HashMap<String, Live>,
    current: Option<Live>,
    /// Why the latest instance, or the one of this name, is not there: the engine lacks a feature.
    refused: HashMap<Option<String>, String>,
}

impl Replay {
    fn new(dir: PathBuf) -> Replay {
        let engine = Engine::default();
        Replay {
            dir,
            store: Store::new(&engine, Vec::new()),
            engine,
            compiled: HashMap::new(),
            definitions: HashMap::new(),
            instances: HashMap::new(),
            registered: HashMap::new(),
            current: None,
            refused: HashMap::new(),
        }
    }

    fn run(&mut self, command: &Value) -> Verdict {
        match self.dispatch(command) {
            Ok(()) => Verdict::Passed,
            Err(error) => match error.downcast_ref::<MissingFeature>() {
                Some(missing) => Verdict::Refused(format!("{} on the Rust host", missing.feature)),
                None => Verdict::Failed(format!("{error:#}")),
            },
        }
    }

    fn dispatch(&mut self, command: &Value) -> Result<()> {
        let text = |key: &str| command[key].as_str().map(str::to_owned);
        let message = command["message"].as_str().unwrap_or_default();
        match command["op"].as_str() {
            Some("define") => {
                let bundle = command["bundle"].as_u64().context("a definition without a bundle")?;
                self.definitions.extend(text("name").map(|name| (name, bundle)));
                self.component(bundle).map(|_| ())
            }
            Some("instantiate") => self.instantiate_command(command),
            Some("register") => {
                let live = self.live(text("instance"))?;
                self.registered.insert(text("as").context("a register without a name")?, live);
                Ok(())
            }
            Some("invoke") => self.invoke(&command["call"])?.1.map(|_| ()),
            Some("assertReturn") => self.assert_return(&command["call"], &command["results"]),
            Some("assertTrap") => {
                let outcome = match command["instantiate"]["bundle"].as_u64() {
                    Some(bundle) => self.instantiate(bundle).map(|_| None),
                    None => self.invoke(&command["call"])?.1,
                };
                assert_trap(outcome, message)
            }
            Some("assertUnlinkable") => {
                let bundle = command["bundle"].as_u64().context("a command without a bundle")?;
                match self.instantiate(bundle) {
                    Ok(_) => {
                        bail!("expected a link error with {message:?}, but the component was instantiated")
                    }
                    Err(error) if error.is::<MissingFeature>() => Err(error),
                    Err(error) => {
                        let found = format!("{error:#}");
                        let traps = error.downcast_ref::<Trap>().is_some();
                        ensure!(
                            !traps && found.contains(message),
                            "expected a link error with {message:?}, got: {found}"
                        );
                        Ok(())
                    }
                }
            }
            other => bail!("the runner does not know the command {other:?}"),
        }
    }

    fn component(&mut self, bundle: u64) -> Result<Component> {
        if let Some(component) = self.compiled.get(&bundle) {
            return Ok(component.clone());
        }
        let plan = self.dir.join(bundle.to_string()).join("script.plan.json");
        let component = Component::from_bundle_file(&self.engine, plan)?;
        self.compiled.insert(bundle, component.clone());
        Ok(component)
    }

    fn instantiate_command(&mut self, command: &Value) -> Result<()> {
        let bundle = match (command["bundle"].as_u64(), command["definition"].as_str()) {
            (Some(bundle), _) => bundle,
            (None, Some(name)) => *self.definitions.get(name).context("no component has this name")?,
            (None, None) => bail!("an instance of nothing"),
        };
        let name = command["as"].as_str().map(str::to_owned);
        self.current = None;
        self.refused.remove(&None);
        let live = self.instantiate(bundle).inspect_err(|error| {
            if let Some(missing) = error.downcast_ref::<MissingFeature>() {
                for name in [None, name.clone()] {
                    self.refused.insert(name, missing.feature.clone());
                }
            }
        })?;
        self.current = Some(live);
        if let Some(name) = name {
            self.instances.insert(name.clone(), live);
            self.registered.insert(name, live);
        }
        Ok(())
    }

    fn instantiate(&mut self, bundle: u64) -> Result<Live> {
        let component = self.component(bundle)?;
        let mut linker = Linker::new(&self.engine);
        let ty = component.component_type();
        for (name, item) in ty.imports() {
            let ComponentItem::ComponentInstance(items) = item else { continue };
            if let Some(live) = self.registered.get(name) {
                linker.instance(name)?.exports_of(&self.store, &live.instance)?;
            } else if name == "host" {
                offers::define(&mut linker.instance(name)?, items)?;
            } else if let Some(feature) = self.refused.get(&Some(name.to_owned())) {
                bail!(missing(feature));
            }
        }
        let instance = linker.instantiate(&mut self.store, &component)?;
        Ok(Live { instance, bundle })
    }

    fn live(&self, name: Option<String>) -> Result<Live> {
        if let Some(feature) = self.refused.get(&name) {
            bail!(missing(feature));
        }
        match &name {
            Some(name) => {
                self.instances.get(name).copied().with_context(|| format!("no instance is called {name}"))
            }
            None => self.current.context("there is no instance to call"),
        }
    }

    /// The function that a call names, and what the call came to.
    fn invoke(&mut self, call: &Value) -> Result<(Func, Result<Option<Val>>)> {
        let live = self.live(call["instance"].as_str().map(str::to_owned))?;
        let name = call["func"].as_str().context("a call without a function")?;
        let func = exported(&self.compiled[&live.bundle], live.instance, &self.store, name)?;
        let ty = func.ty(&self.store)?;
        let args = call["args"].as_array().context("a call without arguments")?;
        ensure!(args.len() == ty.params().len(), "{name} takes {} parameters", ty.params().len());
        let args = args.iter().zip(ty.params()).map(|(arg, (_, ty))| values::tagged(arg, &ty));
        let args = args.collect::<Result<Vec<_>>>()?;
        let mut results = vec![Val::Bool(false); ty.results().len()];
        let called = func.call(&mut self.store, &args, &mut results);
        Ok((func, called.map(|()| results.pop())))
    }

    fn assert_return(&mut self, call: &Value, expected: &Value) -> Result<()> {
        let (func, outcome) = self.invoke(call)?;
        let actual = outcome?;
        let ty = func.ty(&self.store)?.results().next();
        let expected = expected.as_array().context("an assertion without results")?;
        ensure!(expected.len() == usize::from(ty.is_some()), "the function has another number of results");
        match (ty, actual, expected.first()) {
            (Some(ty), Some(actual), Some(expected)) => {
                let expected = values::tagged(expected, &ty)?;
                ensure!(same(&actual, &expected), "expected {expected:?}, got {actual:?}");
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn missing(feature: &str) -> MissingFeature {
    MissingFeature { feature: feature.to_owned(), reason: "an earlier component needs it".to_owned() }
}

/// A trap is what the guest is stopped by: one of its own, or an error of a host function.
fn assert_trap(outcome: Result<Option<Val>>, message: &str) -> Result<()> {
    let error = match outcome {
        Ok(value) => bail!("expected the trap {message:?}, got {value:?}"),
        // What the host refuses by name is refused, not failed.
        Err(error) if error.is::<MissingFeature>() => return Err(error),
        Err(error) => error,
    };
    let found = format!("{error:#}");
    let traps = error.downcast_ref::<Trap>().is_some() || found.contains("in the host's `");
    let entering = found.contains("cannot enter component instance");
    ensure!(traps || entering, "expected the trap {message:?}, got something that is no trap: {found}");
    let wanted = message.strip_prefix(ENGINE_PREFIX).unwrap_or(message);
    let engines = ENGINE_TEXTS.iter().any(|(suite, ours)| wanted.contains(suite) && found.contains(ours));
    ensure!(found.contains(wanted) || engines, "expected the trap {message:?}, got: {found}");
    Ok(())
}
