//! A property: whatever crosses from one component to another, adapters do with it what the specification says.
//!
//! A case is a function type with the options of both sides (`draw`), or a stream or future between them (`channel`),
//! components around it (`guest`), memories with values in them (`values`, `side`), valid or damaged (`damage`), and
//! handles (`hands`). The components are built by corefuse. Calls of synchronous functions run on the Rust host (`runner`),
//! what is asynchronous on the JavaScript loader (`loader`). What both sides then saw - core values, memories, handles,
//! context slots, every call of realloc, statuses and events - must be what a model says that is written from the
//! specification's text alone (`model`; `call` and `channel` are what happens around values).
//!
//! `COREFUSE_CASES` is how many cases are run of each kind, `COREFUSE_SEED` where they begin. A failure names its own seed.
//! `tests/differential` runs the synchronous cases on Wasmtime.

mod call;
mod campaign;
mod case;
mod channel;
mod compare;
mod damage;
mod draw;
mod engine;
mod guest;
mod hands;
mod loader;
mod model;
#[path = "../support/node.rs"]
mod node;
mod rng;
mod runner;
mod side;
mod values;

use campaign::{Campaign, Runner, Subject};
use channel::Channel;
use loader::Loader;
use rng::Rng;

#[test]
fn adapters_do_what_the_specification_says() {
    check(&mut engine::Engine::default(), draw::signature);
}

#[test]
fn adapters_of_asynchronous_functions_do_too() {
    check_on_loader(draw::async_signature);
}

#[test]
fn streams_and_futures_do_too() {
    check_on_loader(Channel::draw);
}

fn check_on_loader<S: Subject>(draw: fn(&mut Rng) -> S) {
    match node::find() {
        Ok(node) => check(&mut Loader::start(&node).expect("Node can be started"), draw),
        Err(reason) => println!("ignored: {reason}"),
    }
}

fn check<S: Subject>(runner: &mut impl Runner<S>, draw: fn(&mut Rng) -> S) {
    let campaign = Campaign::from_env();
    let tally = campaign.run(runner, draw);
    println!("{tally:?}");
    assert_eq!(tally.failures, 0, "see above");
    // Enough of everything is drawn for this to mean something.
    if campaign.cases >= 1000 {
        assert!(tally.returned > tally.cases / 2, "{tally:?}");
        assert!(tally.unknown < tally.cases / 100, "{tally:?}");
    }
}
