//! `wasi:cli`: environment, exit, standard streams, terminals.

use super::streams::{InputStream, OutputStream};
use super::{WasiView, define, define_resources};
use crate::host::{Linker, Resource, Result};
use std::fmt;

/// A command ended itself with this status. An error, since it ends the call that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub u8);

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the component exited with status {}", self.0)
    }
}

impl std::error::Error for Exit {}

/// Marks that standard input is a terminal.
struct TerminalInput;

/// Marks that an output is a terminal.
struct TerminalOutput;

pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:cli/environment@0.2.0")?;
        "get-environment" = |wasi, (): ()| Ok((wasi.env.clone(),));
        "get-arguments" = |wasi, (): ()| Ok((wasi.args.clone(),));
        "initial-cwd" = |_wasi, (): ()| Ok((None::<String>,));
    }
    let mut exit = linker.instance("wasi:cli/exit@0.2.0")?;
    exit.func_wrap("exit", |_, (status,): (Result<(), ()>,)| -> Result<()> {
        Err(Exit(u8::from(status.is_err())).into())
    })?;
    exit.func_wrap("exit-with-code", |_, (status,): (u8,)| -> Result<()> { Err(Exit(status).into()) })?;
    define! { linker.instance("wasi:cli/stdin@0.2.0")?;
        "get-stdin" = |wasi, (): ()| Ok((wasi.table.push(InputStream::Stdin(wasi.stdin.input.clone()))?,));
    }
    define! { linker.instance("wasi:cli/stdout@0.2.0")?;
        "get-stdout" = |wasi, (): ()| Ok((wasi.table.push(OutputStream::new(wasi.stdout.writer.clone()))?,));
    }
    define! { linker.instance("wasi:cli/stderr@0.2.0")?;
        "get-stderr" = |wasi, (): ()| Ok((wasi.table.push(OutputStream::new(wasi.stderr.writer.clone()))?,));
    }
    terminals(linker)
}

fn terminals<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define_resources! { linker.instance("wasi:cli/terminal-input@0.2.0")?;
        "terminal-input" = TerminalInput;
    }
    define_resources! { linker.instance("wasi:cli/terminal-output@0.2.0")?;
        "terminal-output" = TerminalOutput;
    }
    define! { linker.instance("wasi:cli/terminal-stdin@0.2.0")?;
        "get-terminal-stdin" = |wasi, (): ()| {
            let terminal: Option<Resource<TerminalInput>> = match wasi.stdin.is_terminal {
                true => Some(wasi.table.push(TerminalInput)?),
                false => None,
            };
            Ok((terminal,))
        };
    }
    define! { linker.instance("wasi:cli/terminal-stdout@0.2.0")?;
        "get-terminal-stdout" = |wasi, (): ()| Ok((terminal(wasi.stdout.is_terminal, &mut wasi.table)?,));
    }
    define! { linker.instance("wasi:cli/terminal-stderr@0.2.0")?;
        "get-terminal-stderr" = |wasi, (): ()| Ok((terminal(wasi.stderr.is_terminal, &mut wasi.table)?,));
    }
    Ok(())
}

fn terminal(
    is_terminal: bool,
    table: &mut crate::host::ResourceTable,
) -> Result<Option<Resource<TerminalOutput>>> {
    match is_terminal {
        true => table.push(TerminalOutput).map(Some),
        false => Ok(None),
    }
}
