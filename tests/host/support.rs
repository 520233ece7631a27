//! Compiles components in text form.

pub(crate) mod numbers;

use corefuse::host::{Component, Engine, Error, Linker, Store, Val};

/// A component with what it is instantiated from.
pub(crate) struct Live {
    pub(crate) store: Store<Vec<String>>,
    pub(crate) instance: corefuse::host::Instance,
}

/// Instantiates a component that needs nothing but what `define` defines.
pub(crate) fn live(text: &str, define: impl FnOnce(&mut Linker<Vec<String>>)) -> Live {
    let engine = Engine::default();
    let component = Component::new(&engine, text).unwrap();
    let mut linker = Linker::new(&engine);
    define(&mut linker);
    let mut store = Store::new(&engine, Vec::new());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    Live { store, instance }
}

impl Live {
    /// Calls an exported function with a result.
    pub(crate) fn call(&mut self, name: &str, params: &[Val]) -> Result<Val, Error> {
        let func = self.instance.get_func(&self.store, name).unwrap();
        let mut results = [Val::Bool(false)];
        func.call(&mut self.store, params, &mut results)?;
        let [result] = results;
        Ok(result)
    }

    /// The message of a call that fails.
    pub(crate) fn error(&mut self, name: &str, params: &[Val]) -> String {
        let func = self.instance.get_func(&self.store, name).unwrap();
        let mut results = vec![Val::Bool(false); func.ty(&self.store).unwrap().results().len()];
        let error = func.call(&mut self.store, params, &mut results).unwrap_err();
        format!("{error:#}")
    }
}

/// A core module with a memory and a bump allocator, to be put into components; `pointer` is `i32` or `i64`.
pub(crate) fn allocator(pointer: &str) -> String {
    let memory = if pointer == "i64" { "i64 1" } else { "1" };
    format!(
        r#"
        (core module $libc
          (memory (export "memory") {memory})
          (global $next (mut {pointer}) ({pointer}.const 1024))
          (func (export "realloc") (param $p {pointer}) (param $old {pointer}) (param $align {pointer})
              (param $size {pointer}) (result {pointer})
            (local $at {pointer})
            (local.set $at
              ({pointer}.and
                ({pointer}.add (global.get $next) ({pointer}.sub (local.get $align) ({pointer}.const 1)))
                ({pointer}.sub ({pointer}.const 0) (local.get $align))))
            (global.set $next ({pointer}.add (local.get $at) (local.get $size)))
            (local.get $at)))
        (core instance $libc (instantiate $libc))
        (alias core export $libc "memory" (core memory $memory))
        (alias core export $libc "realloc" (core func $realloc))
        "#
    )
}
