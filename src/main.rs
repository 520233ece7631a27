//! The command line of corefuse. Everything it does is in the library too; see `cli` for the subcommands.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
