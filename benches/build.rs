//! `cargo bench`: what building a bundle costs.
//!
//! Two tables. The first compares, for a component of 12 MB made by componentize-js, a plain copy of the file,
//! validation alone on all cores, and `corefuse build`: time, and peak memory of a process of its own. The second
//! shows how time and output grow with the number of instantiations.
//!
//! Times are the best of interleaved rounds, since the machine may be shared; what counts are the ratios.
//!
//! `cargo bench --bench build -- PATH` takes another component. The one of 12 MB is made at the first run, with npm.

use anyhow::{Context, Result, bail, ensure};
use corefuse::{BuildOptions, component, write};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use wasmparser::{FuncValidatorAllocations, Parser, ValidPayload, Validator, WasmFeatures};

const ROUNDS: usize = 9;
/// Targets of the project: times validation alone, times the size of the component.
const TIME_LIMIT: f64 = 3.0;
const MEMORY_LIMIT: f64 = 2.0;
/// First argument of a process that does one task, to measure its memory.
const CHILD: &str = "--measure-memory-of";

/// What is compared.
#[derive(Clone, Copy)]
enum Task {
    Copy,
    Validate,
    Build,
}

impl Task {
    const ALL: [Task; 3] = [Task::Copy, Task::Validate, Task::Build];

    fn name(self) -> &'static str {
        match self {
            Task::Copy => "copy",
            Task::Validate => "validate",
            Task::Build => "build",
        }
    }

    /// Does it, from file to files.
    fn run(self, input: &Path, directory: &Path) -> Result<()> {
        let bytes = std::fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
        match self {
            Task::Copy => std::fs::write(directory.join("copy.wasm"), &bytes)?,
            Task::Validate => validate(&bytes)?,
            Task::Build => {
                let bundle = corefuse::build(&bytes, &BuildOptions::default())?;
                write::disk::write(&bundle, directory)?;
            }
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [flag, task, input, directory] = args.as_slice()
        && flag == CHILD
    {
        return measure_memory(task, Path::new(input), Path::new(directory));
    }
    let input = match args.first() {
        Some(path) => PathBuf::from(path),
        None => large_component()?,
    };
    compare(&input)?;
    grow()
}

/// The component of 12 MB, made if it does not exist.
fn large_component() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("js-loader/bench");
    let path = folder.join("build/large.wasm");
    if !path.exists() {
        println!("Making a component of 12 MB with componentize-js ...");
        let make = Command::new("npm").args(["run", "--silent", "large", "--prefix"]).arg(&folder).status();
        let advice =
            "to make the component npm is needed; or name another: cargo bench --bench build -- PATH";
        ensure!(make.context(advice)?.success(), "js-loader/bench/large.js made no component");
    }
    Ok(path)
}

fn compare(input: &Path) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let mut best = [Duration::MAX; Task::ALL.len()];
    for _ in 0..ROUNDS {
        for (task, best) in Task::ALL.iter().zip(&mut best) {
            let start = Instant::now();
            task.run(input, directory.path())?;
            *best = start.elapsed().min(*best);
        }
    }
    let size = std::fs::metadata(input)?.len() as f64;
    let cores = std::thread::available_parallelism()?;
    println!("\nA component of {:.1} MB on {cores} cores\n", size / 1e6);
    println!("{:<10} {:>10} {:>12} {:>12} {:>8}", "", "time", "/ validate", "peak memory", "/ size");
    let validation = best[Task::Validate as usize].as_secs_f64();
    for (task, best) in Task::ALL.iter().zip(best) {
        let memory = memory_of(*task, input, directory.path())?;
        let (slower, larger) = (best.as_secs_f64() / validation, memory / size);
        println!(
            "{:<10} {:>7.1} ms {:>11.2}x {:>9.1} MB {:>7.2}x",
            task.name(),
            best.as_secs_f64() * 1e3,
            slower,
            memory / 1e6,
            larger,
        );
        if matches!(task, Task::Build) && (slower > TIME_LIMIT || larger > MEMORY_LIMIT) {
            println!("Over the targets: {TIME_LIMIT}x validation, {MEMORY_LIMIT}x the size.");
        }
    }
    println!(
        "Validation is on all cores. Peak memory is that of a whole process, its file in memory included."
    );
    Ok(())
}

/// Peak memory in bytes of a process that does a task and nothing else.
fn memory_of(task: Task, input: &Path, directory: &Path) -> Result<f64> {
    let program = std::env::current_exe()?;
    let output = Command::new(program).args([CHILD, task.name()]).arg(input).arg(directory).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text.trim().parse().context("the process prints its memory")
}

fn measure_memory(name: &str, input: &Path, directory: &Path) -> Result<()> {
    let Some(task) = Task::ALL.into_iter().find(|task| task.name() == name) else {
        bail!("no task is called {name}");
    };
    task.run(input, directory)?;
    // The kernel's high-water mark; other systems than Linux have no such file.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    println!("{}", kilobytes.map_or(f64::NAN, |n| n as f64 * 1024.0));
    Ok(())
}

/// Validation alone: the least that a tool can do that does not trust its input.
fn validate(bytes: &[u8]) -> Result<()> {
    let mut validator = Validator::new_with_features(WasmFeatures::default());
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let ValidPayload::Func(func, body) = validator.payload(&payload?)? {
            functions.push((func, body));
        }
    }
    let queue = Mutex::new(functions.into_iter());
    let work = || -> Result<()> {
        let mut allocations = FuncValidatorAllocations::default();
        loop {
            let chunk: Vec<_> = queue.lock().expect("no thread panics").by_ref().take(64).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            for (func, body) in chunk {
                let mut validator = func.into_validator(std::mem::take(&mut allocations));
                validator.validate(&body)?;
                allocations = validator.into_allocations();
            }
        }
    };
    let cores = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no thread panics"))
    })
}

fn grow() -> Result<()> {
    println!("\nGrowth with the number of instantiations, each with an adapter to the one before\n");
    println!("{:>14} {:>10} {:>10} {:>11} {:>8}", "instantiations", "time", "each", "output", "each");
    let components = [10, 100, 1000].map(|count| (count, chain(count)));
    let mut rows = Vec::new();
    for (count, text) in &components {
        rows.push((*count, component::from_text_or_binary(text.as_bytes())?.into_owned(), Duration::MAX, 0));
    }
    for _ in 0..ROUNDS {
        for (_, bytes, best, size) in &mut rows {
            let start = Instant::now();
            let bundle = corefuse::build(bytes, &BuildOptions::default())?;
            *best = start.elapsed().min(*best);
            *size = bundle.files.values().map(|file| file.len()).sum::<usize>();
        }
    }
    for (count, _, best, size) in rows {
        println!(
            "{count:>14} {:>7.2} ms {:>7.1} us {size:>9} B {:>6} B",
            best.as_secs_f64() * 1e3,
            best.as_secs_f64() * 1e6 / f64::from(count),
            size / count as usize,
        );
    }
    Ok(())
}

/// A component in the text format: `count` instances of one component, each of which calls the one before it.
fn chain(count: u32) -> String {
    let mut text = String::from(
        r#"(component
  (component $First
    (core module $M (func (export "f") (param i32 i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $M))
    (func (export "f") (param "a" bool) (param "b" char) (result u32) (canon lift (core func $m "f"))))
  (component $Next
    (import "f" (func $f (param "a" bool) (param "b" char) (result u32)))
    (core func $f' (canon lower (func $f)))
    (core module $M
      (import "" "f" (func $f (param i32 i32) (result i32)))
      (func (export "f") (param i32 i32) (result i32) (call $f (local.get 0) (local.get 1))))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f'))))))
    (func (export "f") (param "a" bool) (param "b" char) (result u32) (canon lift (core func $m "f"))))
  (instance $i0 (instantiate $First))
"#,
    );
    for i in 1..count {
        let before = i - 1;
        let line =
            writeln!(text, "  (instance $i{i} (instantiate $Next (with \"f\" (func $i{before} \"f\"))))");
        line.expect("a string takes all that is written to it");
    }
    text + &format!("  (export \"f\" (func $i{} \"f\")))\n", count - 1)
}
