//! A property: whatever crosses from one component to another, adapters do with it what the specification says.
//!
//! A case is a function type with the options of both sides (`draw`), components around it (`guest`), memories with
//! values in them (`values`), valid or damaged (`damage`), and handles (`hands`). The components are built by
//! corefuse and run on the Rust host (`runner`). What both sides then saw - core values, memories, handles, context slots,
//! every call of realloc - must be what a model says that is written from the specification's text alone (`model`).
//!
//! `COREFUSE_CASES` is how many cases are run, `COREFUSE_SEED` where they begin. A failure names its own seed.
//! `tests/differential` runs the same cases on Wasmtime.

mod campaign;
mod case;
mod compare;
mod damage;
mod draw;
mod engine;
mod guest;
mod hands;
mod model;
mod rng;
mod runner;
mod values;

use campaign::Campaign;

#[test]
fn adapters_do_what_the_specification_says() {
    let campaign = Campaign::from_env();
    let tally = campaign.run(&engine::Engine::default());
    println!("{tally:?}");
    assert_eq!(tally.failures, 0, "see above");
    // Enough of everything is drawn for this to mean something.
    if campaign.cases >= 1000 {
        assert!(tally.returned > tally.cases / 2, "{tally:?}");
        assert!(tally.unknown < tally.cases / 100, "{tally:?}");
    }
}
