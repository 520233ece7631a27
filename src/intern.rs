//! Interning: equal values get equal ids.
//!
//! Only values without side effects may be interned (types, canonical options, where a core item comes from).
//! Effects such as instantiations go into an [`IdVec`](crate::id::IdVec), which never merges.

use crate::id::Id;
use indexmap::IndexSet;
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Index;

/// An ordered set of values with typed ids; the order is that of first interning, so it is deterministic.
#[derive(Clone, Debug)]
pub struct Interner<I, T> {
    items: IndexSet<T>,
    id: PhantomData<I>,
}

impl<I: Id, T: Hash + Eq> Interner<I, T> {
    /// An empty interner.
    pub fn new() -> Self {
        Interner { items: IndexSet::new(), id: PhantomData }
    }

    /// The id of `item`, adding it if it is new.
    pub fn intern(&mut self, item: T) -> I {
        I::from_index(self.items.insert_full(item).0)
    }

    /// The id of `item` if it was interned before.
    pub fn find(&self, item: &T) -> Option<I> {
        self.items.get_index_of(item).map(I::from_index)
    }

    /// How many distinct items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing was interned.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Ids and items in order of first interning.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (I, &T)> + DoubleEndedIterator {
        self.items.iter().enumerate().map(|(i, item)| (I::from_index(i), item))
    }
}

impl<I: Id, T: Hash + Eq> Default for Interner<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Id, T> Index<I> for Interner<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}
