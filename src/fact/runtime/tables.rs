//! Handle tables: one for each component instance that needs one, one index space for all kinds of handles.
//!
//! Numbering is normative: from 1, and the index freed last is used first (`Table` in the specification). A table's
//! entries are one block, twice as large each time it is full, so that an index becomes an address by a shift and
//! an addition; nothing keeps an address across a call that could add a handle.
//!
//! A table is `{ base, last, capacity, free }`: address of entry 0 (which does not exist: the block starts with
//! entry 1), largest index ever used, how many entries there is room for, head of the list of free entries.
//!
//! An entry is `{ tag, rep, scope, lends }`, four words, or eight where some rep has 64 bits, which is then at the
//! fifth. A free entry has tag 0 and the next free index for its rep. A tag is a kind in the upper four bits and,
//! for a resource, which one in the others, so that one comparison checks that a handle exists, is a resource and
//! is the right one. Subtasks, streams, waitable sets and other things of the host share one more tag and have the
//! host's number for their rep: which kind they are, it knows. `scope` is 0 for an own, else the call that the borrow was made for; `lends` counts calls that the handle is lent to.

use super::memory::Heap;
use super::module::ModuleBuilder;
use super::trap::Traps;
use crate::abi::Trap;
use crate::fact::code::{Bits, Code, Expr, FuncIndex, Local, Memory, Operand, i32};
use wasm_encoder::ValType::{self, I32, I64};

/// Words of a table.
pub(super) mod table {
    pub(in crate::fact::runtime) const BASE: u64 = 0;
    pub(in crate::fact::runtime) const LAST: u64 = 4;
    pub(super) const CAPACITY: u64 = 8;
    pub(super) const FREE: u64 = 12;
}

/// Words of an entry.
pub(super) mod entry {
    pub(in crate::fact::runtime) const TAG: u64 = 0;
    pub(super) const NEXT_FREE: u64 = 4;
    pub(super) const SCOPE: u64 = 8;
    pub(super) const LENDS: u64 = 12;
}

/// The kind of handle that is a resource, in the place of a tag's kind.
pub(super) const RESOURCE: i64 = 1 << 28;
/// The tag of handles of the host's things.
pub(super) const ASYNC: i64 = 2 << 28;
/// Largest index of a handle (`Table.MAX_LENGTH` in the specification).
pub(super) const MAX_HANDLES: u32 = (1 << 28) - 1;
/// Log2 of how many entries a table's first block has.
const FIRST_CAPACITY_LOG2: i64 = 4;

/// How entries are laid out.
#[derive(Clone, Copy)]
pub(super) struct Entries {
    /// Log2 of the size of an entry.
    shift: i64,
    /// Where the rep is in an entry.
    rep_offset: u64,
    /// How a rep is kept; also the type in which functions of this module pass it to each other.
    rep: ValType,
}

/// Where tables are and how their entries are laid out.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) heap: Heap,
    entries: Entries,
}

impl Entries {
    /// The layout of a module where some rep has 64 bits or none has.
    pub(super) fn new(has_wide_reps: bool) -> Entries {
        match has_wide_reps {
            true => Entries { shift: 5, rep_offset: 16, rep: I64 },
            false => Entries { shift: 4, rep_offset: 4, rep: I32 },
        }
    }

    /// Address of an entry of the table described at `table`.
    pub(super) fn address(&self, memory: Memory, table: Local, handle: Local) -> Expr {
        memory.load32(table, table::BASE) + (handle << self.shift)
    }

    /// The rep of the entry at `entry`.
    pub(super) fn rep(&self, memory: Memory, entry: Local) -> Expr {
        match self.rep {
            I64 => memory.load64(entry, self.rep_offset),
            _ => memory.load32(entry, self.rep_offset),
        }
    }
}

impl Layout {
    /// The layout of a module where some rep has 64 bits or none has.
    pub(super) fn new(heap: Heap, has_wide_reps: bool) -> Layout {
        Layout { heap, entries: Entries::new(has_wide_reps) }
    }

    fn load(&self, at: Local, word: u64) -> Expr {
        self.heap.memory.load32(at, word)
    }

    fn store(&self, c: &mut Code, at: Local, word: u64, value: impl Operand) {
        c.store(Bits::B32, self.heap.memory, at, word, value);
    }

    /// Address of an entry of the table described at `table`.
    fn entry(&self, table: Local, handle: Local) -> Expr {
        self.entries.address(self.heap.memory, table, handle)
    }

    fn rep(&self, entry: Local) -> Expr {
        self.entries.rep(self.heap.memory, entry)
    }

    fn store_rep(&self, c: &mut Code, entry: Local, rep: Local) {
        let bits = if self.entries.rep == I64 { Bits::B64 } else { Bits::B32 };
        c.store(bits, self.heap.memory, entry, self.entries.rep_offset, rep);
    }

    /// Changes the number of lends of a handle, whose table is described at `table`.
    pub(super) fn unlend(&self, c: &mut Code, table: Local, handle: Local) {
        let entry = c.variable(self.entry(table, handle));
        self.store(c, entry, entry::LENDS, self.load(entry, entry::LENDS) - 1);
    }
}

/// The functions on tables that the module's other functions are made of.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) layout: Layout,
    pub(super) traps: Traps,
    insert: FuncIndex,
    reject: FuncIndex,
}

/// An entry that was looked up, with what is needed to remove it.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// Address of the table's description.
    table: Local,
    handle: Local,
    /// Address of the entry.
    entry: Local,
}

impl Tables {
    /// Adds the functions. `max_handles` is [`MAX_HANDLES`] but in tests.
    pub(super) fn add(module: &mut ModuleBuilder, layout: Layout, traps: Traps, max_handles: u32) -> Tables {
        let grow = add_grow(module, &layout, &traps, max_handles);
        let insert = add_insert(module, &layout, grow);
        let reject = add_reject(module, &traps);
        Tables { layout, traps, insert, reject }
    }

    /// Adds a handle of `resource`, an own if `scope` is 0; the value is its index.
    pub(super) fn insert(&self, table: Expr, resource: Expr, rep: Expr, scope: Expr) -> Expr {
        Expr::call(self.insert, [table, resource + RESOURCE, rep.to(self.layout.entries.rep), scope], I32)
    }

    /// Adds a handle of one of the host's things; the value is its index.
    pub(super) fn insert_async(&self, table: Expr, slot: Expr) -> Expr {
        Expr::call(self.insert, [table, i32(ASYNC), slot.to(self.layout.entries.rep), i32(0)], I32)
    }

    /// Looks up a handle of any kind, or traps. The value is its tag.
    pub(super) fn find_any(&self, c: &mut Code, table: Expr, handle: Local) -> (Found, Expr) {
        let layout = &self.layout;
        let (tag, entry) = (c.local(I32), c.local(I32));
        let table = c.variable(table);
        c.block(|c, found| {
            c.if_((handle - 1).lt(layout.load(table, table::LAST)), |c| {
                c.set(entry, layout.entry(table, handle));
                c.br_if(found, layout.load(entry, entry::TAG).tee(tag));
            });
            self.traps.trap(c, Trap::UnknownHandle, handle.get(), i32(0));
        });
        (Found { table, handle, entry }, tag.get())
    }

    /// Looks up a handle that must be one of `resource`, or traps.
    ///
    /// This is emitted in line: it is what a call that passes a borrow consists of.
    pub(super) fn find(&self, c: &mut Code, table: Expr, resource: Expr, handle: Local, site: Expr) -> Found {
        let layout = &self.layout;
        let (tag, entry) = (c.local(I32), c.local(I32));
        let table = c.variable(table);
        c.block(|c, found| {
            // Handle 0 is beyond the last one too.
            c.if_((handle - 1).lt(layout.load(table, table::LAST)), |c| {
                c.set(entry, layout.entry(table, handle));
                let is_right = layout.load(entry, entry::TAG).tee(tag).eq(resource + RESOURCE);
                c.br_if(found, is_right);
            });
            c.call(self.reject, [tag.get(), handle.get(), site]);
            c.unreachable();
        });
        Found { table, handle, entry }
    }

    /// The rep of an entry.
    pub(super) fn rep(&self, found: Found) -> Expr {
        self.layout.rep(found.entry)
    }

    /// The scope that a borrow was made for, 0 for an own.
    pub(super) fn scope(&self, found: Found) -> Expr {
        self.layout.load(found.entry, entry::SCOPE)
    }

    /// Counts one more call that a handle is lent to.
    pub(super) fn count_lend(&self, c: &mut Code, found: Found) {
        let lends = self.layout.load(found.entry, entry::LENDS) + 1;
        self.layout.store(c, found.entry, entry::LENDS, lends);
    }

    /// Traps if a handle is lent to a call that still runs.
    pub(super) fn check_not_lent(&self, c: &mut Code, found: Found, site: Expr) {
        c.if_(self.layout.load(found.entry, entry::LENDS), |c| {
            self.traps.trap(c, Trap::HandleLent, found.handle.get(), site);
        });
    }

    /// Frees an entry. Its words stay readable until another handle is added.
    pub(super) fn remove(&self, c: &mut Code, found: Found) {
        let Found { table, handle, entry } = found;
        self.layout.store(c, entry, entry::TAG, 0);
        self.layout.store(c, entry, entry::NEXT_FREE, self.layout.load(table, table::FREE));
        self.layout.store(c, table, table::FREE, handle);
    }

    /// How many handles a table holds.
    pub(super) fn count(&self, c: &mut Code, table: Expr) {
        let layout = &self.layout;
        let table = c.variable(table);
        let count = c.variable(layout.load(table, table::LAST));
        let free = c.variable(layout.load(table, table::FREE));
        c.while_(free.get(), |c| {
            c.set(count, count - 1);
            c.set(free, layout.heap.memory.load32(layout.entry(table, free), entry::NEXT_FREE));
        });
        c.push(count.get());
    }
}

/// `(table)`: makes room for more entries in the table described there.
fn add_grow(module: &mut ModuleBuilder, layout: &Layout, traps: &Traps, max_handles: u32) -> FuncIndex {
    let (heap, shift) = (layout.heap, layout.entries.shift);
    module.function("grow", [I32], &[], |c, [table]| {
        let capacity = c.variable(layout.load(table, table::CAPACITY));
        c.if_(capacity.eq(i64::from(max_handles)), |c| traps.trap(c, Trap::TableFull, i32(0), i32(0)));
        // log2 of the sizes of the former and the new block; there is no former one at first
        let former = c.variable(capacity.get().ctz() + shift);
        let log2 = c.variable((former + 1).select(i32(FIRST_CAPACITY_LOG2 + shift), capacity.get()));
        c.if_(log2.gt(31), |c| traps.trap(c, Trap::OutOfMemory, i32(0), i32(0)));
        let block = c.variable(heap.alloc(log2.get()));
        c.if_(capacity.get(), |c| {
            let source = c.variable(layout.load(table, table::BASE) + (1 << shift));
            let bytes = c.variable(capacity << shift);
            c.copy((heap.memory, block), (heap.memory, source), bytes);
            heap.free(c, source.get(), former.get());
        });
        layout.store(c, table, table::BASE, block - (1 << shift));
        c.set(capacity, i32(1) << (log2 - shift));
        let max = i64::from(max_handles);
        layout.store(c, table, table::CAPACITY, capacity.get().select(max, capacity.lt(max)));
    })
}

/// `(table, tag, rep, scope) -> handle`
fn add_insert(module: &mut ModuleBuilder, layout: &Layout, grow: FuncIndex) -> FuncIndex {
    module.function("insert", [I32, I32, layout.entries.rep, I32], &[I32], |c, [table, tag, rep, scope]| {
        c.set(table, layout.heap.table(table));
        let handle = c.variable(layout.load(table, table::FREE));
        let entry = c.local(I32);
        c.if_else(
            handle.get(),
            |c| {
                c.set(entry, layout.entry(table, handle));
                layout.store(c, table, table::FREE, layout.load(entry, entry::NEXT_FREE));
            },
            |c| {
                c.set(handle, layout.load(table, table::LAST) + 1);
                c.if_(handle.gt(layout.load(table, table::CAPACITY)), |c| c.call(grow, [table.get()]));
                layout.store(c, table, table::LAST, handle);
                c.set(entry, layout.entry(table, handle));
            },
        );
        layout.store(c, entry, entry::TAG, tag);
        layout.store_rep(c, entry, rep);
        layout.store(c, entry, entry::SCOPE, scope);
        layout.store(c, entry, entry::LENDS, 0);
        c.push(handle.get());
    })
}

/// `(tag, handle, site)`: traps because a handle whose entry has this tag is not what it should be.
fn add_reject(module: &mut ModuleBuilder, traps: &Traps) -> FuncIndex {
    module.function("reject", [I32; 3], &[], |c, [tag, handle, site]| {
        let code = |trap: Trap| i32(trap.code().into());
        let reason = code(Trap::WrongHandleType).select(code(Trap::UnknownHandle), tag.get());
        traps.trap_computed(c, reason, handle.get(), site.get());
    })
}
