//! The cases on Wasmtime.

use crate::cases::{COMPONENT, Case, ELEMENTS, TEXT};
use wasmtime::component::{Component, Instance, Linker};
use wasmtime::{Engine, Store};
use wasmtime::{Result, ensure};

pub(crate) struct WasmtimeSubject {
    store: Store<()>,
    instance: Instance,
}

impl WasmtimeSubject {
    pub(crate) fn new() -> Result<WasmtimeSubject> {
        let engine = Engine::default();
        let binary = wat::parse_str(COMPONENT).expect("the component is text");
        let component = Component::new(&engine, &binary)?;
        let mut linker = Linker::new(&engine);
        linker.root().func_wrap("add", |_, (a, b): (u32, u32)| Ok((a.wrapping_add(b),)))?;
        linker.root().func_wrap("length", |_, (text,): (String,)| Ok((text.len() as u32,)))?;
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &component)?;
        Ok(WasmtimeSubject { store, instance })
    }

    /// Makes `count` calls of a kind.
    pub(crate) fn calls(&mut self, case: Case, count: u32) -> Result<()> {
        let (store, instance) = (&mut self.store, self.instance);
        match case {
            Case::AddIn => {
                let add = instance.get_typed_func::<(u32, u32), (u32,)>(&mut *store, case.export())?;
                (0..count).try_for_each(|i| {
                    ensure!(add.call(&mut *store, (i, 1))? == (i + 1,), "a wrong sum");
                    Ok(())
                })
            }
            Case::StringIn => {
                let length = instance.get_typed_func::<(&str,), (u32,)>(&mut *store, case.export())?;
                (0..count).try_for_each(|_| {
                    ensure!(length.call(&mut *store, (TEXT,))? == (16,), "a wrong length");
                    Ok(())
                })
            }
            Case::ListIn => {
                let list: Vec<u32> = (0..ELEMENTS).collect();
                let sum = instance.get_typed_func::<(&[u32],), (u32,)>(&mut *store, case.export())?;
                (0..count).try_for_each(|_| {
                    let found = sum.call(&mut *store, (&list[..],))?;
                    ensure!(found == (ELEMENTS * (ELEMENTS - 1) / 2,), "a wrong sum");
                    Ok(())
                })
            }
            Case::AddOut | Case::StringOut | Case::AddAcross | Case::StringAcross => {
                let calls = instance.get_typed_func::<(u32,), (u32,)>(&mut *store, case.export())?;
                calls.call(&mut *store, (count,)).map(|_| ())
            }
        }
    }
}
