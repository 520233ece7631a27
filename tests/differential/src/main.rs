//! Runs the cases of the property test on Wasmtime, whose component support is another implementation of the same
//! specification, and compares with the same model: where both agree with it, they agree with each other.
//!
//! `COREFUSE_CASES`, `COREFUSE_SEED` and `COREFUSE_FAILURES` mean what they mean there, and so do seeds. Where
//! Wasmtime does something else for a reason that is known, `engine` says so.

#[path = "../../property/call.rs"]
mod call;
#[path = "../../property/campaign.rs"]
mod campaign;
#[path = "../../property/case.rs"]
mod case;
#[expect(dead_code, reason = "streams and futures are run on the JavaScript loader only")]
#[path = "../../property/channel.rs"]
mod channel;
#[path = "../../property/compare.rs"]
mod compare;
#[path = "../../property/damage.rs"]
mod damage;
#[expect(dead_code, reason = "as are asynchronous functions")]
#[path = "../../property/draw.rs"]
mod draw;
mod engine;
#[path = "../../property/guest/mod.rs"]
mod guest;
#[path = "../../property/hands.rs"]
mod hands;
#[path = "../../property/model/mod.rs"]
mod model;
#[path = "../../property/rng.rs"]
mod rng;
#[path = "../../property/runner.rs"]
mod runner;
#[path = "../../property/side.rs"]
mod side;
#[path = "../../property/values.rs"]
mod values;

use campaign::Campaign;

fn main() {
    let mut engine = engine::new().expect("the engine supports what cases need");
    let tally = Campaign::from_env().run(&mut engine, draw::signature);
    println!("{tally:?}");
    std::process::exit(i32::from(tally.failures > 0));
}
