//! The runtime's memory: where things are, and how blocks of it are allocated.
//!
//! | address | what |
//! |---|---|
//! | `4*k`, `k` in 4..=31 | head of the list of free blocks of `2^k` bytes, 0 if empty |
//! | `128 + 16*t` | table `t`, see [`super::tables`] |
//! | after those | blocks |
//!
//! Everything starts as zeros, so the module needs no data. Blocks are powers of two of at least 16 bytes; a freed
//! block is kept in the list of its size for the next one of the same size, linked through its first word. The
//! only things ever allocated are scopes and lends (16 bytes each, as many as live at the same time) and the
//! entries of tables (which double), so nothing is lost to fragmentation but a table's smaller former blocks.

use super::module::{GlobalIndex, ModuleBuilder};
use super::names::{self, TableId};
use super::trap::Traps;
use crate::abi::Trap;
use crate::fact::code::{Bits, Code, Expr, FuncIndex, Memory, Operand, i32};
use crate::id::Id;
use wasm_encoder::ValType::I32;

/// Where the tables' descriptions begin.
const TABLES: i64 = 128;
/// Log2 of the size of a table's description.
const TABLE_SHIFT: i64 = 4;
/// Log2 of the size of a page.
const PAGE_SHIFT: i64 = 16;

/// The memory and its allocator.
#[derive(Clone, Copy)]
pub(super) struct Heap {
    pub(super) memory: Memory,
    alloc: FuncIndex,
    free: FuncIndex,
}

/// The log2 of the size of a block; small ones are constants, those of tables are computed.
pub(super) const SMALLEST_BLOCK: i64 = 4;

impl Heap {
    /// Adds memory and allocator for `tables` tables.
    pub(super) fn add(module: &mut ModuleBuilder, traps: &Traps, tables: u32) -> Heap {
        let start = TABLES as u32 + (tables << TABLE_SHIFT);
        let memory = module.memory(names::HANDLES, start);
        let top = module.global("top", I32, start as i32, false);
        let alloc = add_alloc(module, traps, memory, top);
        let free = module.function("free", [I32; 2], &[], |c, [block, log2]| {
            // (block).next = list(log2); list(log2) = block
            c.store(Bits::B32, memory, block, 0, memory.load32(log2 << 2, 0));
            c.store(Bits::B32, memory, log2 << 2, 0, block);
        });
        Heap { memory, alloc, free }
    }

    /// Address of the description of a table whose number is known at run time.
    pub(super) fn table(&self, table: impl Operand) -> Expr {
        (table.expr(I32) << TABLE_SHIFT) + TABLES
    }

    /// Address of the description of a certain table.
    pub(super) fn address(table: TableId) -> Expr {
        i32(TABLES + ((table.index() as i64) << TABLE_SHIFT))
    }

    /// A block of `2^log2` bytes with any contents.
    pub(super) fn alloc(&self, log2: Expr) -> Expr {
        Expr::call(self.alloc, [log2], I32)
    }

    /// Calls that give a block back.
    pub(super) fn free(&self, code: &mut Code, block: Expr, log2: Expr) {
        code.call(self.free, [block, log2]);
    }
}

/// `(log2) -> block`
fn add_alloc(module: &mut ModuleBuilder, traps: &Traps, memory: Memory, top: GlobalIndex) -> FuncIndex {
    module.function("alloc", [I32], &[I32], |c, [log2]| {
        let block = c.variable(memory.load32(log2 << 2, 0));
        c.if_(block.get(), |c| {
            c.store(Bits::B32, memory, log2 << 2, 0, memory.load32(block, 0));
            c.ret([block.get()]);
        });
        c.set(block, Expr::global(top.0, I32));
        let end = c.variable(block + (i32(1) << log2));
        // Addresses must not wrap; nor does this allocate the very last bytes of 4 GiB.
        c.if_(end.le(block), |c| traps.trap(c, Trap::OutOfMemory, i32(0), i32(0)));
        let pages = c.variable(((end - 1) >> PAGE_SHIFT) + 1);
        c.if_(pages.gt(memory.pages()), |c| {
            c.if_(memory.grow(pages - memory.pages()).eq(-1), |c| {
                traps.trap(c, Trap::OutOfMemory, i32(0), i32(0));
            });
        });
        c.set_global(top.0, end.get());
        c.push(block.get());
    })
}
