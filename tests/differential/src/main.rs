//! Runs the cases of the property test on Wasmtime and compares with the same model.
//!
//! `cargo run -- [CASES] [SEED]`. Where Wasmtime and corefuse both agree with the model they agree with each
//! other. Each case is counted once; differences are printed with the seed that the property test takes.

#[path = "../../property/case.rs"]
mod case;
#[path = "../../property/draw.rs"]
mod draw;
#[path = "../../property/guest.rs"]
mod guest;
#[path = "../../property/model/mod.rs"]
mod model;
#[path = "../../property/rng.rs"]
mod rng;

use case::{Case, Outcome, Seen, Setup};
use draw::Signature;
use rng::Rng;
use wasmtime::component::{Component, ComponentNamedList, Instance, InstancePre, Lift, Linker, Lower, TypedFunc};
use wasmtime::{Config, Engine, Result, Store};

/// As in the property test, so that seeds mean the same.
const CASES_PER_PAIR: u64 = 20;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>().expect("CASES and SEED are numbers"));
    let (cases, seed) = (args.next().unwrap_or(10_000), args.next().unwrap_or(1));
    let engine = engine()?;
    let mut differences = 0;
    for pair in 0..cases.div_ceil(CASES_PER_PAIR) {
        differences += run_pair(&engine, seed + pair)?;
    }
    println!("{cases} cases, {differences} differences");
    std::process::exit(i32::from(differences > 0));
}

fn engine() -> Result<Engine> {
    let mut config = Config::new();
    config
        .wasm_component_model_map(true)
        .wasm_component_model_memory64(true)
        .wasm_component_model_fixed_length_lists(true)
        .wasm_memory64(true)
        .wasm_multi_memory(true)
        .wasm_backtrace_max_frames(None);
    Engine::new(&config)
}

/// Runs the cases of one pair of components; how many differ from the model.
fn run_pair(engine: &Engine, seed: u64) -> Result<u64> {
    let mut rng = Rng::new(seed);
    let signature = draw::signature(&mut rng);
    let pre = Pair::build(engine, &signature)?;
    let mut count = 0;
    for number in 0..CASES_PER_PAIR {
        let case = Case::draw(&mut rng, &signature);
        let outcome = pre.run(&case)?;
        let differences = case.compare(&signature, &outcome);
        if !differences.is_empty() {
            count += 1;
            println!("COREFUSE_SEED={seed}, case {number}\n{signature:?}\n{}\n", differences.join("\n"));
        }
    }
    Ok(count)
}

/// The components of a signature, compiled once for many cases.
struct Pair {
    engine: Engine,
    pre: InstancePre<()>,
}

impl Pair {
    fn build(engine: &Engine, signature: &Signature) -> Result<Pair> {
        let text = guest::component(signature);
        let bytes = wat::parse_str(text).expect("it is valid text");
        let component = Component::new(engine, &bytes)?;
        let pre = Linker::new(engine).instantiate_pre(&component)?;
        Ok(Pair { engine: engine.clone(), pre })
    }

    fn run(&self, case: &Case) -> Result<Outcome> {
        let mut store = Store::new(&self.engine, ());
        let instance = self.pre.instantiate(&mut store)?;
        let [mut caller, mut callee] = ["caller", "callee"].map(|name| Side { instance, name });
        caller.setup(&mut store, &case.caller)?;
        callee.setup(&mut store, &case.callee)?;
        let run = caller.func::<(), ()>(&mut store, "run")?;
        if let Err(trap) = run.call(&mut store, ()) {
            return Ok(Outcome::Trapped(format!("{trap:#}")));
        }
        let (caller, callee) = (caller.seen(&mut store)?, callee.seen(&mut store)?);
        Ok(Outcome::Returned { caller: Box::new(caller), callee: Box::new(callee) })
    }
}

/// One of the two components.
struct Side {
    instance: Instance,
    name: &'static str,
}

impl Side {
    fn func<P, R>(&mut self, store: &mut Store<()>, name: &str) -> Result<TypedFunc<P, R>>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let exports = self.instance.get_export_index(&mut *store, None, self.name);
        let index = self.instance.get_export_index(&mut *store, exports.as_ref(), name);
        self.instance.get_typed_func(store, index.expect("the component exports it"))
    }

    fn setup(&mut self, store: &mut Store<()>, setup: &Setup) -> Result<()> {
        let func = self.func::<(u64, u32, u64, bool, &[u8], &[u64]), ()>(store, "setup")?;
        let fault_at = setup.fault_at.map_or(u32::MAX, |at| at as u32);
        let params =
            (setup.bump, fault_at, setup.fault_ptr, setup.in_place, &setup.memory[..], &setup.values[..]);
        func.call(store, params)
    }

    fn seen(&mut self, store: &mut Store<()>) -> Result<Seen> {
        let registers = self.func::<(), (Vec<u64>,)>(store, "registers")?.call(&mut *store, ())?.0;
        let at_call = self.func::<(), (Vec<u8>,)>(store, "at-call")?.call(&mut *store, ())?.0;
        let memory = self.func::<(), (Vec<u8>,)>(store, "memory")?.call(&mut *store, ())?.0;
        Ok(Seen { registers, at_call, memory })
    }
}
