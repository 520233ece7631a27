//! Built-ins for tasks, waitables, streams, futures, error contexts and threads, as the `canon` section has them.

use super::read::Reader;
use super::sections::{flat, index};
use super::{BuiltInUse, Kind, ThreadStart};
use crate::abi::{BuiltIn, PointerWidth};
use crate::error::Feature;
use anyhow::Result;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentCoreTypeId, ComponentValType};
use wasmparser::{CanonicalFunction, CanonicalOption};

/// A built-in as it is written.
struct Written<'o> {
    built_in: BuiltIn,
    ty: Option<ComponentValType>,
    operand: Operand<'o>,
}

/// What stands where other functions have canonical options.
enum Operand<'o> {
    None,
    Options(&'o [CanonicalOption]),
    Memory(u32),
    Async(bool),
    Thread { start: u32, table: u32 },
}

impl<'a> Reader<'a> {
    /// The definition that `func`, which is neither lift nor lower nor about resources or context slots, becomes.
    pub(super) fn built_in(&self, func: &CanonicalFunction, offset: u64) -> Result<Kind<'a>> {
        use CanonicalFunction as F;
        let plain = |built_in| Written { built_in, ty: None, operand: Operand::None };
        let with = |built_in, operand| Written { built_in, ty: None, operand };
        let end = |built_in, ty: u32, operand| {
            Ok::<_, anyhow::Error>(Written { built_in, ty: Some(self.end_type(ty, offset)?), operand })
        };
        let written = match func {
            F::TaskReturn { result, options } => {
                let ty = result.map(|ty| self.value_type(ty, offset)).transpose()?;
                Written { built_in: BuiltIn::TaskReturn, ty, operand: Operand::Options(options) }
            }
            F::TaskCancel => plain(BuiltIn::TaskCancel),
            F::SubtaskCancel { async_ } => with(BuiltIn::SubtaskCancel, Operand::Async(*async_)),
            F::SubtaskDrop => plain(BuiltIn::SubtaskDrop),
            F::BackpressureInc => plain(BuiltIn::BackpressureInc),
            F::BackpressureDec => plain(BuiltIn::BackpressureDec),
            F::WaitableSetNew => plain(BuiltIn::WaitableSetNew),
            F::WaitableSetWait { memory } => with(BuiltIn::WaitableSetWait, Operand::Memory(*memory)),
            F::WaitableSetPoll { memory } => with(BuiltIn::WaitableSetPoll, Operand::Memory(*memory)),
            F::WaitableSetDrop => plain(BuiltIn::WaitableSetDrop),
            F::WaitableJoin => plain(BuiltIn::WaitableJoin),
            F::StreamNew { ty } => end(BuiltIn::StreamNew, *ty, Operand::None)?,
            F::StreamRead { ty, options } => end(BuiltIn::StreamRead, *ty, Operand::Options(options))?,
            F::StreamWrite { ty, options } => end(BuiltIn::StreamWrite, *ty, Operand::Options(options))?,
            F::StreamCancelRead { ty, async_ } => {
                end(BuiltIn::StreamCancelRead, *ty, Operand::Async(*async_))?
            }
            F::StreamCancelWrite { ty, async_ } => {
                end(BuiltIn::StreamCancelWrite, *ty, Operand::Async(*async_))?
            }
            F::StreamDropReadable { ty } => end(BuiltIn::StreamDropReadable, *ty, Operand::None)?,
            F::StreamDropWritable { ty } => end(BuiltIn::StreamDropWritable, *ty, Operand::None)?,
            F::FutureNew { ty } => end(BuiltIn::FutureNew, *ty, Operand::None)?,
            F::FutureRead { ty, options } => end(BuiltIn::FutureRead, *ty, Operand::Options(options))?,
            F::FutureWrite { ty, options } => end(BuiltIn::FutureWrite, *ty, Operand::Options(options))?,
            F::FutureCancelRead { ty, async_ } => {
                end(BuiltIn::FutureCancelRead, *ty, Operand::Async(*async_))?
            }
            F::FutureCancelWrite { ty, async_ } => {
                end(BuiltIn::FutureCancelWrite, *ty, Operand::Async(*async_))?
            }
            F::FutureDropReadable { ty } => end(BuiltIn::FutureDropReadable, *ty, Operand::None)?,
            F::FutureDropWritable { ty } => end(BuiltIn::FutureDropWritable, *ty, Operand::None)?,
            F::ErrorContextNew { options } => with(BuiltIn::ErrorContextNew, Operand::Options(options)),
            F::ErrorContextDebugMessage { options } => {
                with(BuiltIn::ErrorContextDebugMessage, Operand::Options(options))
            }
            F::ErrorContextDrop => plain(BuiltIn::ErrorContextDrop),
            F::ThreadIndex => plain(BuiltIn::ThreadIndex),
            F::ThreadNewIndirect { func_ty_index, table_index } => {
                let operand = Operand::Thread { start: *func_ty_index, table: *table_index };
                with(BuiltIn::ThreadNewIndirect, operand)
            }
            F::ThreadResumeLater => plain(BuiltIn::ThreadResumeLater),
            F::ThreadSuspend => plain(BuiltIn::ThreadSuspend),
            F::ThreadYield => plain(BuiltIn::ThreadYield),
            F::ThreadSuspendThenResume => plain(BuiltIn::ThreadSuspendThenResume),
            F::ThreadYieldThenResume => plain(BuiltIn::ThreadYieldThenResume),
            F::ThreadSuspendThenPromote => plain(BuiltIn::ThreadSuspendThenPromote),
            F::ThreadYieldThenPromote => plain(BuiltIn::ThreadYieldThenPromote),
            F::StreamForward { .. } => return self.unsupported(Feature::Forward, "stream.forward", offset),
            F::FutureForward { .. } => return self.unsupported(Feature::Forward, "future.forward", offset),
            F::ThreadSpawnRef { .. } => {
                return self.unsupported(Feature::SharedThreads, "thread.spawn-ref", offset);
            }
            F::ThreadSpawnIndirect { .. } => {
                return self.unsupported(Feature::SharedThreads, "thread.spawn-indirect", offset);
            }
            F::ThreadAvailableParallelism => {
                return self.unsupported(Feature::SharedThreads, "thread.available-parallelism", offset);
            }
            F::Lift { .. }
            | F::Lower { .. }
            | F::ResourceNew { .. }
            | F::ResourceRep { .. }
            | F::ResourceDrop { .. }
            | F::ContextGet { .. }
            | F::ContextSet { .. } => return self.unsupported(Feature::Unknown, "canon", offset),
        };
        self.with_operands(written, offset).map(Kind::BuiltIn)
    }

    fn with_operands(&self, written: Written<'_>, offset: u64) -> Result<BuiltInUse> {
        let Written { built_in, ty, operand } = written;
        let mut used = BuiltInUse { built_in, ty, options: None, is_async: false, thread: None };
        match operand {
            Operand::None => {}
            Operand::Options(options) => {
                let options = self.options(options, offset)?;
                used.is_async = options.is_async;
                used.options = Some(options);
            }
            Operand::Memory(memory) => {
                used.options = Some(self.options(&[CanonicalOption::Memory(memory)], offset)?);
            }
            Operand::Async(is_async) => used.is_async = is_async,
            Operand::Thread { start, table } => used.thread = Some(self.thread_start(start, table, offset)?),
        }
        Ok(used)
    }

    fn value_type(&self, ty: wasmparser::ComponentValType, offset: u64) -> Result<ComponentValType> {
        match ty {
            wasmparser::ComponentValType::Primitive(ty) => Ok(ComponentValType::Primitive(ty)),
            wasmparser::ComponentValType::Type(ty) => self.end_type(ty, offset),
        }
    }

    fn end_type(&self, ty: u32, offset: u64) -> Result<ComponentValType> {
        match self.types().component_any_type_at(ty) {
            ComponentAnyTypeId::Defined(id) => Ok(ComponentValType::Type(id)),
            _ => self.unsupported(Feature::Unknown, "type of a built-in", offset),
        }
    }

    fn thread_start(&self, start: u32, table: u32, offset: u64) -> Result<ThreadStart> {
        let types = self.types();
        let context = match types.core_type_at_in_component(start) {
            ComponentCoreTypeId::Sub(id) => match types[id].unwrap_func().params() {
                [context] => flat(*context),
                _ => None,
            },
            ComponentCoreTypeId::Module(_) => None,
        };
        let Some(context) = context else {
            return self.unsupported(Feature::Unknown, "type of a thread's start function", offset);
        };
        let is_wide = types.table_at(table).table64;
        let table_index = if is_wide { PointerWidth::W64 } else { PointerWidth::W32 };
        Ok(ThreadStart { table: index(table), table_index, context })
    }
}
