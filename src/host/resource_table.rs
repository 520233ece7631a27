//! A table of host values by number, for the reps of [`Resource`].

use super::resource::Resource;
use anyhow::{Context as _, Result, ensure};
use std::any::Any;
use std::fmt;

/// Holds host values and gives them numbers, so that a [`Resource<T>`] can stand for a `T`.
///
/// ```
/// # fn main() -> corefuse::host::Result<()> {
/// use corefuse::host::ResourceTable;
/// let mut table = ResourceTable::new();
/// let resource = table.push(String::from("hello"))?;
/// assert_eq!(table.get(&resource)?, "hello");
/// assert_eq!(table.delete(resource)?, "hello");
/// # Ok(())
/// # }
/// ```
pub struct ResourceTable {
    entries: Vec<Option<Box<dyn Any + Send>>>,
    free: Vec<u32>,
    cap: u32,
}

impl Default for ResourceTable {
    fn default() -> Self {
        ResourceTable { entries: Vec::new(), free: Vec::new(), cap: 1_000_000 }
    }
}

impl ResourceTable {
    /// An empty table for up to a million values.
    pub fn new() -> ResourceTable {
        ResourceTable::default()
    }

    /// Caps how many values the table holds.
    pub fn set_max_capacity(&mut self, cap: u32) {
        self.cap = cap;
    }

    /// Adds a value.
    ///
    /// # Errors
    /// Where the table is full.
    pub fn push<T: Send + 'static>(&mut self, value: T) -> Result<Resource<T>> {
        let rep = match self.free.pop() {
            Some(rep) => rep,
            None => {
                ensure!(self.entries.len() < self.cap as usize, "the table of host resources is full");
                self.entries.push(None);
                self.entries.len() as u32 - 1
            }
        };
        self.entries[rep as usize] = Some(Box::new(value));
        Ok(Resource::new_own(rep))
    }

    /// The value that a resource stands for.
    ///
    /// # Errors
    /// Where there is none, or it is of another type.
    pub fn get<T: 'static>(&self, resource: &Resource<T>) -> Result<&T> {
        let entry = self.entries.get(resource.rep() as usize).and_then(|entry| entry.as_ref());
        entry.and_then(|entry| entry.downcast_ref()).context(MISSING)
    }

    /// The value that a resource stands for.
    ///
    /// # Errors
    /// Where there is none, or it is of another type.
    pub fn get_mut<T: 'static>(&mut self, resource: &Resource<T>) -> Result<&mut T> {
        let entry = self.entries.get_mut(resource.rep() as usize).and_then(|entry| entry.as_mut());
        entry.and_then(|entry| entry.downcast_mut()).context(MISSING)
    }

    /// Takes a value out.
    ///
    /// # Errors
    /// Where there is none, or it is of another type.
    pub fn delete<T: 'static>(&mut self, resource: Resource<T>) -> Result<T> {
        self.get(&resource)?;
        let entry = self.entries[resource.rep() as usize].take().context(MISSING)?;
        self.free.push(resource.rep());
        match entry.downcast() {
            Ok(value) => Ok(*value),
            Err(_) => unreachable!("the type was just checked"),
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

const MISSING: &str = "the table of host resources has no such value";

impl fmt::Debug for ResourceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceTable").field("len", &self.len()).finish()
    }
}
