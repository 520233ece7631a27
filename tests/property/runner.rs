//! Runs cases on the Rust host.

use crate::case::{Case, Outcome, Seen, Setup};
use crate::draw::Signature;
use crate::guest;
use corefuse::host::{Component, Engine, Error, Instance, InstancePre, Linker, Store};

/// The components of a signature, compiled once for many cases.
pub(crate) struct Pair {
    engine: Engine,
    pre: InstancePre<()>,
}

impl Pair {
    pub(crate) fn build(engine: &Engine, signature: &Signature) -> Result<Pair, Error> {
        let component = Component::new(engine, guest::component(signature))?;
        let pre = Linker::new(engine).instantiate_pre(&component)?;
        Ok(Pair { engine: engine.clone(), pre })
    }

    pub(crate) fn run(&self, case: &Case) -> Result<Outcome, Error> {
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
    fn func<P, R>(
        &mut self,
        store: &mut Store<()>,
        name: &str,
    ) -> Result<corefuse::host::TypedFunc<P, R>, Error>
    where
        P: corefuse::host::LowerList,
        R: corefuse::host::LiftList,
    {
        let exports = self.instance.get_export_index(&*store, None, self.name);
        let index = self.instance.get_export_index(&*store, exports.as_ref(), name);
        self.instance.get_typed_func(store, index.expect("the component exports it"))
    }

    fn setup(&mut self, store: &mut Store<()>, setup: &Setup) -> Result<(), Error> {
        let func = self.func::<(u64, u32, u64, bool, &[u8], &[u64]), ()>(store, "setup")?;
        let fault_at = setup.fault_at.map_or(u32::MAX, |at| at as u32);
        let params =
            (setup.bump, fault_at, setup.fault_ptr, setup.in_place, &setup.memory[..], &setup.values[..]);
        func.call(store, params)
    }

    fn seen(&mut self, store: &mut Store<()>) -> Result<Seen, Error> {
        let registers = self.func::<(), (Vec<u64>,)>(store, "registers")?.call(&mut *store, ())?.0;
        let at_call = self.func::<(), (Vec<u8>,)>(store, "at-call")?.call(&mut *store, ())?.0;
        let memory = self.func::<(), (Vec<u8>,)>(store, "memory")?.call(&mut *store, ())?.0;
        Ok(Seen { registers, at_call, memory })
    }
}
