//! Where a value is while it is translated: on which side of a call, and there on the stack or in memory.
//!
//! What type a value has and where it is are independent questions: `translate` asks the first, and this file and
//! `memory` answer the second, so that every type works in every combination of places.

use super::func::{FuncBuilder, Local};
use super::module::ModuleBuilder;
use crate::abi::layout::record_layout;
use crate::abi::types::TypeId;
use crate::abi::{FlatType, PointerWidth, StringEncoding};
use crate::dfg::{CoreDef, CoreExport, InstanceId};
use crate::id::define_id;

define_id! {
    /// An interned [`Side`].
    pub(super) struct SideId;
}

/// The canonical options of a caller or callee, as far as the representation of values depends on them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Side {
    /// The component instance.
    pub(super) instance: InstanceId,
    /// Encoding of strings.
    pub(super) encoding: StringEncoding,
    /// Width of pointers and lengths.
    pub(super) width: PointerWidth,
    /// Memory for what does not travel on the stack.
    pub(super) memory: Option<CoreExport>,
    /// Allocator.
    pub(super) realloc: Option<CoreDef>,
}

/// A place in the memory of a side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address {
    /// Holds an address, aligned and in bounds for what is there.
    pub(super) base: Local,
    /// To be added to it, in bytes.
    pub(super) offset: u32,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'s> {
    /// On which side.
    pub(super) side: SideId,
    /// Where there.
    pub(super) place: SourcePlace<'s>,
}

/// See [`Source`].
#[derive(Clone, Copy, Debug)]
pub(super) enum SourcePlace<'s> {
    /// In locals, one for each flat value. A local's type may be wider than the value's: inside a variant, slots
    /// have the joined type of all cases. There may be more locals than the value needs, for the same reason.
    Stack(&'s [Local]),
    /// In memory.
    Memory(Address),
}

/// Where a value goes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination<'d> {
    /// On which side.
    pub(super) side: SideId,
    /// Where there.
    pub(super) place: DestinationPlace<'d>,
}

/// See [`Destination`].
#[derive(Clone, Copy, Debug)]
pub(super) enum DestinationPlace<'d> {
    /// Pushed on the operand stack, as values of these types; they may be wider than the value's, and more, as
    /// in [`SourcePlace::Stack`].
    Stack(&'d [FlatType]),
    /// In memory.
    Memory(Address),
}

impl Address {
    /// The place `offset` bytes further on.
    pub(super) fn plus(self, offset: u32) -> Address {
        Address { base: self.base, offset: self.offset + offset }
    }
}

impl<'s> Source<'s> {
    /// The place `offset` bytes and `slots` flat values further on.
    pub(super) fn plus(self, offset: u32, slots: usize) -> Source<'s> {
        let place = match self.place {
            SourcePlace::Stack(locals) => SourcePlace::Stack(&locals[slots..]),
            SourcePlace::Memory(address) => SourcePlace::Memory(address.plus(offset)),
        };
        Source { side: self.side, place }
    }
}

impl<'d> Destination<'d> {
    /// The place `offset` bytes and `slots` flat values further on.
    pub(super) fn plus(self, offset: u32, slots: usize) -> Destination<'d> {
        let place = match self.place {
            DestinationPlace::Stack(types) => DestinationPlace::Stack(&types[slots..]),
            DestinationPlace::Memory(address) => DestinationPlace::Memory(address.plus(offset)),
        };
        Destination { side: self.side, place }
    }
}

/// Where a field is within a record: in bytes, and in flat values.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldOffset {
    /// Offset in memory, in bytes.
    pub(super) bytes: u32,
    /// Offset on the stack, in flat values; meaningless in records with too many of them.
    pub(super) slots: usize,
}

impl ModuleBuilder<'_> {
    /// Where fields of these types are in a record.
    pub(super) fn field_offsets(&self, fields: &[TypeId], width: PointerWidth) -> Vec<FieldOffset> {
        let types = &self.dfg.types;
        let bytes = record_layout(fields.iter().copied(), width, types.layouts()).offsets;
        let mut slots = 0;
        bytes
            .into_iter()
            .zip(fields)
            .map(|(bytes, &ty)| {
                let offset = FieldOffset { bytes, slots };
                slots += types.layout(ty).form(width).flat.as_ref().map_or(0, |flat| flat.len());
                offset
            })
            .collect()
    }
}

impl FuncBuilder<'_, '_> {
    /// Translates fields, one after another, between two records.
    pub(super) fn translate_fields(&mut self, fields: &[TypeId], from: Source<'_>, to: Destination<'_>) {
        let sources = self.module.field_offsets(fields, self.side(from.side).width);
        let destinations = self.module.field_offsets(fields, self.side(to.side).width);
        for ((&ty, source), destination) in fields.iter().zip(sources).zip(destinations) {
            self.translate(
                ty,
                from.plus(source.bytes, source.slots),
                to.plus(destination.bytes, destination.slots),
            );
        }
    }

    /// Converts the value on the stack, without changing its bits, except that upper ones are cut off or zero.
    /// Both types are those of one slot: one of them is the join of the other with something.
    pub(super) fn coerce(&mut self, have: FlatType, want: FlatType) {
        use FlatType::{F32, F64, I32, I64};
        match (have, want) {
            (I32, I32) | (I64, I64) | (F32, F32) | (F64, F64) => {}
            (I32, F32) => _ = self.ins().f32_reinterpret_i32(),
            (I64, I32) => _ = self.ins().i32_wrap_i64(),
            (I64, F32) => _ = self.ins().i32_wrap_i64().f32_reinterpret_i32(),
            (I64, F64) => _ = self.ins().f64_reinterpret_i64(),
            (F32, I32) => _ = self.ins().i32_reinterpret_f32(),
            (I32, I64) => _ = self.ins().i64_extend_i32_u(),
            (F32, I64) => _ = self.ins().i32_reinterpret_f32().i64_extend_i32_u(),
            (F64, I64) => _ = self.ins().i64_reinterpret_f64(),
            (I32, F64) | (F32, F64) | (F64, I32) | (F64, F32) => {
                unreachable!("neither of {have:?} and {want:?} is a join of the other")
            }
        }
    }

    /// Pushes a zero of type `ty`.
    pub(super) fn push_zero(&mut self, ty: FlatType) {
        match ty {
            FlatType::I32 => self.ins().i32_const(0),
            FlatType::I64 => self.ins().i64_const(0),
            FlatType::F32 => self.ins().f32_const(0.0.into()),
            FlatType::F64 => self.ins().f64_const(0.0.into()),
        };
    }
}
