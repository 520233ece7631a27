//! Core functions that the host makes.

use super::is_false;
use serde::{Deserialize, Serialize};

/// A core function that the host makes. Unless said otherwise, numbers are indices into the plan's tables.
///
/// All but the first two are about tasks; the host has a scheduler for them. "The current task" is that of the thread
/// that runs. A function that *may block* never suspends a stack itself: it stores 1 in [`Runtime::blocked`] and
/// returns anything, and its caller then calls [`Trampoline::Wait`] and [`Trampoline::Resumed`].
///
/// [`Runtime::blocked`]: super::Runtime::blocked
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trampoline {
    /// A host function as core code calls it. It may block if the function is async and the options are not.
    LowerImport {
        /// Index into [`super::Plan::imports`].
        import: usize,
        /// Index into [`super::Plan::functions`].
        function: usize,
        /// Index into [`super::Plan::options`].
        options: usize,
    },
    /// `(rep)`: an owning handle of a host resource was dropped.
    DropHostResource {
        /// Index into [`super::Plan::resources`].
        resource: usize,
    },
    /// A built-in of the Canonical ABI, of the core signature that the specification gives it.
    BuiltIn {
        /// Its name there, such as `stream.read`.
        name: String,
        /// The component instance that calls it.
        instance: usize,
        /// The stream or future type, or the type of the result for `task.return`.
        #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
        ty: Option<usize>,
        /// Canonical options, for those that have any.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        options: Option<usize>,
        /// Whether it has the option `async`, and so does not block.
        #[serde(rename = "async", skip_serializing_if = "is_false", default)]
        is_async: bool,
        /// Number of the table that `thread.new-indirect` takes start functions from, given by a `table` initializer.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        table: Option<usize>,
        /// What those functions take: `i32` or `i64`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        start: Option<String>,
    },
    /// `()`, suspending: returns when the thread that could not go on can.
    Wait,
    /// `() -> result`: what the call that waited returns; makes its thread the current one again.
    Resumed {
        /// Core type of the result, null where there is none.
        result: Option<String>,
    },
    /// `(the caller's flat parameters..., body: funcref, return: funcref) -> the caller's flat results`: a call of an
    /// asynchronous function. It may block if the caller's options are not async; if they are, it may only give way
    /// to threads that are ready.
    ///
    /// `body` is `(the caller's flat parameters...)`, and two more i32 where the call is scoped: the scope that handles
    /// are lent to and the one that borrows are made for. It is the task's first code, to be run on a stack of its own.
    /// `return` is `(flat result..., the caller's result pointer if it has one) -> the caller's flat result`, where
    /// the flat result is as `task.return` has it; null where there is no result or `body` does it all.
    StartCall {
        /// Index into [`super::Plan::adapters`].
        adapter: usize,
        /// Index into [`super::Plan::functions`].
        function: usize,
        /// The callee's options.
        lift: usize,
        /// The caller's options.
        options: usize,
        /// Whether it has scopes for borrows.
        scoped: bool,
        /// Whether the function or its callback may block: whether its code can get to something that does.
        may_block: bool,
    },
    /// `(code: i32)`: the current task's function returned this, as callbacks do.
    TaskCode,
    /// `()`: the current task's function returned.
    TaskExit,
    /// `()`: the current task's function returned its result, which is translated next. The scope that borrows were
    /// made for ends here, as in `task.return`.
    TaskCheck,
    /// `(result)`: the current task returned; the result is the caller's flat one, where it has one.
    TaskReturned {
        /// Core type of the result, null where there is none.
        result: Option<String>,
    },
    /// `()`: a synchronous call into an instance begins.
    EnterSync {
        /// The component instance.
        instance: usize,
        /// The adapter that makes the call; null for a destructor.
        adapter: Option<usize>,
    },
    /// `()`: the call that began last ends.
    ExitSync,
    /// `(handle: i32) -> handle: i32`: passes a handle of the host's things from one instance to another.
    Transfer {
        /// What it is.
        kind: TransferKind,
        /// The stream or future type; null for an error context.
        #[serde(rename = "type")]
        ty: Option<usize>,
        /// The component instance that has it; it loses streams and futures.
        from: usize,
        /// The component instance that gets it.
        to: usize,
    },
}

/// What a [`Trampoline::Transfer`] passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TransferKind {
    /// The readable end of a stream.
    Stream,
    /// The readable end of a future.
    Future,
    /// An error context.
    ErrorContext,
}

impl Trampoline {
    /// Whether it is about tasks, so that the host needs a scheduler.
    pub fn is_async(&self) -> bool {
        !matches!(self, Trampoline::LowerImport { .. } | Trampoline::DropHostResource { .. })
    }
}
