//! How long it takes from a large component to the result of its first call.

use crate::measure;
use anyhow::{Result, bail};
use corefuse::host::types::ComponentItem;
use corefuse::host::wasi::{self, Wasi};
use corefuse::host::{Component, Engine, Linker, Store, Val};
use corefuse::{BuildOptions, write};
use std::path::Path;
use std::time::Instant;

const ROUNDS: usize = 3;

/// Prints the best of a few rounds for each step.
pub(crate) fn report(path: &Path) -> Result<()> {
    let bytes = std::fs::read(path)?;
    let directory = tempfile::tempdir()?;
    let bundle = corefuse::build(&bytes, &BuildOptions::default())?;
    write::disk::write(&bundle, directory.path())?;
    let plan = directory.path().join("component.plan.json");
    println!("\n{:.1} MB to the first call", bytes.len() as f64 / 1e6);
    let mut best = [[f64::INFINITY; 3]; 2];
    for _ in 0..ROUNDS {
        let from_bytes = steps(|engine| Component::new(engine, &bytes))?;
        let from_bundle = steps(|engine| Component::from_bundle_file(engine, &plan))?;
        for (best, found) in best.iter_mut().zip([from_bytes, from_bundle]) {
            best.iter_mut().zip(found).for_each(|(best, found)| *best = best.min(found));
        }
    }
    for (name, [compiled, instantiated, called]) in ["from bytes", "from a bundle"].into_iter().zip(best) {
        println!(
            "{name:14} compile {:>9}, instantiate {:>9}, first call {:>9}, in all {:>9}",
            measure::show(compiled),
            measure::show(instantiated),
            measure::show(called),
            measure::show(compiled + instantiated + called)
        );
    }
    Ok(())
}

/// Nanoseconds to compile, to instantiate, and to call `greet`.
fn steps(compile: impl FnOnce(&Engine) -> Result<Component>) -> Result<[f64; 3]> {
    let engine = Engine::default();
    let mut start = Instant::now();
    let mut lap = || {
        let lap = start.elapsed().as_nanos() as f64;
        start = Instant::now();
        lap
    };
    let component = compile(&engine)?;
    let compiled = lap();
    let mut linker = Linker::new(&engine);
    wasi::add_to_linker(&mut linker)?;
    for (name, item) in component.component_type().imports() {
        // The example asks its host for the day of the week.
        if let ("weekday", ComponentItem::ComponentFunc(_)) = (name, item) {
            linker.root().func_wrap(name, |_, ()| Ok(("Friday".to_owned(),)))?;
        }
    }
    linker.define_unknown_imports_as_traps(&component)?;
    let mut store = Store::new(&engine, Wasi::new());
    let instance = linker.instantiate(&mut store, &component)?;
    let instantiated = lap();
    let Some(greet) = instance.get_func(&store, "greet") else {
        bail!("the component does not export `greet`, as that of examples/large does")
    };
    let person = Val::Record(vec![("name".into(), Val::String("Zoë".into())), ("age".into(), Val::U8(7))]);
    greet.call(&mut store, &[Val::List(vec![person])], &mut [Val::Bool(false)])?;
    Ok([compiled, instantiated, lap()])
}
