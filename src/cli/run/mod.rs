//! `corefuse run`: runs a component on the embedded engine, with WASI.

mod invoke;
mod sizes;

use super::output;
use super::source::Input;
use anyhow::{Context, Result};
use clap::ArgAction;
use corefuse::BuildOptions;
use corefuse::host::wasi::{self, Exit, Wasi};
use corefuse::host::{Component, Config, Engine, Instance, Linker, Store, StoreLimits, Trap};
use std::process::ExitCode;

/// Runs a component on wasmi: its command, or one function of it
///
/// Without `--invoke`, IN must be a command: it exports `wasi:cli/run`. It gets the arguments, variables and directories
/// named here and nothing else of this system, besides the standard streams, the clocks and random numbers.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// Calls a function and prints its result, with values in WAVE syntax
    #[arg(long, value_name = "CALL")]
    invoke: Option<String>,
    /// Opens directory HOST to the component, under the name GUEST (HOST where left out)
    #[arg(long, value_name = "HOST[::GUEST]", action = ArgAction::Append)]
    dir: Vec<String>,
    /// Sets an environment variable of the component, or passes on one of this process
    #[arg(long, value_name = "NAME[=VALUE]", action = ArgAction::Append, value_parser = named)]
    env: Vec<String>,
    /// Stops the component after about so many instructions
    #[arg(long, value_name = "UNITS")]
    fuel: Option<u64>,
    /// Caps all memories of the component together: bytes, or with a suffix K, M or G (powers of 1024)
    #[arg(long, value_name = "SIZE", value_parser = sizes::bytes)]
    max_memory: Option<u64>,
    /// Arguments of the command, after its name
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

const HELP: &str = "\
IN is a component, binary or text, or the `plan.json` of a bundle that `corefuse build` wrote.

Examples:
  corefuse run app.wasm -- first second
  corefuse run app.wasm --dir data::/data --env LANG=C < input.txt
  corefuse run till.wasm --invoke 'price(\"coffee\", 2)'
  corefuse run till.wasm --invoke 'shop:till/sums@1.0.0#total([{name: \"tea\", pieces: 3}])'

CALL names an exported function, with its interface and `#` if it is in one; the version may be left out.

Exit codes:
  N    the command exited with status N (0 if it just returned, 1 if it returned an error)
  1    refused or failed; the reason is on standard error
  2    wrong usage
  134  the component trapped; the reason is on standard error";

/// An environment variable that has a name.
fn named(variable: &str) -> Result<String, &'static str> {
    if variable.is_empty() || variable.starts_with('=') {
        Err("it has no name")
    } else {
        Ok(variable.to_owned())
    }
}

/// What shells give for a program that was aborted.
const TRAPPED: u8 = 134;

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let engine = Engine::new(Config::new().consume_fuel(args.fuel.is_some()));
    let component = component(args, &engine)?;
    let mut linker = Linker::new(&engine);
    wasi::add_to_linker(&mut linker)?;
    // Sockets, HTTP and whatever else this host lacks is refused when it is called, not before: many programs link
    // more than they use.
    linker.define_unknown_imports_as_traps(&component)?;
    let mut store = Store::new(&engine, wasi_of(args)?);
    if let Some(fuel) = args.fuel {
        store.set_fuel(fuel)?;
    }
    if let Some(bytes) = args.max_memory {
        store.set_limits(StoreLimits::default().memory_bytes(bytes));
    }
    if args.invoke.is_none() {
        invoke::require_command(&component)?;
    }
    let ran = linker
        .instantiate(&mut store, &component)
        .and_then(|instance| start(args, &mut store, &component, &instance));
    match ran {
        Ok(status) => Ok(ExitCode::from(status)),
        Err(error) => match (error.downcast_ref::<Exit>(), error.downcast_ref::<Trap>()) {
            (Some(exit), _) => Ok(ExitCode::from(exit.0)),
            (None, Some(_)) => {
                output::error(&error);
                Ok(ExitCode::from(TRAPPED))
            }
            (None, None) => Err(error),
        },
    }
}

/// Runs the command or calls the function; the exit status.
fn start(args: &Args, store: &mut Store<Wasi>, component: &Component, instance: &Instance) -> Result<u8> {
    match &args.invoke {
        None => wasi::run_command(store, instance),
        Some(call) => {
            let result = invoke::call(store, component, instance, call)?;
            if let Some(result) = result {
                output::print(&format!("{result}\n"))?;
            }
            Ok(0)
        }
    }
}

fn component(args: &Args, engine: &Engine) -> Result<Component> {
    match args.input.plan() {
        Some(plan) => Component::from_bundle_file(engine, plan),
        None => {
            let bytes = args.input.read_binary()?;
            // Named after the input, which then is in messages.
            let options = BuildOptions { name: args.input.bundle_name(), ..BuildOptions::default() };
            let component =
                corefuse::build(&bytes, &options).and_then(|b| Component::from_bundle(engine, &b));
            component.with_context(|| args.input.label().into_owned())
        }
    }
}

fn wasi_of(args: &Args) -> Result<Wasi> {
    let mut wasi = Wasi::inherit_stdio();
    wasi.arg(args.input.label());
    for arg in &args.args {
        wasi.arg(arg);
    }
    for variable in &args.env {
        let passed_on = || {
            std::env::var(variable).with_context(|| {
                format!("cannot pass on `{variable}`, which --env {variable}=VALUE would set")
            })
        };
        match variable.split_once('=') {
            Some((name, value)) => wasi.env(name, value),
            None => wasi.env(variable, passed_on()?),
        };
    }
    for dir in &args.dir {
        let (host, guest) = dir.split_once("::").unwrap_or((dir, dir));
        wasi.preopen(host, guest)?;
    }
    Ok(wasi)
}
