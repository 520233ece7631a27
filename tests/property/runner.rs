//! Runs calls of synchronous functions on an engine: `engine` is the Rust host in the property test, and Wasmtime in the comparison with it.

use crate::campaign::{NotBuilt, Runner, Subject};
use crate::case::{Case, Setup};
use crate::compare::{Outcome, Seen};
use crate::draw::Signature;
use crate::engine::{self, Engine, Error, Instance, InstancePre, Linker, Params, Results, Store, TypedFunc};
use crate::guest;

/// The components of a signature, compiled once for many cases.
pub(crate) struct Pair {
    engine: Engine,
    /// The state of a store is whether the callee was called.
    pre: InstancePre<bool>,
    has_handles: bool,
}

/// One run of a pair.
struct Run {
    store: Store<bool>,
    instance: Instance,
}

impl Runner<Signature> for Engine {
    type Pair = Pair;

    fn build(&mut self, signature: &Signature) -> Result<Pair, NotBuilt> {
        Pair::build(self, signature).map_err(|error| match engine::excuse_for_failure(signature, &error) {
            Some(excuse) => NotBuilt::Excused(excuse),
            None => NotBuilt::Failed(format!("{error:#}")),
        })
    }

    fn run(&mut self, pair: &Pair, case: &Case) -> Result<Outcome, String> {
        pair.run(case).map_err(|error| format!("{error:#}"))
    }

    fn excuse(&self, case: &Case, outcome: &Outcome) -> Option<&'static str> {
        engine::excuse_for_outcome(case, outcome)
    }
}

impl Pair {
    fn build(engine: &Engine, signature: &Signature) -> Result<Pair, Error> {
        let component = engine::compile(engine, &guest::component(signature))?;
        let mut linker = Linker::new(engine);
        linker.root().func_wrap("called", |mut store, ()| {
            *store.data_mut() = true;
            Ok(())
        })?;
        let pre = linker.instantiate_pre(&component)?;
        Ok(Pair { engine: engine.clone(), pre, has_handles: signature.has_handles() })
    }

    fn run(&self, case: &Case) -> Result<Outcome, Error> {
        let mut store = Store::new(&self.engine, false);
        let instance = self.pre.instantiate(&mut store)?;
        let mut run = Run { store, instance };
        run.setup("caller", &case.caller)?;
        run.setup("callee", &case.callee)?;
        let func = run.func::<(), ()>(None, "run")?;
        if let Err(trap) = func.call(&mut run.store, ()) {
            return Ok(Outcome::Trapped { message: format!("{trap:#}"), is_called: *run.store.data() });
        }
        run.call::<()>(None, "inspect")?;
        let mut dropped = [0; 2];
        if self.has_handles {
            dropped = [run.call::<(u32,)>(None, "dropped-c")?.0, run.call::<(u32,)>(None, "dropped-s")?.0];
        }
        let (caller, callee) = (run.seen("caller")?, run.seen("callee")?);
        Ok(Outcome::Returned { caller: Box::new(caller), callee: Box::new(callee), dropped })
    }
}

impl Run {
    /// A function of the component, or of an instance that it exports.
    fn func<P, R>(&mut self, instance: Option<&str>, name: &str) -> Result<TypedFunc<P, R>, Error>
    where
        P: Params,
        R: Results,
    {
        let exports = instance.map(|instance| {
            let index = self.instance.get_export_index(&mut self.store, None, instance);
            index.expect("the component exports it")
        });
        let index = self.instance.get_export_index(&mut self.store, exports.as_ref(), name);
        self.instance.get_typed_func(&mut self.store, index.expect("the component exports it"))
    }

    fn call<R: Results>(&mut self, instance: Option<&str>, name: &str) -> Result<R, Error> {
        self.func::<(), R>(instance, name)?.call(&mut self.store, ())
    }

    fn setup(&mut self, side: &str, setup: &Setup) -> Result<(), Error> {
        let func = self.func::<(u64, u32, u64, u32, bool, &[u8], &[u64], &[u32]), ()>(Some(side), "setup")?;
        let fault_at = setup.fault_at.map_or(u32::MAX, |at| at as u32);
        let leave_at = setup.leave_at.map_or(u32::MAX, |at| at as u32);
        let (memory, values, script) = (&setup.memory[..], &setup.values[..], &setup.script[..]);
        let params =
            (setup.bump, fault_at, setup.fault_ptr, leave_at, setup.in_place, memory, values, script);
        func.call(&mut self.store, params)
    }

    fn seen(&mut self, side: &str) -> Result<Seen, Error> {
        Ok(Seen {
            registers: self.call::<(Vec<u64>,)>(Some(side), "registers")?.0,
            log: self.call::<(Vec<u64>,)>(Some(side), "log")?.0,
            slots: self.call::<(Vec<u64>,)>(Some(side), "slots")?.0,
            at_call: self.call::<(Vec<u8>,)>(Some(side), "at-call")?.0,
            memory: self.call::<(Vec<u8>,)>(Some(side), "memory")?.0,
        })
    }
}
