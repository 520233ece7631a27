//! What tests on the Rust host need beyond its public API: functions by path, and equality of values.

use anyhow::{Context, Result};
use corefuse::host::{Component, Func, Instance, Store, Val};

/// An exported function by its path, `instance#function`.
pub(crate) fn exported<T: Send + 'static>(
    component: &Component,
    instance: Instance,
    store: &Store<T>,
    path: &str,
) -> Result<Func> {
    let mut index = None;
    for name in path.split('#') {
        let found = component.get_export_index(index.as_ref(), name);
        index = Some(found.with_context(|| format!("there is no export {path}"))?);
    }
    let index = index.context("an empty path")?;
    instance.get_func(store, index).with_context(|| format!("{path} is no function"))
}

/// Whether two values are the same; all NaNs count as one, and zeros have a sign.
pub(crate) fn same(a: &Val, b: &Val) -> bool {
    // The text of a value says all that: floats are written in full.
    format!("{a:?}") == format!("{b:?}")
}
