//! Traps as embedders see them.
//!
//! A trap has one of three sources: the guest's own code, generated code (which leaves its reason in the runtime
//! module's globals before it executes `unreachable`), and the host, when it lifts or lowers at its boundary.
//! All three become a [`Trap`]. Everything else that can go wrong is a plain [`anyhow::Error`].

use super::engine::{Context, CoreTrap};
use super::state::RootId;
use crate::plan::Plan;
use std::fmt;

/// Guest code was stopped because it broke a rule of core WebAssembly or of the Canonical ABI.
///
/// Find it in an error with [`anyhow::Error::downcast_ref`]. After a trap the component it happened in cannot
/// be entered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    reason: String,
    place: Option<String>,
}

impl Trap {
    pub(crate) fn new(reason: impl Into<String>) -> Trap {
        Trap { reason: reason.into(), place: None }
    }

    /// The rule that was broken, such as `unknown handle index 7`.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The call between component instances in which it happened, where it did in one.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match &self.place {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Trap {}

/// Returns a trap with this reason.
macro_rules! trap {
    ($($arg:tt)*) => { return Err($crate::host::error::Trap::new(format!($($arg)*)).into()) };
}
pub(crate) use trap;

/// Returns a trap with this reason unless the condition holds.
macro_rules! ensure_or_trap {
    ($condition:expr, $($arg:tt)*) => {
        if !$condition { $crate::host::error::trap!($($arg)*) }
    };
}
pub(crate) use ensure_or_trap;

/// Turns the engine's trap in `error` into a [`Trap`], with the reason that generated code left, if it did.
pub(crate) fn explain(cx: &mut Context<'_>, root: RootId, error: anyhow::Error) -> anyhow::Error {
    let core = match error.downcast::<CoreTrap>() {
        Ok(core) => core,
        Err(error) => return error,
    };
    let generated = match core.is_unreachable {
        true => take_generated(cx, root),
        false => None,
    };
    generated.unwrap_or_else(|| Trap::new(core.reason)).into()
}

/// Reads and clears the trap globals of the runtime module.
fn take_generated(cx: &mut Context<'_>, root: RootId) -> Option<Trap> {
    let instance = &cx.state().instances[root];
    let globals = instance.runtime.as_ref()?.trap;
    let component = instance.component.clone();
    let [code, arg, site] = globals.map(|global| global.get(cx).ok().map(|bits| bits as u32));
    let message = component.plan().traps.get((code? as usize).checked_sub(1)?)?;
    globals[0].set(cx, 0).ok()?;
    let reason = message.replace("{arg}", &arg?.to_string());
    Some(Trap { reason, place: site.and_then(|site| place(component.plan(), site)) })
}

fn place(plan: &Plan, site: u32) -> Option<String> {
    let adapter = plan.adapters.get((site as usize).checked_sub(1)?)?;
    let path = |instance: usize| plan.instances.get(instance).map_or("?", |i| i.path.as_str());
    Some(format!(
        "in the call of `{}` from {} to {}",
        adapter.name,
        path(adapter.caller),
        path(adapter.callee)
    ))
}
