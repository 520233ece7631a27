//! From a `.wast` file to the commands that an engine must run, with everything decided that needs no engine.
//!
//! Validation is decided here, by the library. What is left becomes JSON for `tests/replay/replay.js`. A component
//! that the library refuses by name ("unsupported") takes the commands that depend on it along: they count as
//! refused, with the feature's name, never as passed.

use crate::convert::{self, Converted};
use crate::values;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};
use wast::token::{Id, Span};
use wast::{QuoteWat, QuoteWatTest, Wast, WastDirective, WastExecute, WastInvoke, Wat};

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It did what the script says.
    Passed,
    /// It did not; says what happened instead.
    Failed(String),
    /// It needs something that the library refuses by this name.
    Refused(String),
}

/// A command's line in the file (from 1) and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) line: usize,
    pub(crate) verdict: Verdict,
}

/// A file, ready for an engine.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Commands for the engine, each an object with `line` and `op`.
    pub(crate) commands: Vec<Value>,
    /// What is decided already.
    pub(crate) decided: Vec<Report>,
}

/// What a name of the script stands for, as far as the engine needs to know.
#[derive(Clone, Debug)]
enum State {
    Live,
    Refused(String),
    Failed,
}

/// Reads `text`, writes a bundle for each component under `dir`, and gives the commands that are left.
///
/// # Errors
///
/// Fails where the file itself is no script, or a bundle cannot be written.
pub(crate) fn prepare(text: &str, dir: &Path) -> anyhow::Result<Script> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer)?;
    let wast: Wast = parser::parse(&buffer)?;
    let mut preparation = Preparation {
        text,
        dir,
        script: Script::default(),
        bundles: 0,
        definitions: HashMap::new(),
        last_definition: None,
        instances: HashMap::new(),
        current: State::Failed,
        unavailable: BTreeMap::new(),
    };
    for directive in wast.directives {
        preparation.directive(directive)?;
    }
    Ok(preparation.script)
}

struct Preparation<'t> {
    text: &'t str,
    dir: &'t Path,
    script: Script,
    bundles: usize,
    definitions: HashMap<String, State>,
    last_definition: Option<String>,
    instances: HashMap<String, State>,
    current: State,
    /// Names under which instances would be importable, had they not been refused.
    unavailable: BTreeMap<String, String>,
}

impl Preparation<'_> {
    fn directive(&mut self, directive: WastDirective<'_>) -> anyhow::Result<()> {
        let line = self.line(directive.span());
        match directive {
            WastDirective::Module(source) => self.module(line, source),
            WastDirective::ModuleDefinition(source) => self.definition(line, source),
            WastDirective::ModuleInstance { instance, module, .. } => {
                self.instance(line, instance, module);
                Ok(())
            }
            WastDirective::AssertMalformed { module, .. } | WastDirective::AssertInvalid { module, .. } => {
                self.must_be_refused(line, module);
                Ok(())
            }
            WastDirective::Register { name, module, .. } => {
                self.register(line, name, module);
                Ok(())
            }
            WastDirective::Invoke(call) => {
                let instance = call.module;
                self.needs_instance(line, instance, || Ok(json!({ "op": "invoke", "call": invoke(&call)? })))
            }
            WastDirective::AssertReturn { exec: WastExecute::Invoke(call), results, .. } => {
                let instance = call.module;
                self.needs_instance(line, instance, || {
                    let results = results.iter().map(values::result).collect::<anyhow::Result<Vec<_>>>()?;
                    Ok(json!({ "op": "assertReturn", "call": invoke(&call)?, "results": results }))
                })
            }
            WastDirective::AssertTrap { exec: WastExecute::Invoke(call), message, .. } => {
                let instance = call.module;
                self.needs_instance(line, instance, || {
                    Ok(json!({ "op": "assertTrap", "call": invoke(&call)?, "message": message }))
                })
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let instance = call.module;
                self.needs_instance(line, instance, || {
                    Ok(json!({ "op": "assertTrap", "call": invoke(&call)?, "message": message }))
                })
            }
            WastDirective::AssertTrap { exec: WastExecute::Wat(source), message, .. } => {
                let command = |bundle| json!({ "op": "assertTrap", "instantiate": { "bundle": bundle }, "message": message });
                self.instantiation_that_fails(line, source, command)
            }
            WastDirective::AssertUnlinkable { module, message, .. } => {
                let command =
                    |bundle| json!({ "op": "assertUnlinkable", "bundle": bundle, "message": message });
                self.instantiation_that_fails(line, module, command)
            }
            WastDirective::AssertReturn { .. }
            | WastDirective::AssertTrap { .. }
            | WastDirective::AssertInvalidCustom { .. }
            | WastDirective::AssertMalformedCustom { .. }
            | WastDirective::AssertException { .. }
            | WastDirective::AssertSuspension { .. }
            | WastDirective::Thread(_)
            | WastDirective::Wait { .. } => {
                self.fail(line, "this runner is for components and does not know this kind of command");
                Ok(())
            }
        }
    }

    /// `(component $name? ...)`: a definition and an instance of it.
    fn module(&mut self, line: usize, mut source: QuoteWat<'_>) -> anyhow::Result<()> {
        let name = source.name().map(text_of);
        let (state, bundle) = self.convert(line, &mut source)?;
        if let Some(name) = &name {
            self.definitions.insert(name.clone(), state.clone());
        }
        if let Some(bundle) = bundle {
            self.command(line, json!({ "op": "instantiate", "bundle": bundle, "as": name }));
            if let Some(name) = &name {
                self.command_unreported(json!({ "op": "define", "name": name, "bundle": bundle }));
            }
        }
        self.instance_state(name, state);
        Ok(())
    }

    /// `(component definition $name? ...)`
    fn definition(&mut self, line: usize, mut source: QuoteWat<'_>) -> anyhow::Result<()> {
        let name = source.name().map(text_of).unwrap_or_else(|| format!("definition at line {line}"));
        let (state, bundle) = self.convert(line, &mut source)?;
        if let Some(bundle) = bundle {
            self.command(line, json!({ "op": "define", "name": name, "bundle": bundle }));
        }
        self.definitions.insert(name.clone(), state);
        self.last_definition = Some(name);
        Ok(())
    }

    /// `(component instance $instance? $definition?)`
    fn instance(&mut self, line: usize, instance: Option<Id<'_>>, definition: Option<Id<'_>>) {
        let name = instance.map(text_of);
        let definition = definition.map(text_of).or_else(|| self.last_definition.clone());
        let state = definition.as_ref().and_then(|name| self.definitions.get(name)).cloned();
        match state {
            Some(State::Live) => {
                self.command(line, json!({ "op": "instantiate", "definition": definition, "as": name }));
            }
            Some(State::Refused(ref feature)) => self.refuse(line, feature.clone()),
            Some(State::Failed) => self.fail(line, "its definition could not be built"),
            None => self.fail(line, "the script defines no such component"),
        }
        self.instance_state(name, state.unwrap_or(State::Failed));
    }

    fn instance_state(&mut self, name: Option<String>, state: State) {
        if let Some(name) = name {
            self.unavailable.remove(&name);
            if let State::Refused(feature) = &state {
                self.unavailable.insert(name.clone(), feature.clone());
            }
            self.instances.insert(name, state.clone());
        }
        self.current = state;
    }

    fn register(&mut self, line: usize, name: &str, instance: Option<Id<'_>>) {
        let instance = instance.map(text_of);
        match self.state_of(instance.as_deref()) {
            State::Live => {
                self.unavailable.remove(name);
                self.command(line, json!({ "op": "register", "as": name, "instance": instance }));
            }
            State::Refused(feature) => {
                self.unavailable.insert(name.to_string(), feature.clone());
                self.refuse(line, feature);
            }
            State::Failed => self.fail(line, "the instance it names could not be built"),
        }
    }

    /// A command that calls into an instance.
    fn needs_instance(
        &mut self,
        line: usize,
        instance: Option<Id<'_>>,
        command: impl FnOnce() -> anyhow::Result<Value>,
    ) -> anyhow::Result<()> {
        match self.state_of(instance.map(text_of).as_deref()) {
            State::Live => self.command(line, command()?),
            State::Refused(feature) => self.refuse(line, feature),
            State::Failed => self.fail(line, "the component it calls could not be built"),
        }
        Ok(())
    }

    /// A component that is built, but whose instantiation must fail.
    fn instantiation_that_fails(
        &mut self,
        line: usize,
        source: Wat<'_>,
        command: impl FnOnce(usize) -> Value,
    ) -> anyhow::Result<()> {
        if let (State::Live, Some(bundle)) = self.convert(line, &mut QuoteWat::Wat(source))? {
            self.command(line, command(bundle));
        }
        Ok(())
    }

    /// `assert_invalid`, `assert_malformed`: the library must call the input invalid, and not only unsupported.
    fn must_be_refused(&mut self, line: usize, mut source: QuoteWat<'_>) {
        let verdict = match binary_or_text(&mut source) {
            Err(_) => Verdict::Passed,
            Ok(bytes) => match convert::check(&bytes) {
                Ok(()) => Verdict::Failed("accepted, but the script says that it is not valid".to_string()),
                Err(convert::Refusal::Invalid(_)) => Verdict::Passed,
                Err(convert::Refusal::Unsupported(feature)) => Verdict::Refused(feature),
            },
        };
        self.script.decided.push(Report { line, verdict });
    }

    /// Converts a component; where that fails, reports it. Gives the number of its bundle if it has one.
    fn convert(&mut self, line: usize, source: &mut QuoteWat<'_>) -> anyhow::Result<(State, Option<usize>)> {
        let bytes = match binary_or_text(source) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.fail(line, &format!("the text could not be encoded: {error}"));
                return Ok((State::Failed, None));
            }
        };
        let bundle = self.bundles;
        self.bundles += 1;
        match convert::bundle(&bytes, "script", &self.dir.join(bundle.to_string()))? {
            Converted::Bundle { imports } => {
                let missing = imports.iter().find_map(|name| self.unavailable.get(name)).cloned();
                if let Some(feature) = missing {
                    self.refuse(line, feature.clone());
                    return Ok((State::Refused(feature), None));
                }
                Ok((State::Live, Some(bundle)))
            }
            Converted::Refused(convert::Refusal::Unsupported(feature)) => {
                self.refuse(line, feature.clone());
                Ok((State::Refused(feature), None))
            }
            Converted::Refused(convert::Refusal::Invalid(error)) => {
                self.fail(line, &error);
                Ok((State::Failed, None))
            }
        }
    }

    fn state_of(&self, instance: Option<&str>) -> State {
        match instance {
            None => self.current.clone(),
            Some(name) => self.instances.get(name).cloned().unwrap_or(State::Failed),
        }
    }

    fn command(&mut self, line: usize, mut command: Value) {
        command["line"] = line.into();
        self.script.commands.push(command);
    }

    /// A command that the script does not have by itself, so that nothing is reported for it.
    fn command_unreported(&mut self, mut command: Value) {
        command["line"] = Value::Null;
        self.script.commands.push(command);
    }

    fn refuse(&mut self, line: usize, feature: String) {
        self.script.decided.push(Report { line, verdict: Verdict::Refused(feature) });
    }

    fn fail(&mut self, line: usize, why: &str) {
        self.script.decided.push(Report { line, verdict: Verdict::Failed(why.to_string()) });
    }

    fn line(&self, span: Span) -> usize {
        span.linecol_in(self.text).0 + 1
    }
}

fn text_of(id: Id<'_>) -> String {
    id.name().to_string()
}

fn invoke(call: &WastInvoke<'_>) -> anyhow::Result<Value> {
    let args = call.args.iter().map(values::argument).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(json!({ "instance": call.module.map(text_of), "func": call.name, "args": args }))
}

fn binary_or_text(source: &mut QuoteWat<'_>) -> Result<Vec<u8>, wast::Error> {
    source.to_test().map(|test| match test {
        QuoteWatTest::Binary(bytes) | QuoteWatTest::Text(bytes) => bytes,
    })
}
