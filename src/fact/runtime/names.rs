//! What the runtime module exports: names and signatures.
//!
//! Adapters and guests are linked to the runtime by these names, and the plan passes them on to hosts
//! (`plan::Runtime`, `plan::HandleFunctions` and `plan::Instance` document each). They are made here only.

use crate::abi::FlatType;
use crate::abi::types::ResourceId;
use crate::dfg::{Dfg, InstanceId, Trampoline, TrampolineId};
use crate::id::{Id, define_id};

define_id! {
    /// A handle table. Its index is the first argument of handle functions.
    pub struct TableId;
}

/// Mutable i32 global: code of the last trap in generated code ([`crate::abi::Trap::code`]), 0 if none.
pub const TRAP_CODE: &str = "trap_code";
/// Mutable i32 global: what `{arg}` in the trap's message stands for.
pub const TRAP_ARG: &str = "trap_arg";
/// Mutable i32 global: who trapped: number of the adapter plus one, or 0.
pub const TRAP_SITE: &str = "trap_site";
/// Table of functions: entry `resource` is the destructor of that resource, set by the host.
pub const DTORS: &str = "dtors";

/// Memory with the handle tables, for adapters.
pub const HANDLES: &str = "handles";

/// Name of the may-leave flag of `instance`: a mutable i32 global, 1 while the instance may call out, else 0.
pub fn may_leave(instance: InstanceId) -> String {
    format!("may_leave{}", instance.index())
}

/// Names of the two context slots of `instance`: mutable globals of type [`InstanceNeeds::context`].
///
/// [`InstanceNeeds::context`]: crate::fact::needs::InstanceNeeds::context
pub fn context(instance: InstanceId) -> [String; 2] {
    [0, 1].map(|slot| format!("context{}.{slot}", instance.index()))
}

/// Name of the import through which the runtime tells the host that an imported resource was dropped.
pub(super) fn host_drop(resource: ResourceId) -> String {
    format!("drop{}", resource.index())
}

/// Mutable i32 global: 1 if the host function that returned last could not do the call because it must wait.
pub const BLOCKED: &str = "blocked";

/// Whether a trampoline may block, so that the runtime stands between guest and host.
pub(super) fn is_blocking(dfg: &Dfg<'_>, trampoline: &Trampoline) -> bool {
    match trampoline {
        Trampoline::LowerImport { ty, options, .. } => {
            dfg.types.func(*ty).is_async && !dfg.options[*options].is_async
        }
        Trampoline::BuiltIn(used) => used.may_block(),
        Trampoline::ResourceNew { .. } | Trampoline::ResourceRep { .. } | Trampoline::ResourceDrop { .. } => {
            false
        }
        Trampoline::ContextGet { .. } | Trampoline::ContextSet { .. } => false,
    }
}

/// Name of the export that provides a trampoline, or `None` where it is not the runtime's to provide.
pub fn trampoline(dfg: &Dfg<'_>, id: TrampolineId) -> Option<String> {
    let of_resource = |verb, instance: &InstanceId, resource: &ResourceId| {
        Some(format!("{verb}{}.{}", instance.index(), resource.index()))
    };
    let of_slot =
        |verb, instance: &InstanceId, slot: &u32| Some(format!("{verb}{}.{slot}", instance.index()));
    let trampoline = &dfg.trampolines[id];
    match trampoline {
        Trampoline::LowerImport { .. } => is_blocking(dfg, trampoline).then(|| format!("call{}", id.index())),
        Trampoline::BuiltIn(used) => {
            let verb = used.built_in.name().replace(['.', '-'], "_");
            is_blocking(dfg, trampoline).then(|| format!("{verb}{}.{}", used.instance.index(), id.index()))
        }
        Trampoline::ResourceNew { instance, resource } => of_resource("resource_new", instance, resource),
        Trampoline::ResourceRep { instance, resource } => of_resource("resource_rep", instance, resource),
        Trampoline::ResourceDrop { instance, resource } => of_resource("resource_drop", instance, resource),
        Trampoline::ContextGet { instance, ty: _, slot } => of_slot("context_get", instance, slot),
        Trampoline::ContextSet { instance, ty: _, slot } => of_slot("context_set", instance, slot),
    }
}

/// The exported functions on handle tables.
///
/// `table` is a [`TableId`], `resource` a [`ResourceId`], both as their index. `scope` is a call that
/// [`EnterScope`] began. `site` goes to [`TRAP_SITE`] if the function traps.
///
/// A call needs a scope exactly if it lends handles or makes borrows. It need not *lend* (count) where nothing
/// can take or drop the handle before the call ends: in a synchronous call that is so unless an own of the same
/// resource follows among the parameters. [`BorrowRep`] is the function for those, and for the rest [`Lend`].
///
/// [`EnterScope`]: HandleFunction::EnterScope
/// [`BorrowRep`]: HandleFunction::BorrowRep
/// [`Lend`]: HandleFunction::Lend
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HandleFunction {
    /// `(table, resource, rep) -> handle`: a new owning handle (`lower_own`). Traps: `TableFull`, `OutOfMemory`.
    NewOwn,
    /// `(table, resource, rep, scope) -> handle`: a new borrow that must be dropped before `scope` is left
    /// (`lower_borrow` into an instance other than the one that defines the resource). Traps like `NewOwn`.
    NewBorrow,
    /// `(table, resource, handle, site) -> rep`: removes an owning handle (`lift_own`).
    /// Traps: `UnknownHandle`, `WrongHandleType`, `HandleLent`, `OwnFromBorrow`.
    TakeOwn,
    /// `(table, resource, handle, scope, site) -> rep`: lends an own or borrow until `scope` is left
    /// (`lift_borrow`). Traps: `UnknownHandle`, `WrongHandleType`, `OutOfMemory`.
    Lend,
    /// `(table, resource, handle, site) -> rep`: what `Lend` does without the counting.
    BorrowRep,
    /// `(table, handle)`: takes a borrow back that was made for a call which does not take place after all.
    DropBorrow,
    /// `() -> scope`: begins a call. Traps: `OutOfMemory`.
    EnterScope,
    /// `(scope, site)`: ends a call: traps with `BorrowsRemain` if borrows made in it were not dropped, else
    /// returns what was lent in it.
    LeaveScope,
    /// `(table) -> i32`: how many handles are in use. Takes time in proportion to the handles not in use.
    Count,
    /// `(table, slot) -> handle`: a new handle of something that the host knows by `slot`. Traps like `NewOwn`.
    NewAsync,
    /// `(table, handle) -> slot`: what such a handle stands for; -1 if it is one of a resource. Traps:
    /// `UnknownHandle`.
    Async,
    /// `(table, handle)`: frees such a handle, which the host has looked up.
    RemoveAsync,
}

impl HandleFunction {
    /// Those of resources, in the order in which they are exported.
    pub const RESOURCES: &[HandleFunction] = &[
        HandleFunction::NewOwn,
        HandleFunction::NewBorrow,
        HandleFunction::TakeOwn,
        HandleFunction::Lend,
        HandleFunction::BorrowRep,
        HandleFunction::DropBorrow,
        HandleFunction::EnterScope,
        HandleFunction::LeaveScope,
        HandleFunction::Count,
    ];

    /// Those of other handles, in the order in which they are exported.
    pub const ASYNC: &[HandleFunction] =
        &[HandleFunction::NewAsync, HandleFunction::Async, HandleFunction::RemoveAsync];

    /// Name of the function for reps of 32 bits.
    pub fn name(self) -> &'static str {
        match self {
            HandleFunction::NewOwn => "new_own",
            HandleFunction::NewBorrow => "new_borrow",
            HandleFunction::TakeOwn => "take_own",
            HandleFunction::Lend => "lend",
            HandleFunction::BorrowRep => "borrow_rep",
            HandleFunction::DropBorrow => "drop_borrow",
            HandleFunction::EnterScope => "enter_scope",
            HandleFunction::LeaveScope => "leave_scope",
            HandleFunction::Count => "count",
            HandleFunction::NewAsync => "new_async",
            HandleFunction::Async => "async",
            HandleFunction::RemoveAsync => "remove_async",
        }
    }

    /// Whether a rep is among its parameters or results, so that it has a twin for reps of 64 bits.
    pub fn has_rep(self) -> bool {
        match self {
            HandleFunction::NewOwn | HandleFunction::NewBorrow | HandleFunction::TakeOwn => true,
            HandleFunction::Lend | HandleFunction::BorrowRep => true,
            HandleFunction::EnterScope | HandleFunction::LeaveScope => false,
            HandleFunction::DropBorrow | HandleFunction::Count => false,
            HandleFunction::NewAsync | HandleFunction::Async | HandleFunction::RemoveAsync => false,
        }
    }

    /// Name of the function to use with a resource whose reps are of type `rep` (`I32` or `I64`).
    pub fn name_for(self, rep: FlatType) -> String {
        match rep {
            FlatType::I64 if self.has_rep() => format!("{}64", self.name()),
            _ => self.name().to_string(),
        }
    }

    /// Parameters and results of that function.
    pub fn signature(self, rep: FlatType) -> (Vec<FlatType>, Vec<FlatType>) {
        let i32 = FlatType::I32;
        match self {
            HandleFunction::NewOwn => (vec![i32, i32, rep], vec![i32]),
            HandleFunction::NewBorrow => (vec![i32, i32, rep, i32], vec![i32]),
            HandleFunction::TakeOwn | HandleFunction::BorrowRep => (vec![i32; 4], vec![rep]),
            HandleFunction::Lend => (vec![i32; 5], vec![rep]),
            HandleFunction::EnterScope => (vec![], vec![i32]),
            HandleFunction::LeaveScope | HandleFunction::DropBorrow => (vec![i32; 2], vec![]),
            HandleFunction::Count => (vec![i32], vec![i32]),
            HandleFunction::NewAsync | HandleFunction::Async => (vec![i32; 2], vec![i32]),
            HandleFunction::RemoveAsync => (vec![i32; 2], vec![]),
        }
    }
}
