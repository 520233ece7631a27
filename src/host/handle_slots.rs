//! The host's own handle table: resources whose handles the host holds as [`ResourceAny`](super::ResourceAny).
//!
//! Slots carry a generation, so that a `ResourceAny` that outlived its resource is an error and never another
//! resource. Spec: `CanonicalABI.md`, "Resource State"; the host plays the part of one more component instance.

use super::resource::ResourceType;
use anyhow::{Context as _, Result, bail, ensure};

/// A slot as a `ResourceAny` remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SlotId {
    index: u32,
    generation: u32,
}

/// A resource that the host holds.
#[derive(Clone, Debug)]
pub(crate) struct HeldResource {
    pub(crate) ty: ResourceType,
    /// What the resource's owner knows it by.
    pub(crate) rep: u64,
    /// Whether the host owns it; else it was lent to the host for the duration of a call.
    pub(crate) owned: bool,
    /// How many running calls it is lent to.
    pub(crate) lends: u32,
}

#[derive(Debug, Default)]
struct Slot {
    generation: u32,
    held: Option<HeldResource>,
}

/// All resources that the host holds.
#[derive(Debug, Default)]
pub(crate) struct HandleSlots {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl HandleSlots {
    /// Adds a resource; an error where the host holds `cap` of them already.
    pub(crate) fn insert(&mut self, held: HeldResource, cap: u32) -> Result<SlotId> {
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                let index = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
                ensure!(
                    index < cap,
                    "the host holds {cap} resources, its limit (see `StoreLimits::handles`)"
                );
                self.slots.push(Slot::default());
                index
            }
        };
        let slot = &mut self.slots[index as usize];
        slot.held = Some(held);
        Ok(SlotId { index, generation: slot.generation })
    }

    /// The resource in a slot; an error where it is gone.
    pub(crate) fn get(&self, id: SlotId) -> Result<&HeldResource> {
        let slot = self.slots.get(id.index as usize).filter(|slot| slot.generation == id.generation);
        slot.and_then(|slot| slot.held.as_ref()).context(GONE)
    }

    fn get_mut(&mut self, id: SlotId) -> Result<&mut HeldResource> {
        let slot = self.slots.get_mut(id.index as usize).filter(|slot| slot.generation == id.generation);
        slot.and_then(|slot| slot.held.as_mut()).context(GONE)
    }

    /// Takes an owned resource out.
    pub(crate) fn take_own(&mut self, id: SlotId) -> Result<HeldResource> {
        let held = self.get(id)?;
        ensure!(held.owned, "cannot lift own resource from a borrow");
        ensure!(held.lends == 0, "cannot remove owned resource while borrowed");
        self.remove(id)
    }

    /// Takes a resource out, whatever it is.
    pub(crate) fn remove(&mut self, id: SlotId) -> Result<HeldResource> {
        self.get(id)?;
        let slot = &mut self.slots[id.index as usize];
        let Some(held) = slot.held.take() else { bail!(GONE) };
        // A slot whose generations are used up is never used again.
        if let Some(generation) = slot.generation.checked_add(1) {
            slot.generation = generation;
            self.free.push(id.index);
        }
        Ok(held)
    }

    /// Counts a call that the resource is lent to.
    pub(crate) fn lend(&mut self, id: SlotId) -> Result<()> {
        let held = self.get_mut(id)?;
        held.lends = held.lends.checked_add(1).context("a resource is lent to too many calls")?;
        Ok(())
    }

    /// A call that the resource was lent to is over.
    pub(crate) fn give_back(&mut self, id: SlotId) -> Result<()> {
        let held = self.get_mut(id)?;
        held.lends = held.lends.saturating_sub(1);
        Ok(())
    }
}

const GONE: &str =
    "the resource is gone: it was dropped, passed on as `own`, or borrowed for a call that is over";

#[cfg(test)]
mod tests {
    use super::{HandleSlots, HeldResource};
    use crate::host::ResourceType;

    fn held(rep: u64) -> HeldResource {
        HeldResource { ty: ResourceType::host::<u32>(), rep, owned: true, lends: 0 }
    }

    #[test]
    fn a_reused_slot_is_not_the_old_resource() {
        let mut slots = HandleSlots::default();
        let old = slots.insert(held(1), 10).unwrap();
        slots.take_own(old).unwrap();
        let new = slots.insert(held(2), 10).unwrap();
        assert!(slots.get(old).is_err());
        assert_eq!(slots.get(new).unwrap().rep, 2);
    }

    #[test]
    fn lent_resources_stay() {
        let mut slots = HandleSlots::default();
        let id = slots.insert(held(1), 10).unwrap();
        slots.lend(id).unwrap();
        assert!(slots.take_own(id).unwrap_err().to_string().contains("while borrowed"));
        slots.give_back(id).unwrap();
        slots.take_own(id).unwrap();
    }

    #[test]
    fn the_cap_holds() {
        let mut slots = HandleSlots::default();
        slots.insert(held(1), 1).unwrap();
        assert!(slots.insert(held(2), 1).is_err());
    }
}
