//! Access to the linear memories of both sides: loads and stores, checks of pointers, allocation, bulk copies.
//!
//! All instructions that name a memory are emitted here and in `transcode`, so that a back end for engines
//! without multi-memory has one place to differ.
//!
//! Spec: `CanonicalABI.md`, "Loading", "Storing"; `reallocate` of the lifting and lowering context.

use super::body::Callee;
use super::func::{FuncBuilder, Local};
use super::module::{CoreType, Shared};
use super::place::{Address, Destination, DestinationPlace, SideId, Source, SourcePlace};
use super::runtime::names;
use super::transcode::{Memory, Transcode, Transcoder};
use crate::abi::{FlatType, PointerWidth, Trap};
use wasm_encoder::{MemArg, MemArgTarget};

/// How a scalar is accessed in memory. The alignment is always the size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access {
    /// A byte as an i32, zero-extended when loaded.
    U8,
    /// A byte as an i32, sign-extended when loaded.
    S8,
    /// Two bytes as an i32, zero-extended when loaded.
    U16,
    /// Two bytes as an i32, sign-extended when loaded.
    S16,
    /// An i32.
    I32,
    /// An i64.
    I64,
    /// An f32.
    F32,
    /// An f64.
    F64,
}

impl Access {
    /// The access of unsigned integers of `bytes` bytes: 1, 2 or 4.
    pub(super) fn unsigned(bytes: u32) -> Access {
        match bytes {
            1 => Access::U8,
            2 => Access::U16,
            _ => Access::I32,
        }
    }

    /// The access of pointers and lengths.
    pub(super) fn word(width: PointerWidth) -> Access {
        match width {
            PointerWidth::W32 => Access::I32,
            PointerWidth::W64 => Access::I64,
        }
    }

    /// Type of the value on the stack.
    pub(super) fn flat(self) -> FlatType {
        match self {
            Access::U8 | Access::S8 | Access::U16 | Access::S16 | Access::I32 => FlatType::I32,
            Access::I64 => FlatType::I64,
            Access::F32 => FlatType::F32,
            Access::F64 => FlatType::F64,
        }
    }

    fn align_log2(self) -> u32 {
        match self {
            Access::U8 | Access::S8 => 0,
            Access::U16 | Access::S16 => 1,
            Access::I32 | Access::F32 => 2,
            Access::I64 | Access::F64 => 3,
        }
    }
}

/// A number of bytes, known when the code is emitted or held in a local of the side's pointer type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bytes {
    /// Known.
    Const(u32),
    /// In a local; at most 2^30, so that adding it to an address does not lose bits unnoticed.
    Local(Local),
}

/// Something to allocate, or a range to check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// Size.
    pub(super) bytes: Bytes,
    /// Alignment, in bytes.
    pub(super) align: u32,
    /// The reason to give where it is out of bounds.
    pub(super) out_of_bounds: Trap,
}

/// An allocation that is to be changed in size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allocation {
    /// Holds its address.
    pub(super) pointer: Local,
    /// Its size.
    pub(super) bytes: Bytes,
}

impl FuncBuilder<'_, '_> {
    /// Width of pointers on a side.
    pub(super) fn width(&self, side: SideId) -> PointerWidth {
        self.side(side).width
    }

    /// Pushes the first scalar of `source`.
    pub(super) fn load(&mut self, access: Access, source: Source<'_>) {
        match source.place {
            SourcePlace::Stack(locals) => {
                self.get(locals[0]);
                self.coerce(locals[0].ty, access.flat());
            }
            SourcePlace::Memory(address) => {
                let memarg = self.memarg(access, source.side, address);
                self.get(address.base);
                match access {
                    Access::U8 => self.ins().i32_load8_u(memarg),
                    Access::S8 => self.ins().i32_load8_s(memarg),
                    Access::U16 => self.ins().i32_load16_u(memarg),
                    Access::S16 => self.ins().i32_load16_s(memarg),
                    Access::I32 => self.ins().i32_load(memarg),
                    Access::I64 => self.ins().i64_load(memarg),
                    Access::F32 => self.ins().f32_load(memarg),
                    Access::F64 => self.ins().f64_load(memarg),
                };
            }
        }
    }

    /// A local that holds the first scalar of `source`, which is not to be changed: it may be where it was.
    pub(super) fn load_local(&mut self, access: Access, source: Source<'_>) -> Local {
        if let SourcePlace::Stack(&[local, ..]) = source.place
            && local.ty == access.flat()
        {
            return local;
        }
        self.load(access, source);
        self.pop(access.flat())
    }

    /// Makes what `value` pushes the first scalar of `destination`.
    pub(super) fn store(
        &mut self,
        access: Access,
        destination: Destination<'_>,
        value: impl FnOnce(&mut Self),
    ) {
        match destination.place {
            DestinationPlace::Stack(types) => {
                value(self);
                self.coerce(access.flat(), types[0]);
            }
            DestinationPlace::Memory(address) => {
                let memarg = self.memarg(access, destination.side, address);
                self.get(address.base);
                value(self);
                match access {
                    Access::U8 | Access::S8 => self.ins().i32_store8(memarg),
                    Access::U16 | Access::S16 => self.ins().i32_store16(memarg),
                    Access::I32 => self.ins().i32_store(memarg),
                    Access::I64 => self.ins().i64_store(memarg),
                    Access::F32 => self.ins().f32_store(memarg),
                    Access::F64 => self.ins().f64_store(memarg),
                };
            }
        }
    }

    /// Locals that hold a pointer and a length, the two words at `source`.
    pub(super) fn load_words(&mut self, source: Source<'_>) -> [Local; 2] {
        let width = self.width(source.side);
        let first = self.load_local(Access::word(width), source);
        let second = self.load_local(Access::word(width), source.plus(width.bytes(), 1));
        [first, second]
    }

    /// Stores a pointer and a length as the two words at `destination`.
    pub(super) fn store_words(&mut self, destination: Destination<'_>, words: [Local; 2]) {
        let width = self.width(destination.side);
        let [first, second] = words;
        self.store(Access::word(width), destination, |f| f.get(first));
        self.store(Access::word(width), destination.plus(width.bytes(), 1), |f| f.get(second));
    }

    fn memarg(&mut self, access: Access, side: SideId, address: Address) -> MemArg {
        let target = MemArgTarget::Memory(self.module.memory(side));
        MemArg { offset: u64::from(address.offset), align: access.align_log2(), target, ordering: None }
    }

    /// Pushes a number of bytes as a word of `width`.
    pub(super) fn push_bytes(&mut self, width: PointerWidth, bytes: Bytes) {
        match bytes {
            Bytes::Const(n) => _ = self.word(width).constant(u64::from(n)),
            Bytes::Local(local) => self.get(local),
        }
    }

    /// Traps unless the address in `pointer` is aligned.
    pub(super) fn check_aligned(&mut self, width: PointerWidth, pointer: Local, align: u32) {
        if align > 1 {
            self.trap_if(Trap::UnalignedPointer, |f| {
                f.get(pointer);
                f.word(width).constant(u64::from(align - 1)).and().wrap_to_i32();
            });
        }
    }

    /// Traps unless the range that starts at `pointer` is aligned and inside the memory of `side`.
    pub(super) fn check_range(&mut self, side: SideId, pointer: Local, range: Range) {
        let width = self.width(side);
        self.check_aligned(width, pointer, range.align);
        let memory = self.module.memory(side);
        match width {
            // pointer + bytes > memory.size * 65536, in 64 bits
            PointerWidth::W32 => self.trap_if(range.out_of_bounds, |f| {
                f.get(pointer);
                f.ins().i64_extend_i32_u();
                match range.bytes {
                    Bytes::Const(n) => _ = f.ins().i64_const(i64::from(n)),
                    Bytes::Local(local) => {
                        f.get(local);
                        f.ins().i64_extend_i32_u();
                    }
                }
                f.ins().i64_add().memory_size(memory).i64_extend_i32_u().i64_const(16).i64_shl().i64_gt_u();
            }),
            // Also if the sum wraps around. No engine has memories of 2^64 bytes, so the size does not.
            PointerWidth::W64 => self.scope(|f| {
                let end = f.temp(FlatType::I64);
                f.trap_if(range.out_of_bounds, |f| {
                    f.get(pointer);
                    f.push_bytes(width, range.bytes);
                    f.ins().i64_add();
                    f.tee(end);
                    f.get(pointer);
                    f.ins().i64_lt_u();
                    f.get(end);
                    f.ins().memory_size(memory).i64_const(16).i64_shl().i64_gt_u().i32_or();
                });
            }),
        }
    }

    /// Allocates on `side`; `pointer` then holds the checked address.
    pub(super) fn allocate(&mut self, side: SideId, pointer: Local, range: Range) {
        let width = self.width(side);
        self.call_realloc(side, range, |f| _ = f.word(width).constant(0).constant(0));
        self.set(pointer);
        self.check_range(side, pointer, range);
    }

    /// Changes the size of an allocation on `side` to `range`; its local then holds the new, checked address.
    pub(super) fn reallocate(&mut self, side: SideId, old: Allocation, range: Range) {
        let width = self.width(side);
        self.call_realloc(side, range, |f| {
            f.get(old.pointer);
            f.push_bytes(width, old.bytes);
        });
        self.set(old.pointer);
        self.check_range(side, old.pointer, range);
    }

    /// Every call of realloc is like a new thread's: it begins with its context slots zero.
    fn call_realloc(&mut self, side: SideId, range: Range, push_old: impl FnOnce(&mut Self)) {
        let width = self.width(side);
        let instance = self.side(side).instance;
        self.clear_context(instance);
        push_old(self);
        self.word(width).constant(u64::from(range.align));
        self.push_bytes(width, range.bytes);
        let callee = self.realloc_function(side);
        self.call(callee);
    }

    fn realloc_function(&mut self, side: SideId) -> Callee {
        let word = self.width(side).flat();
        let realloc = self.side(side).realloc.clone();
        let realloc = realloc.expect("validation asks for realloc where something is allocated");
        self.module.core_function(&realloc, CoreType::new(&[word; 4], &[word]))
    }

    /// Sets the context slots of `instance` to zero, if it has any.
    pub(super) fn clear_context(&mut self, instance: crate::dfg::InstanceId) {
        if let Some(ty) = self.module.needs.instances[instance].context {
            for name in names::context(instance) {
                let global = self.module.imports.global(&name, ty);
                self.push_zero(ty);
                self.ins().global_set(global);
            }
        }
    }

    /// Copies bytes from one memory to another. All three are locals; `bytes` is a word of the source and at most
    /// [`MAX_LIST_BYTES`](crate::abi::MAX_LIST_BYTES). Short runs are moved in line, which is faster.
    pub(super) fn copy_bytes(&mut self, from: (SideId, Local), to: (SideId, Local), bytes: Local) {
        let width = self.width(from.0);
        self.get(from.1);
        self.get(bytes);
        self.word(width).wrap_to_i32();
        self.get(to.1);
        self.transcode(Transcoder::CopyBytes, from.0, to.0);
    }

    /// Calls a transcoder, whose parameters are on the stack.
    pub(super) fn transcode(&mut self, op: Transcoder, from: SideId, to: SideId) {
        let [src, dst] =
            [from, to].map(|side| Memory { index: self.module.memory(side), width: self.width(side) });
        let callee = self.module.shared(Shared::Transcode(Transcode::new(op, src, dst)));
        self.call(callee);
    }
}
