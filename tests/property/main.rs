//! A property: whatever crosses from one component to another, adapters do with it what the specification says.
//!
//! A case is a function type with the options of both sides (`draw`), a pair of components around it (`guest`),
//! and memories with values in them, valid or damaged (`case`). The pair is built by corefuse and run on the Rust
//! host (`runner`). What both sides then saw - core values, memories, every call of realloc - must be what a
//! model says that is written from the specification's text alone (`model`).
//!
//! `COREFUSE_CASES` is how many cases are run, `COREFUSE_SEED` where they begin. A failure names its own seed.

mod case;
mod draw;
mod guest;
mod model;
mod rng;
mod runner;

use case::Case;
use corefuse::host::Engine;
use rng::Rng;
use runner::Pair;

/// Cases for each pair of components, which take longer to build than to run.
const CASES_PER_PAIR: u64 = 20;

#[test]
fn adapters_do_what_the_specification_says() {
    let number = |name: &str, default: u64| match std::env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => default,
    };
    let (cases, seed) = (number("COREFUSE_CASES", 1000), number("COREFUSE_SEED", 1));
    let keep_going = number("COREFUSE_FAILURES", 1);
    let engine = Engine::default();
    let mut failures = 0;
    for pair in 0..cases.div_ceil(CASES_PER_PAIR) {
        let seed = seed + pair;
        if let Err(failure) = check_pair(&engine, seed) {
            failures += 1;
            eprintln!("COREFUSE_SEED={seed} COREFUSE_CASES=1\n{failure}\n");
            if failures >= keep_going {
                break;
            }
        }
    }
    assert_eq!(failures, 0, "see above");
}

/// Runs the cases of one pair of components.
fn check_pair(engine: &Engine, seed: u64) -> Result<(), String> {
    let mut rng = Rng::new(seed);
    let signature = draw::signature(&mut rng);
    let pair = Pair::build(engine, &signature)
        .map_err(|error| format!("cannot build: {error:#}\n{}", guest::component(&signature)))?;
    for number in 0..CASES_PER_PAIR {
        let case = Case::draw(&mut rng, &signature);
        let outcome = pair.run(&case).map_err(|error| format!("cannot run case {number}: {error:#}"))?;
        let differences = case.compare(&signature, &outcome);
        if !differences.is_empty() {
            return Err(format!(
                "{signature:?}\ncase {number}: caller gives {:x?}, callee gives {:x?}\n{}",
                case.caller.values,
                case.callee.values,
                differences.join("\n")
            ));
        }
    }
    Ok(())
}
