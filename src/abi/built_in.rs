//! The one table of built-ins for tasks, waitables, streams, futures, error contexts and threads.
//!
//! Each is a core function that a guest imports and that the host makes, since what they are about (tasks, streams)
//! are objects of the host. What every stage needs to know of one is a column here: its core signature, whether it
//! may block the thread that calls it, whether it may be called while the instance may not leave.
//!
//! Spec: `CanonicalABI.md`, from "`canon backpressure.{inc,dec}`" on.

use super::{FlatType, PointerWidth};

/// A parameter or result of a built-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuiltInValue {
    /// `i32`, also for handles.
    I32,
    /// `i64`
    I64,
    /// A pointer or length in the memory of its options.
    Word,
    /// An index into its table: `i64` where the table has 64-bit indices.
    TableIndex,
    /// What the start function of a new thread takes.
    ThreadContext,
    /// The flat values of a task's result, or one pointer where there are more than 16 of them.
    TaskResult,
}

/// When a built-in may block the thread that calls it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blocks {
    /// Never.
    Never,
    /// Wherever it is called.
    Always,
    /// Unless it has the option `async`.
    UnlessAsync,
}

/// What a built-in's type operand is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// It has none.
    None,
    /// The type of a task's result, if it has one.
    Result,
    /// A stream or future whose elements are not moved by it.
    End,
    /// A stream or future that elements are read from, so that they are lowered into the caller.
    Read,
    /// A stream or future that elements are written to, so that they are lifted from the caller.
    Write,
}

macro_rules! built_ins {
    ($($variant:ident $name:literal ($($param:ident)*) ($($result:ident)?) $blocks:ident $subject:ident $($flag:ident)*;)*) => {
        /// A built-in.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[expect(missing_docs, reason = "the names are those of the specification")]
        pub enum BuiltIn {
            $($variant,)*
        }

        impl BuiltIn {
            /// All of them, in the order of the table.
            pub const ALL: &[BuiltIn] = &[$(BuiltIn::$variant),*];

            /// The name in the specification's text format.
            pub fn name(self) -> &'static str {
                match self { $(BuiltIn::$variant => $name,)* }
            }

            /// Parameters of the core function.
            pub fn params(self) -> &'static [BuiltInValue] {
                match self { $(BuiltIn::$variant => &[$(BuiltInValue::$param),*],)* }
            }

            /// Result of the core function.
            pub fn result(self) -> Option<BuiltInValue> {
                match self { $(BuiltIn::$variant => [$(BuiltInValue::$result)?].first().copied(),)* }
            }

            /// When it may block.
            pub fn blocks(self) -> Blocks {
                match self { $(BuiltIn::$variant => Blocks::$blocks,)* }
            }

            /// What its type operand is.
            pub fn subject(self) -> Subject {
                match self { $(BuiltIn::$variant => Subject::$subject,)* }
            }

            fn flags(self) -> &'static [Flag] {
                match self { $(BuiltIn::$variant => &[$(Flag::$flag),*],)* }
            }
        }
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    /// It may be called while the instance may not leave.
    Exempt,
    /// It takes or makes handles of the instance's table.
    Handles,
    /// It depends on which task or thread is the current one.
    Task,
}

// Parameters and result, when it blocks, what its type is, and flags.
built_ins! {
    TaskReturn "task.return" (TaskResult) () Never Result Task;
    TaskCancel "task.cancel" () () Never None Task;
    BackpressureInc "backpressure.inc" () () Never None Exempt;
    BackpressureDec "backpressure.dec" () () Never None Exempt;
    SubtaskCancel "subtask.cancel" (I32) (I32) UnlessAsync None Handles Task;
    SubtaskDrop "subtask.drop" (I32) () Never None Handles;
    WaitableSetNew "waitable-set.new" () (I32) Never None Handles;
    WaitableSetWait "waitable-set.wait" (I32 Word) (I32) Always None Handles Task;
    WaitableSetPoll "waitable-set.poll" (I32 Word) (I32) Never None Handles Task;
    WaitableSetDrop "waitable-set.drop" (I32) () Never None Handles;
    WaitableJoin "waitable.join" (I32 I32) () Never None Handles;
    StreamNew "stream.new" () (I64) Never End Handles;
    StreamRead "stream.read" (I32 Word Word) (Word) UnlessAsync Read Handles Task;
    StreamWrite "stream.write" (I32 Word Word) (Word) UnlessAsync Write Handles Task;
    StreamCancelRead "stream.cancel-read" (I32) (I32) UnlessAsync End Handles Task;
    StreamCancelWrite "stream.cancel-write" (I32) (I32) UnlessAsync End Handles Task;
    StreamDropReadable "stream.drop-readable" (I32) () Never End Handles;
    StreamDropWritable "stream.drop-writable" (I32) () Never End Handles;
    FutureNew "future.new" () (I64) Never End Handles;
    FutureRead "future.read" (I32 Word) (I32) UnlessAsync Read Handles Task;
    FutureWrite "future.write" (I32 Word) (I32) UnlessAsync Write Handles Task;
    FutureCancelRead "future.cancel-read" (I32) (I32) UnlessAsync End Handles Task;
    FutureCancelWrite "future.cancel-write" (I32) (I32) UnlessAsync End Handles Task;
    FutureDropReadable "future.drop-readable" (I32) () Never End Handles;
    FutureDropWritable "future.drop-writable" (I32) () Never End Handles;
    ErrorContextNew "error-context.new" (Word Word) (I32) Never None Handles;
    ErrorContextDebugMessage "error-context.debug-message" (I32 Word) () Never None Handles;
    ErrorContextDrop "error-context.drop" (I32) () Never None Handles;
    ThreadIndex "thread.index" () (I32) Never None Task;
    ThreadNewIndirect "thread.new-indirect" (TableIndex ThreadContext) (I32) Never None Task;
    ThreadResumeLater "thread.resume-later" (I32) () Never None Task;
    ThreadSuspend "thread.suspend" () (I32) Always None Task;
    ThreadYield "thread.yield" () (I32) Always None Task;
    ThreadSuspendThenResume "thread.suspend-then-resume" (I32) (I32) Always None Task;
    ThreadYieldThenResume "thread.yield-then-resume" (I32) (I32) Always None Task;
    ThreadSuspendThenPromote "thread.suspend-then-promote" (I32) (I32) Always None Task;
    ThreadYieldThenPromote "thread.yield-then-promote" (I32) (I32) Always None Task;
}

/// What the core signature of a built-in depends on beside which one it is.
#[derive(Clone, Debug, Default)]
pub struct BuiltInOperands {
    /// Width of pointers in the memory of its options.
    pub pointer: PointerWidth,
    /// Width of its table's indices.
    pub table_index: PointerWidth,
    /// What the start function of a new thread takes.
    pub thread_context: Option<FlatType>,
    /// The parameters of `task.return`.
    pub task_result: Vec<FlatType>,
}

impl BuiltIn {
    /// The built-in with this name.
    pub fn from_name(name: &str) -> Option<BuiltIn> {
        BuiltIn::ALL.iter().copied().find(|built_in| built_in.name() == name)
    }

    /// Whether it may be called while the instance may not leave.
    pub fn is_exempt(self) -> bool {
        self.flags().contains(&Flag::Exempt)
    }

    /// Whether it takes or makes handles of the instance's table.
    pub fn uses_handles(self) -> bool {
        self.flags().contains(&Flag::Handles)
    }

    /// Whether it depends on which task or thread is the current one.
    pub fn observes_task(self) -> bool {
        self.flags().contains(&Flag::Task)
    }

    /// Whether it may block, with or without the option `async`.
    pub fn may_block(self, is_async: bool) -> bool {
        match self.blocks() {
            Blocks::Never => false,
            Blocks::Always => true,
            Blocks::UnlessAsync => !is_async,
        }
    }

    /// Core types of parameters and results.
    pub fn signature(self, operands: &BuiltInOperands) -> (Vec<FlatType>, Vec<FlatType>) {
        let flat = |value: BuiltInValue| match value {
            BuiltInValue::I32 => vec![FlatType::I32],
            BuiltInValue::I64 => vec![FlatType::I64],
            BuiltInValue::Word => vec![operands.pointer.flat()],
            BuiltInValue::TableIndex => vec![operands.table_index.flat()],
            BuiltInValue::ThreadContext => vec![operands.thread_context.unwrap_or(FlatType::I32)],
            BuiltInValue::TaskResult => operands.task_result.clone(),
        };
        (
            self.params().iter().copied().flat_map(flat).collect(),
            self.result().into_iter().flat_map(flat).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocks, BuiltIn, BuiltInOperands};
    use crate::abi::{FlatType, PointerWidth};

    #[test]
    fn names_are_distinct_and_found() {
        for &built_in in BuiltIn::ALL {
            assert_eq!(BuiltIn::from_name(built_in.name()), Some(built_in));
        }
        assert_eq!(BuiltIn::from_name("task.yield"), None);
    }

    #[test]
    fn only_backpressure_is_exempt_from_may_leave() {
        let exempt: Vec<_> = BuiltIn::ALL.iter().filter(|b| b.is_exempt()).map(|b| b.name()).collect();
        assert_eq!(exempt, ["backpressure.inc", "backpressure.dec"]);
    }

    #[test]
    fn what_blocks_depends_on_the_current_thread() {
        for &built_in in BuiltIn::ALL {
            assert!(built_in.blocks() == Blocks::Never || built_in.observes_task(), "{}", built_in.name());
            assert_eq!(built_in.may_block(true), built_in.blocks() == Blocks::Always);
        }
    }

    #[test]
    fn lengths_of_streams_are_words_and_codes_of_futures_are_not() {
        let operands = BuiltInOperands { pointer: PointerWidth::W64, ..BuiltInOperands::default() };
        let (i32, i64) = (FlatType::I32, FlatType::I64);
        assert_eq!(BuiltIn::StreamRead.signature(&operands), (vec![i32, i64, i64], vec![i64]));
        assert_eq!(BuiltIn::FutureRead.signature(&operands), (vec![i32, i64], vec![i32]));
    }
}
