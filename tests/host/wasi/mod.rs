//! WASI on the Rust host: streams, clocks, files, and that nothing leads out of a preopened directory.

mod files;
mod system;

use corefuse::host::wasi::{self, Wasi};
use corefuse::host::{Component, Engine, Error, Instance, Linker, Store, Val};

/// The host's functions of WASI, callable from a test.
struct Passed {
    store: Store<Wasi>,
    component: Component,
    instance: Instance,
}

impl Passed {
    fn new(wasi: Wasi) -> Passed {
        let engine = Engine::default();
        let component = Component::new(&engine, include_str!("passed_on.wat")).unwrap();
        let mut linker = Linker::new(&engine);
        wasi::add_to_linker(&mut linker).unwrap();
        linker.define_unknown_imports_as_traps(&component).unwrap();
        let mut store = Store::new(&engine, wasi);
        let instance = linker.instantiate(&mut store, &component).unwrap();
        Passed { store, component, instance }
    }

    /// Calls `instance#function`; the result, if the function has one.
    fn try_call(&mut self, path: &str, params: &[Val]) -> Result<Option<Val>, Error> {
        let (instance, function) = path.split_once('#').unwrap();
        let instance = self.component.get_export_index(None, instance).unwrap();
        let function = self.component.get_export_index(Some(&instance), function).unwrap();
        let func = self.instance.get_func(&self.store, function).unwrap();
        let mut results = vec![Val::Bool(false); func.ty(&self.store).unwrap().results().len()];
        func.call(&mut self.store, params, &mut results)?;
        Ok(results.pop())
    }

    /// As [`Passed::try_call`], for calls that give something.
    fn call(&mut self, path: &str, params: &[Val]) -> Val {
        self.try_call(path, params).unwrap().unwrap()
    }
}

/// The payload of an `ok`.
fn ok(value: Val) -> Val {
    match value {
        Val::Result(Ok(Some(payload))) => *payload,
        Val::Result(Ok(None)) => Val::Tuple(Vec::new()),
        other => panic!("{other:?}"),
    }
}

/// The error code of an `err`.
fn code(value: Val) -> String {
    match value {
        Val::Result(Err(Some(payload))) => match *payload {
            Val::Enum(code) => code,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn text(text: &str) -> Val {
    Val::String(text.to_owned())
}

fn bytes(text: &[u8]) -> Val {
    Val::List(text.iter().map(|&byte| Val::U8(byte)).collect())
}

fn flags(names: &[&str]) -> Val {
    Val::Flags(names.iter().map(|&name| name.to_owned()).collect())
}
