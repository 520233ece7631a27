//! Handles: `Table`, `ResourceHandle`, and lifting and lowering of own and borrow.
//!
//! A table belongs to an instance that one call at a time enters, so all its borrows are of that call.

use super::{Context, Fault, Resource, Value, trap_if};

/// Which instance it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Caller,
    Callee,
}

/// `ResourceHandle`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handle {
    pub(crate) resource: Resource,
    pub(crate) rep: u32,
    pub(crate) is_own: bool,
    num_lends: u32,
}

impl Handle {
    pub(crate) fn is_lent(&self) -> bool {
        self.num_lends > 0
    }
}

/// What a handle stands for.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Resource(Handle),
    /// A subtask, a waitable set, or an end of a stream or future.
    Other,
}

/// The handles of an instance, with what the calls that use them count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Entry `i` is handle `i + 1`.
    array: Vec<Option<Entry>>,
    /// Handles that were freed, the last one last.
    free: Vec<u32>,
    /// `Task.num_borrows` of the call into the instance.
    num_borrows: u32,
    /// `Subtask.lenders` of the call out of the instance.
    lenders: Vec<u32>,
}

impl Table {
    fn get(&mut self, i: u32) -> Result<&mut Handle, Fault> {
        let entry = (i as usize).checked_sub(1).and_then(|i| self.array.get_mut(i));
        match entry.and_then(Option::as_mut) {
            Some(Entry::Resource(h)) => Ok(h),
            Some(Entry::Other) => Err(Fault::WrongHandleType),
            None => Err(Fault::UnknownHandle),
        }
    }

    fn of_type(&mut self, i: u32, resource: Resource) -> Result<&mut Handle, Fault> {
        let h = self.get(i)?;
        trap_if(h.resource != resource, Fault::WrongHandleType)?;
        Ok(h)
    }

    /// A handle of something that is no resource.
    pub(crate) fn add_other(&mut self) -> u32 {
        self.add(Entry::Other)
    }

    pub(crate) fn remove(&mut self, i: u32) {
        self.array[i as usize - 1] = None;
        self.free.push(i);
    }

    pub(crate) fn add_own(&mut self, resource: Resource, rep: u32) -> u32 {
        self.add(Entry::Resource(Handle { resource, rep, is_own: true, num_lends: 0 }))
    }

    pub(crate) fn add_borrow(&mut self, resource: Resource, rep: u32) -> u32 {
        self.num_borrows += 1;
        self.add(Entry::Resource(Handle { resource, rep, is_own: false, num_lends: 0 }))
    }

    fn add(&mut self, entry: Entry) -> u32 {
        match self.free.pop() {
            Some(i) => {
                self.array[i as usize - 1] = Some(entry);
                i
            }
            None => {
                self.array.push(Some(entry));
                self.array.len() as u32
            }
        }
    }

    fn lift_own(&mut self, i: u32, resource: Resource) -> Result<u32, Fault> {
        let h = *self.of_type(i, resource)?;
        trap_if(h.num_lends != 0, Fault::HandleLent)?;
        trap_if(!h.is_own, Fault::OwnFromBorrow)?;
        self.remove(i);
        Ok(h.rep)
    }

    fn lift_borrow(&mut self, i: u32, resource: Resource) -> Result<u32, Fault> {
        let h = self.of_type(i, resource)?;
        h.num_lends += 1;
        let rep = h.rep;
        self.lenders.push(i);
        Ok(rep)
    }

    /// `canon resource.drop`, of a handle for which it does not trap.
    pub(crate) fn drop(&mut self, i: u32) -> Handle {
        let h = *self.get(i).expect("tests drop handles that exist");
        assert_eq!(h.num_lends, 0, "tests drop no handle that is lent");
        self.num_borrows -= u32::from(!h.is_own);
        self.remove(i);
        h
    }

    /// Whether a call into the instance may end: `Task.return_`.
    pub(crate) fn check_no_borrows(&self) -> Result<(), Fault> {
        trap_if(self.num_borrows > 0, Fault::BorrowsRemain)
    }

    /// Ends a call out of the instance: `Subtask.deliver_resolve`.
    pub(crate) fn end_lends(&mut self) {
        for i in std::mem::take(&mut self.lenders) {
            self.get(i).expect("what is lent cannot be dropped").num_lends -= 1;
        }
    }

    /// All handles of resources with their indices.
    pub(crate) fn live(&self) -> Vec<(u32, Handle)> {
        let resource = |(entry, i): (&Option<Entry>, u32)| match *entry {
            Some(Entry::Resource(h)) => Some((i, h)),
            Some(Entry::Other) | None => None,
        };
        self.array.iter().zip(1..).filter_map(resource).collect()
    }

    /// How many handles can be added before the table grows.
    pub(crate) fn holes(&self) -> usize {
        self.free.len()
    }
}

impl Context {
    /// Whether a resource is defined by this instance.
    pub(crate) fn defines(&self, resource: Resource) -> bool {
        (self.role, resource) == (Role::Callee, Resource::C)
    }

    pub(super) fn lift_own(&mut self, i: u64, resource: Resource) -> Value {
        self.table.lift_own(i as u32, resource).map_or_else(Value::Trap, Value::Rep)
    }

    pub(super) fn lift_borrow(&mut self, i: u64, resource: Resource) -> Value {
        self.table.lift_borrow(i as u32, resource).map_or_else(Value::Trap, Value::Rep)
    }

    pub(super) fn lower_own(&mut self, rep: u32, resource: Resource) -> u32 {
        self.table.add_own(resource, rep)
    }

    pub(super) fn lower_borrow(&mut self, rep: u32, resource: Resource) -> u32 {
        match self.defines(resource) {
            true => rep,
            false => self.table.add_borrow(resource, rep),
        }
    }
}
