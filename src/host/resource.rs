//! Resources as Rust values.
//!
//! [`Resource<T>`] is a resource that the host implements: a number (the rep) that the host chose, usually an
//! index into a [`ResourceTable`](super::ResourceTable). [`ResourceAny`] is any resource, also one that a guest
//! implements; it names a slot of the store, since the host must keep track of what it owes the guest.

use super::call_context::{CallContext, Place};
use super::handle_slots::{HeldResource, SlotId};
use super::state::{RootId, StoreId};
use super::store::{AsContext, AsContextMut};
use super::typed::{ComponentType, Lift, Lower};
use super::types::Type;
use crate::abi::types::ResourceId;
use crate::abi::{TypeDef, TypeId};
use anyhow::{Result, bail, ensure};
use std::any::TypeId as RustType;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

/// Which resource type a resource has. Types are equal exactly if their resources may stand for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceType(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// The host implements it as `Resource<T>`.
    Host(RustType),
    /// The host implements it under a number.
    Dynamic(u32),
    /// An instantiated component implements it.
    Guest { store: StoreId, root: RootId, resource: ResourceId },
    /// A component that is not instantiated implements or imports it.
    Abstract { component: u64, resource: ResourceId },
}

impl ResourceType {
    /// The type of resources that the host implements as [`Resource<T>`]; `T` is only a marker.
    pub fn host<T: 'static>() -> ResourceType {
        ResourceType(Kind::Host(RustType::of::<T>()))
    }

    /// A type of resources that the host implements, known by a number instead of a Rust type.
    pub fn host_dynamic(number: u32) -> ResourceType {
        ResourceType(Kind::Dynamic(number))
    }

    pub(crate) fn guest(store: StoreId, root: RootId, resource: ResourceId) -> ResourceType {
        ResourceType(Kind::Guest { store, root, resource })
    }

    pub(crate) fn of_component(component: u64, resource: ResourceId) -> ResourceType {
        ResourceType(Kind::Abstract { component, resource })
    }

    /// The instance whose code implements it, with its number there.
    pub(crate) fn implementer(&self) -> Option<(RootId, ResourceId)> {
        match self.0 {
            Kind::Guest { root, resource, .. } => Some((root, resource)),
            Kind::Host(_) | Kind::Dynamic(_) | Kind::Abstract { .. } => None,
        }
    }
}

/// A resource that the host implements. `T` only tells types apart: it is what
/// [`LinkerInstance::resource`](super::LinkerInstance::resource) was given with [`ResourceType::host`].
///
/// An owned one is used up when it is passed to a guest as `own`.
pub struct Resource<T: 'static> {
    rep: u32,
    owned: bool,
    used_up: AtomicBool,
    marker: PhantomData<fn() -> T>,
}

impl<T: 'static> Resource<T> {
    /// A resource that can be passed as `own` or lent as `borrow`.
    pub fn new_own(rep: u32) -> Resource<T> {
        Resource { rep, owned: true, used_up: AtomicBool::new(false), marker: PhantomData }
    }

    /// A resource that can only be lent.
    pub fn new_borrow(rep: u32) -> Resource<T> {
        Resource { rep, owned: false, used_up: AtomicBool::new(false), marker: PhantomData }
    }

    /// The host's number for it.
    pub fn rep(&self) -> u32 {
        self.rep
    }

    /// Whether it can be passed as `own`.
    pub fn owned(&self) -> bool {
        self.owned
    }

    /// The same resource as a dynamic value.
    pub fn try_into_resource_any(self, mut store: impl AsContextMut) -> Result<ResourceAny> {
        self.spend_if_owned()?;
        let ty = ResourceType::host::<T>();
        ResourceAny::hold(store.as_context_mut().core_mut(), ty, u64::from(self.rep), self.owned)
    }

    /// The resource behind a dynamic value; an error where it is of another type.
    pub fn try_from_resource_any(any: ResourceAny, mut store: impl AsContextMut) -> Result<Resource<T>> {
        let mut store = store.as_context_mut();
        let slots = &mut store.core_mut().state_mut().handles;
        ensure!(any.ty == ResourceType::host::<T>(), "the resource is of another type");
        let held = match any.owned {
            true => slots.take_own(any.slot)?,
            false => slots.get(any.slot)?.clone(),
        };
        let rep = held.rep as u32;
        Ok(if held.owned { Resource::new_own(rep) } else { Resource::new_borrow(rep) })
    }

    fn spend_if_owned(&self) -> Result<()> {
        let spent = self.owned && self.used_up.swap(true, Ordering::Relaxed);
        ensure!(!spent, "the resource was passed on before and is used up");
        Ok(())
    }
}

impl<T: 'static> fmt::Debug for Resource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.owned { "own" } else { "borrow" };
        f.debug_struct("Resource").field("rep", &self.rep).field("kind", &kind).finish()
    }
}

impl<T: 'static> ComponentType for Resource<T> {
    fn typecheck(ty: &Type) -> Result<()> {
        match ty {
            Type::Own(resource) | Type::Borrow(resource) if *resource == ResourceType::host::<T>() => Ok(()),
            Type::Own(_) | Type::Borrow(_) => bail!("expected another resource type than the host's"),
            other => bail!("expected `{}`, found a host resource", other.desc()),
        }
    }
}

impl<T: 'static> Lower for Resource<T> {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        match cx.def(ty) {
            TypeDef::Own(resource) => {
                ensure!(self.owned, "cannot lift own resource from a borrow");
                self.spend_if_owned()?;
                cx.lower_own(*resource, u64::from(self.rep), at)
            }
            TypeDef::Borrow(resource) => {
                ensure!(!self.used_up.load(Ordering::Relaxed), "the resource is used up");
                cx.lower_borrow(*resource, u64::from(self.rep), at)
            }
            _ => bail!("a host resource cannot be lowered to this type"),
        }
    }
}

impl<T: 'static> Lift for Resource<T> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        match cx.def(ty) {
            TypeDef::Own(resource) => Ok(Resource::new_own(cx.lift_own(*resource, at)? as u32)),
            TypeDef::Borrow(resource) => Ok(Resource::new_borrow(cx.lift_borrow(*resource, at)? as u32)),
            _ => bail!("a host resource cannot be lifted from this type"),
        }
    }
}

/// Any resource that the host holds: its own, or one that a component implements.
///
/// It is a number for a slot of the store, so copies are the same resource. Resources that the host owns stay
/// until they are passed on as `own` or dropped with [`resource_drop`](ResourceAny::resource_drop); borrowed
/// ones go when the call that brought them ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceAny {
    slot: SlotId,
    ty: ResourceType,
    owned: bool,
}

impl ResourceAny {
    /// Makes a resource of a host type out of the host's number for it.
    pub fn new_host(mut store: impl AsContextMut, ty: ResourceType, rep: u32) -> Result<ResourceAny> {
        ensure!(matches!(ty.0, Kind::Host(_) | Kind::Dynamic(_)), "the host does not implement this type");
        ResourceAny::hold(store.as_context_mut().core_mut(), ty, u64::from(rep), true)
    }

    /// The host's number for a resource that it implements; none where a component implements it.
    pub fn host_rep(&self, store: impl AsContext) -> Result<Option<u32>> {
        let held = store.as_context().state().handles.get(self.slot)?;
        Ok(matches!(self.ty.0, Kind::Host(_) | Kind::Dynamic(_)).then_some(held.rep as u32))
    }

    /// Its type.
    pub fn ty(&self) -> ResourceType {
        self.ty
    }

    /// Whether the host owns it.
    pub fn owned(&self) -> bool {
        self.owned
    }

    /// Lets go of it: runs the destructor if the host owns it and a component implements it. A resource that
    /// the host implements only leaves its slot.
    ///
    /// # Errors
    /// Where it is gone already or lent to a running call, or where the destructor traps.
    pub fn resource_drop(self, mut store: impl AsContextMut) -> Result<()> {
        let mut store = store.as_context_mut();
        let core = store.core_mut();
        if !self.owned {
            core.state().handles.get(self.slot)?;
            return Ok(());
        }
        let held = core.state_mut().handles.take_own(self.slot)?;
        match held.ty.implementer() {
            Some((root, resource)) => super::call::run_destructor(core, root, resource, held.rep),
            None => Ok(()),
        }
    }

    pub(crate) fn hold(
        core: &mut super::engine::Context<'_>,
        ty: ResourceType,
        rep: u64,
        owned: bool,
    ) -> Result<ResourceAny> {
        let state = core.state_mut();
        let cap = state.usage.limits.handle_cap();
        let slot = state.handles.insert(HeldResource { ty, rep, owned, lends: 0 }, cap)?;
        Ok(ResourceAny { slot, ty, owned })
    }
}

impl ComponentType for ResourceAny {
    fn typecheck(ty: &Type) -> Result<()> {
        match ty {
            Type::Own(_) | Type::Borrow(_) => Ok(()),
            other => bail!("expected `{}`, found a resource", other.desc()),
        }
    }
}

impl Lower for ResourceAny {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        let (TypeDef::Own(resource) | TypeDef::Borrow(resource)) = *cx.def(ty) else {
            bail!("a resource cannot be lowered to this type")
        };
        ensure!(*cx.resource_type(resource)? == self.ty, "the resource is of another type than expected");
        if let TypeDef::Own(_) = cx.def(ty) {
            let held = cx.core.state_mut().handles.take_own(self.slot)?;
            return cx.lower_own(resource, held.rep, at);
        }
        let slots = &mut cx.core.state_mut().handles;
        slots.lend(self.slot)?;
        let rep = slots.get(self.slot)?.rep;
        cx.loans.lent.push(self.slot);
        cx.lower_borrow(resource, rep, at)
    }
}

impl Lift for ResourceAny {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        let (rep, resource, owned) = match *cx.def(ty) {
            TypeDef::Own(resource) => (cx.lift_own(resource, at)?, resource, true),
            TypeDef::Borrow(resource) => (cx.lift_borrow(resource, at)?, resource, false),
            _ => bail!("a resource cannot be lifted from this type"),
        };
        let ty = *cx.resource_type(resource)?;
        let any = ResourceAny::hold(&mut cx.core, ty, rep, owned)?;
        if !owned {
            cx.loans.borrowed.push(any.slot);
        }
        Ok(any)
    }
}
