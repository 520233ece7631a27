//! Scopes: what the Canonical ABI remembers of a call because of borrows.
//!
//! A scope is two words: how many borrow handles made for the call exist, and the list of handles lent to it. It is
//! a block of its own, not part of a stack, because asynchronous calls end in any order. A lent handle is one more
//! block `{ next, table, handle }`: the same handle can be lent several times, and tables move when they grow.

use super::memory::SMALLEST_BLOCK;
use super::tables::Tables;
use crate::abi::Trap;
use crate::fact::code::{Bits, Code, Expr, Local, i32};
use wasm_encoder::ValType::I32;

/// Words of a scope.
mod scope {
    pub(super) const BORROWS: u64 = 0;
    pub(super) const LENT: u64 = 4;
}

/// Words of a lent handle.
mod lent {
    pub(super) const NEXT: u64 = 0;
    pub(super) const TABLE: u64 = 4;
    pub(super) const HANDLE: u64 = 8;
}

impl Tables {
    fn store_word(&self, c: &mut Code, at: Expr, word: u64, value: Expr) {
        c.store(Bits::B32, self.layout.heap.memory, at, word, value);
    }

    fn word(&self, at: Local, word: u64) -> Expr {
        self.layout.heap.memory.load32(at, word)
    }

    /// A new scope is left on the stack.
    pub(super) fn enter_scope(&self, c: &mut Code) {
        let scope = c.variable(self.layout.heap.alloc(i32(SMALLEST_BLOCK)));
        self.store_word(c, scope.get(), scope::BORROWS, i32(0));
        self.store_word(c, scope.get(), scope::LENT, i32(0));
        c.push(scope.get());
    }

    /// Notes that `handle` is lent until `scope` is left. The handle's own count is not changed here.
    pub(super) fn note_lend(&self, c: &mut Code, scope: Local, table: Local, handle: Local) {
        let lent = c.variable(self.layout.heap.alloc(i32(SMALLEST_BLOCK)));
        self.store_word(c, lent.get(), lent::NEXT, self.word(scope, scope::LENT));
        self.store_word(c, lent.get(), lent::TABLE, table.get());
        self.store_word(c, lent.get(), lent::HANDLE, handle.get());
        self.store_word(c, scope.get(), scope::LENT, lent.get());
    }

    /// One more borrow exists that was made for `scope`.
    pub(super) fn count_borrow(&self, c: &mut Code, scope: Local) {
        self.store_word(c, scope.get(), scope::BORROWS, self.word(scope, scope::BORROWS) + 1);
    }

    /// A borrow that was made for `scope` was dropped.
    pub(super) fn uncount_borrow(&self, c: &mut Code, scope: Local) {
        self.store_word(c, scope.get(), scope::BORROWS, self.word(scope, scope::BORROWS) - 1);
    }

    /// Ends a call: traps if borrows remain, else returns what was lent to it.
    pub(super) fn leave_scope(&self, c: &mut Code, scope: Local, site: Local) {
        c.if_(self.word(scope, scope::BORROWS), |c| {
            self.traps.trap(c, Trap::BorrowsRemain, i32(0), site.get());
        });
        let heap = &self.layout.heap;
        let (table, handle, next) = (c.local(I32), c.local(I32), c.local(I32));
        let lent = c.variable(self.word(scope, scope::LENT));
        c.while_(lent.get(), |c| {
            c.set(table, heap.table(self.word(lent, lent::TABLE)));
            c.set(handle, self.word(lent, lent::HANDLE));
            self.layout.unlend(c, table, handle);
            c.set(next, self.word(lent, lent::NEXT));
            heap.free(c, lent.get(), i32(SMALLEST_BLOCK));
            c.set(lent, next);
        });
        heap.free(c, scope.get(), i32(SMALLEST_BLOCK));
    }
}
