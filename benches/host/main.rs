//! `cargo bench --bench host`: what components cost on the Rust host (wasmi).
//!
//! Calls in both directions and between guests, with wasmi's own cost of a call beside them; and the way of a component
//! of 12 MB from its bytes, or from its bundle, to the result of its first call. `benches/wasmtime` compares the calls
//! with Wasmtime.
//!
//! `cargo bench --bench host -- PATH` takes another large component; without it one that `scripts/test-large` or
//! `cargo bench --bench build` has made.

mod cases;
mod measure;
mod start;
mod subject;

use anyhow::{Context, Result};
use cases::Case;
use std::path::PathBuf;
use subject::Subject;

const ROUNDS: usize = 15;

/// A core module whose export `add` is called for the engine's own cost of a call.
const RAW: &str =
    r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;

fn main() -> Result<()> {
    let raw = raw_call()?;
    println!("a call, on wasmi                     time      of a raw call");
    println!("{:34} {:>9}", "raw export add(i32, i32)", measure::show(raw));
    let mut subject = Subject::new()?;
    for case in Case::ALL {
        let count = measure::fit(&mut |count| subject.calls(case, count))?;
        let mut best = f64::INFINITY;
        for _ in 0..ROUNDS {
            best = best.min(measure::round(&mut |count| subject.calls(case, count), count)?);
        }
        println!("{:34} {:>9} {:>9.1}x", case.name(), measure::show(best), best / raw);
    }
    match large() {
        Some(path) => start::report(&path),
        None => {
            println!("\nno large component: run scripts/test-large, or name one");
            Ok(())
        }
    }
}

/// The engine's own cost of a call, in nanoseconds.
fn raw_call() -> Result<f64> {
    let engine = wasmi::Engine::default();
    let module = wasmi::Module::new(&engine, wat::parse_str(RAW)?)?;
    let mut store = wasmi::Store::new(&engine, ());
    let instance = wasmi::Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
    let add = instance.get_func(&store, "add").context("no export `add`")?;
    let mut calls = |count: u32| {
        let mut results = [wasmi::Val::I32(0)];
        for i in 0..count {
            add.call(&mut store, &[wasmi::Val::I32(i as i32), wasmi::Val::I32(1)], &mut results)?;
        }
        Ok(())
    };
    let count = measure::fit(&mut calls)?;
    (0..ROUNDS).try_fold(f64::INFINITY, |best, _| Ok(best.min(measure::round(&mut calls, count)?)))
}

fn large() -> Option<PathBuf> {
    let named = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let made = ["examples/large/dist/greeter.wasm", "js-loader/bench/build/large.wasm"];
    let made = made.into_iter().map(|path| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path));
    named.map(PathBuf::from).into_iter().chain(made).find(|path| path.is_file())
}
