//! The calls of `benches/host` on the Rust host (wasmi, an interpreter) and on Wasmtime (a compiler), rounds interleaved.
//! The ratio is for information: the Rust host is for where no compiler can be.

#[path = "../../host/cases.rs"]
mod cases;
#[path = "../../host/measure.rs"]
mod measure;
#[path = "../../host/subject.rs"]
mod subject;
mod wasmtime_subject;

use anyhow::Result;
use cases::Case;
use subject::Subject;
use wasmtime_subject::WasmtimeSubject;

const ROUNDS: usize = 15;

/// Wasmtime's errors as ours.
fn theirs<T>(result: wasmtime::Result<T>) -> Result<T> {
    result.map_err(|error| anyhow::anyhow!("{error:?}"))
}

fn main() -> Result<()> {
    let (mut ours, mut theirs) = (Subject::new()?, self::theirs(WasmtimeSubject::new())?);
    println!("a call                             corefuse, wasmi  Wasmtime   ratio");
    for case in Case::ALL {
        let counts = [
            measure::fit(&mut |count| ours.calls(case, count))?,
            measure::fit(&mut |count| self::theirs(theirs.calls(case, count)))?,
        ];
        let mut best = [f64::INFINITY; 2];
        for _ in 0..ROUNDS {
            best[0] = best[0].min(measure::round(&mut |count| ours.calls(case, count), counts[0])?);
            best[1] =
                best[1].min(measure::round(&mut |count| self::theirs(theirs.calls(case, count)), counts[1])?);
        }
        let [us, them] = best;
        println!(
            "{:34} {:>15} {:>9} {:>6.1}x",
            case.name(),
            measure::show(us),
            measure::show(them),
            us / them
        );
    }
    Ok(())
}
