//! Subcommands, and what they have in common: exit codes, errors on standard error.
//!
//! Exit codes are 0, 1 where something was refused or failed, and 2 for usage, which clap takes care of. `run` passes
//! on those of the component.

mod build;
mod check;
mod inspect;
mod interrupt;
mod output;
mod print;
mod progress;
#[cfg(feature = "host")]
mod run;
mod source;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Turns a WebAssembly component into core modules, fused adapter modules and a JSON instantiation plan.
#[derive(Parser)]
#[command(name = "corefuse", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  corefuse build app.wasm -o dist       write dist/app.plan.json and the modules it names
  corefuse check app.wasm               say what app.wasm needs, or why it is refused
  corefuse inspect app.wasm --stage wit print the interface of app.wasm
  corefuse run app.wasm -- one two      run app.wasm on the embedded engine

Exit codes:
  0  done
  1  refused or failed; the reason is on standard error
  2  wrong usage
`run` exits as the component does, and with 134 where that traps.";

#[derive(Subcommand)]
enum Command {
    Build(build::Args),
    Inspect(inspect::Args),
    Check(check::Args),
    #[cfg(feature = "host")]
    Run(run::Args),
}

/// Runs the command that the process was started with.
pub(crate) fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Build(args) => build::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Inspect(args) => inspect::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Check(args) => check::run(&args).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "host")]
        Command::Run(args) => run::run(&args),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}
