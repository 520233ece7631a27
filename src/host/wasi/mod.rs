//! WASI 0.2, as far as command-line programs need it: arguments, environment, standard streams, clocks, random
//! numbers, and files below directories that the embedder names.
//!
//! ```no_run
//! # fn main() -> corefuse::host::Result<()> {
//! use corefuse::host::{Component, Engine, Linker, Store, wasi::{self, Wasi}};
//! let engine = Engine::default();
//! let component = Component::from_bundle_file(&engine, "dist/app.plan.json")?;
//! let mut linker = Linker::new(&engine);
//! wasi::add_to_linker(&mut linker)?;
//! let mut wasi = Wasi::inherit_stdio();
//! wasi.arg("app").env("HOME", "/").preopen("data", "/data")?;
//! let mut store = Store::new(&engine, wasi);
//! let instance = linker.instantiate(&mut store, &component)?;
//! let status = wasi::run_command(&mut store, &instance)?;
//! # let _ = status;
//! # Ok(())
//! # }
//! ```
//!
//! Calls block the thread they are made on. One file is one interface or a few small ones; `linker` names are
//! those of WASI with version 0.2.0, which serves every 0.2.x.

mod cli;
mod clocks;
mod filesystem;
mod input;
mod output;
mod poll;
mod random;
mod streams;

pub use cli::Exit;

use super::{AsContextMut, Instance, Linker, ResourceTable, Result};
use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use filesystem::Preopen;
use input::Input;
use output::SharedWriter;
use std::fmt;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Defines functions of an interface: each body gets the state and returns the tuple of results.
macro_rules! define {
    ($instance:expr; $($name:literal = |$wasi:ident, $args:tt: $types:ty| $body:expr;)*) => {$(
        $instance.func_wrap($name, |mut store: $crate::host::StoreContextMut<'_, T>, $args: $types| {
            let $wasi = store.data_mut().wasi();
            $body
        })?;
    )*};
}
use define;

/// Defines resource types of an interface, whose values are in the table.
macro_rules! define_resources {
    ($instance:expr; $($name:literal = $ty:ty;)*) => {$(
        let dropped = |mut store: $crate::host::StoreContextMut<'_, T>, rep| {
            store.data_mut().wasi().table.delete($crate::host::Resource::<$ty>::new_own(rep))?;
            Ok(())
        };
        $instance.resource($name, $crate::host::ResourceType::host::<$ty>(), dropped)?;
    )*};
}
use define_resources;

/// Data of a store that holds the state of WASI.
pub trait WasiView: Send + 'static {
    /// The state.
    fn wasi(&mut self) -> &mut Wasi;
}

impl WasiView for Wasi {
    fn wasi(&mut self) -> &mut Wasi {
        self
    }
}

/// What a component gets from WASI, and the resources it holds.
pub struct Wasi {
    args: Vec<String>,
    env: Vec<(String, String)>,
    stdin: Stdin,
    stdout: Output,
    stderr: Output,
    preopens: Vec<Preopen>,
    /// When monotonic time began.
    start: Instant,
    table: ResourceTable,
}

struct Stdin {
    input: Arc<Input>,
    is_terminal: bool,
}

struct Output {
    writer: SharedWriter,
    is_terminal: bool,
}

impl Default for Wasi {
    fn default() -> Self {
        Wasi::new()
    }
}

impl Wasi {
    /// No arguments, variables or directories; an empty standard input, and outputs that vanish.
    pub fn new() -> Wasi {
        let nowhere = || Output { writer: output::shared(std::io::sink()), is_terminal: false };
        Wasi {
            args: Vec::new(),
            env: Vec::new(),
            stdin: Stdin { input: Input::new(std::io::empty()), is_terminal: false },
            stdout: nowhere(),
            stderr: nowhere(),
            preopens: Vec::new(),
            start: Instant::now(),
            table: ResourceTable::new(),
        }
    }

    /// As [`new`](Wasi::new), with the standard streams of this process.
    pub fn inherit_stdio() -> Wasi {
        let mut wasi = Wasi::new();
        let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        wasi.stdin.is_terminal = stdin.is_terminal();
        wasi.stdin.input = Input::new(stdin);
        let is_terminal = stdout.is_terminal();
        wasi.stdout = Output { writer: output::shared(stdout), is_terminal };
        let is_terminal = stderr.is_terminal();
        wasi.stderr = Output { writer: output::shared(stderr), is_terminal };
        wasi
    }

    /// Adds an argument; the first one is by custom the program's name.
    pub fn arg(&mut self, arg: impl Into<String>) -> &mut Self {
        self.args.push(arg.into());
        self
    }

    /// Adds an environment variable.
    pub fn env(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Sets what the component reads from standard input; a thread reads it once the component does.
    pub fn stdin(&mut self, input: impl Read + Send + 'static) -> &mut Self {
        self.stdin = Stdin { input: Input::new(input), is_terminal: false };
        self
    }

    /// Sets where standard output goes.
    pub fn stdout(&mut self, output: impl Write + Send + 'static) -> &mut Self {
        self.stdout = Output { writer: output::shared(output), is_terminal: false };
        self
    }

    /// Sets where standard error goes.
    pub fn stderr(&mut self, output: impl Write + Send + 'static) -> &mut Self {
        self.stderr = Output { writer: output::shared(output), is_terminal: false };
        self
    }

    /// Lets the component use the directory `host`, under the name `guest`, and everything below it. Neither
    /// `..` nor absolute paths nor symbolic links lead out of it.
    ///
    /// # Errors
    /// Where the directory cannot be opened.
    pub fn preopen(&mut self, host: impl AsRef<Path>, guest: impl Into<String>) -> Result<&mut Self> {
        let host = host.as_ref();
        let dir = Dir::open_ambient_dir(host, ambient_authority())
            .with_context(|| format!("cannot open directory `{}`", host.display()))?;
        self.preopens.push(Preopen::new(dir, guest.into()));
        Ok(self)
    }
}

impl fmt::Debug for Wasi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wasi").field("args", &self.args).finish_non_exhaustive()
    }
}

/// Defines all interfaces of this module. Others, such as sockets, are left to the embedder or to
/// [`Linker::define_unknown_imports_as_traps`].
///
/// # Errors
/// Where one is defined already.
pub fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    cli::add_to_linker(linker)?;
    clocks::add_to_linker(linker)?;
    filesystem::add_to_linker(linker)?;
    poll::add_to_linker(linker)?;
    random::add_to_linker(linker)?;
    streams::add_to_linker(linker)
}

/// Calls the export `wasi:cli/run` of a command and returns its exit status.
///
/// # Errors
/// Where there is no such export, or the command traps.
pub fn run_command(mut store: impl AsContextMut, instance: &Instance) -> Result<u8> {
    let interface = instance.get_export_index(store.as_context_mut(), None, "wasi:cli/run@0.2.0");
    let interface = interface.context("the component is no command: it does not export `wasi:cli/run`")?;
    let run = instance.get_export_index(store.as_context_mut(), Some(&interface), "run");
    let run = run.context("the component's `wasi:cli/run` has no `run`")?;
    let run = instance.get_typed_func::<(), (Result<(), ()>,)>(store.as_context_mut(), run)?;
    match run.call(store, ()) {
        Ok((Ok(()),)) => Ok(0),
        Ok((Err(()),)) => Ok(1),
        Err(error) => match error.downcast_ref::<Exit>() {
            Some(exit) => Ok(exit.0),
            None => Err(error),
        },
    }
}
