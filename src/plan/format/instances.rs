//! Component instances, and the runtime module that has their handle tables and flags.

use serde::{Deserialize, Serialize};

/// A component instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    /// The instance that instantiated this one.
    pub parent: Option<usize>,
    /// Name for people, such as `root/provider`.
    pub path: String,
    /// Export of the runtime: mutable i32 global, 1 while the instance may call out, else 0.
    pub may_leave: Option<String>,
    /// Exports of the runtime: mutable globals that are the two context slots of the running thread.
    pub context: Option<[String; 2]>,
    /// Number of the instance's handle table in the runtime, the first argument of its handle functions.
    pub table: Option<u32>,
}

/// Exports of the runtime module that hosts use. All are functions unless said otherwise.
///
/// `table` is [`Instance::table`], `resource` an index into [`Plan::resources`](super::Plan::resources), `rep` an i32
/// (or an i64 where the resource says so: then the export's name with `64` appended is used). A `site` names who
/// calls, for messages: 0 for the host. Functions that trap store a reason in the trap globals first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Runtime {
    /// Mutable i32 global: code of the last trap in generated code, 0 if there was none.
    pub trap_code: String,
    /// Mutable i32 global: what the message's `{arg}` stands for.
    pub trap_arg: String,
    /// Mutable i32 global: number of the adapter that trapped, plus one; 0 if it was none.
    pub trap_site: String,
    /// The handle functions, where any instance has a table.
    pub handles: Option<HandleFunctions>,
    /// Mutable i32 global, where anything may block: the host sets it to 1 where a call must wait; see
    /// [`Trampoline`](super::Trampoline).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blocked: Option<String>,
}

/// Names of the runtime's handle functions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandleFunctions {
    /// `(table, resource, rep) -> handle`: a new owning handle.
    pub new_own: String,
    /// `(table, resource, rep, scope) -> handle`: a new borrow, to be dropped before `scope` is left.
    pub new_borrow: String,
    /// `(table, resource, handle, site) -> rep`: removes an owning handle.
    pub take_own: String,
    /// `(table, resource, handle, scope, site) -> rep`: lends a handle (own or borrow) until `scope` is left.
    pub lend: String,
    /// `(table, resource, handle, site) -> rep`: looks up a handle which nothing can take or drop before the call ends.
    pub borrow_rep: String,
    /// `(table, handle)`: takes a borrow back that was made for a call which does not take place after all.
    pub drop_borrow: String,
    /// `() -> scope`: begins a call.
    pub enter_scope: String,
    /// `(scope, site)`: ends a call; traps if borrows made in it remain, returns what was lent in it.
    pub leave_scope: String,
    /// `(table) -> i32`: how many handles are in use.
    pub count: String,
    /// Table of functions: entry `resource` is its destructor `(rep)`, set by the host at the resource's
    /// initializer where it has one.
    pub dtors: String,
    /// `(table, slot) -> handle`: a new handle of something that the host knows by `slot`, an i32.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_async: Option<String>,
    /// `(table, handle) -> slot`: what such a handle stands for; -1 if it is one of a resource.
    #[serde(rename = "async", skip_serializing_if = "Option::is_none", default)]
    pub of_async: Option<String>,
    /// `(table, handle)`: frees such a handle.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remove_async: Option<String>,
}
