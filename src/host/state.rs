//! What a store holds besides core items: the embedder's data, instances, host-side handles, limits.

use super::handle_slots::HandleSlots;
use super::instance::RootInstance;
use crate::id::{IdVec, define_id};
use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

define_id! {
    /// An instantiated component of a store.
    pub(crate) struct RootId;
}

/// Which store something belongs to; unique in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StoreId(u64);

impl StoreId {
    fn fresh() -> StoreId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        StoreId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The part of a store that the engine carries for us. Not generic: the embedder's data is erased, so that
/// replay, lifting and lowering are compiled once.
pub(crate) struct State {
    pub(crate) id: StoreId,
    /// The `T` of `Store<T>`.
    pub(crate) data: Box<dyn Any + Send>,
    /// How much of the limits is used.
    pub(crate) usage: Usage,
    /// Everything instantiated so far; nothing is removed before the store is dropped.
    pub(crate) instances: IdVec<RootId, RootInstance>,
    /// Resources that the host holds.
    pub(crate) handles: HandleSlots,
}

impl State {
    pub(crate) fn new(data: Box<dyn Any + Send>) -> State {
        State {
            id: StoreId::fresh(),
            data,
            usage: Usage::default(),
            instances: IdVec::new(),
            handles: HandleSlots::default(),
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Caps on what the components of a store may use. By default 4 GiB of memory, 16 million elements of tables, 10,000
/// core instances, a million handles and 128 MiB for the values of one call.
///
/// ```
/// use corefuse::host::{Engine, Store, StoreLimits};
/// let mut store = Store::new(&Engine::default(), ());
/// store.set_limits(StoreLimits::default().memory_bytes(64 << 20).handles(10_000));
/// ```
#[derive(Clone, Debug)]
pub struct StoreLimits {
    memory_bytes: u64,
    table_elements: u64,
    core_instances: usize,
    handles: u32,
    transfer_bytes: u64,
}

impl Default for StoreLimits {
    fn default() -> Self {
        StoreLimits {
            memory_bytes: 4 << 30,
            table_elements: 16 << 20,
            core_instances: 10_000,
            handles: 1_000_000,
            transfer_bytes: 128 << 20,
        }
    }
}

impl StoreLimits {
    /// Largest size of all linear memories together, in bytes. That of the handle tables is one of them: 16 bytes a
    /// handle, or 32 where some resource has 64-bit reps, in blocks that double.
    #[must_use]
    pub fn memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Largest number of elements of all tables together.
    #[must_use]
    pub fn table_elements(mut self, elements: u64) -> Self {
        self.table_elements = elements;
        self
    }

    /// Largest number of core instances; memories and tables are limited to ten times as many.
    #[must_use]
    pub fn core_instances(mut self, instances: usize) -> Self {
        self.core_instances = instances;
        self
    }

    /// Largest number of resources that the host holds, and of handles in each component instance.
    ///
    /// The latter is checked whenever a call has crossed the host's boundary. Until then a guest may make as many as
    /// its handle table has room for, which [`memory_bytes`](StoreLimits::memory_bytes) bounds.
    #[must_use]
    pub fn handles(mut self, handles: u32) -> Self {
        self.handles = handles;
        self
    }

    /// Largest size, in bytes, of the host values made from the parameters or result of one call. A guest can
    /// let many lists overlap in its memory, so its memory does not bound this.
    #[must_use]
    pub fn transfer_bytes(mut self, bytes: u64) -> Self {
        self.transfer_bytes = bytes;
        self
    }

    pub(crate) fn handle_cap(&self) -> u32 {
        self.handles
    }

    pub(crate) fn transfer_cap(&self) -> u64 {
        self.transfer_bytes
    }
}

/// How much of the limits is used.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) limits: StoreLimits,
    memory_bytes: u64,
    table_elements: u64,
}

impl Usage {
    /// Accounts for a memory that grows from `current` to `desired` bytes; false where that is too much.
    pub(crate) fn grow_memory(&mut self, current: usize, desired: usize) -> bool {
        grow(&mut self.memory_bytes, self.limits.memory_bytes, current, desired)
    }

    /// Accounts for a table that grows from `current` to `desired` elements; false where that is too much.
    pub(crate) fn grow_table(&mut self, current: usize, desired: usize) -> bool {
        grow(&mut self.table_elements, self.limits.table_elements, current, desired)
    }

    /// Largest number of core instances.
    pub(crate) fn core_instances(&self) -> usize {
        self.limits.core_instances
    }
}

fn grow(used: &mut u64, cap: u64, current: usize, desired: usize) -> bool {
    let more = desired.saturating_sub(current) as u64;
    match used.checked_add(more) {
        Some(total) if total <= cap => {
            *used = total;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreLimits, Usage};

    #[test]
    fn memories_share_one_cap() {
        let mut usage = Usage { limits: StoreLimits::default().memory_bytes(100), ..Usage::default() };
        assert!(usage.grow_memory(0, 60));
        assert!(!usage.grow_memory(0, 60));
        assert!(usage.grow_memory(60, 100));
        assert!(!usage.grow_memory(0, 1));
    }
}
