//! Lists, lists of fixed length, and maps. Spec: `CanonicalABI.md`, "Loading" (`load_list`), "Storing"
//! (`store_list_into_range`).

use super::{ComponentType, Lift, Lower};
use crate::abi::{TypeDef, TypeId};
use crate::host::call_context::{CallContext, Place};
use crate::host::error::{ensure_or_trap, trap};
use crate::host::types::Type;
use anyhow::{Result, bail, ensure};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

impl CallContext<'_> {
    /// Takes memory for a list of `count` elements and writes where it is to `at`.
    pub(crate) fn begin_list(&mut self, element: Element, count: usize, at: Place) -> Result<u64> {
        let (size, align) = element.layout(self);
        let max = u64::from(self.boundary.max_list);
        let bytes = (count as u64).checked_mul(u64::from(size)).filter(|&bytes| bytes <= max);
        let Some(bytes) = bytes else {
            bail!("a list of {count} elements is too long: the limit is {max} bytes")
        };
        let pointer = self.allocate(align, bytes)?;
        self.put_pair(at, pointer, count as u64)?;
        Ok(pointer)
    }

    /// Reads where a list is and how many elements it has; `host_size` is what one takes on the host, in bytes.
    pub(crate) fn list_header(
        &mut self,
        element: Element,
        host_size: usize,
        at: Place,
    ) -> Result<(u64, usize)> {
        let (size, align) = element.layout(self);
        let (pointer, count) = self.get_pair(at)?;
        ensure_or_trap!(pointer.is_multiple_of(u64::from(align)), "list pointer is not aligned");
        let max = u64::from(self.boundary.max_list);
        let bytes = count.checked_mul(u64::from(size)).filter(|&bytes| bytes <= max);
        let Some(bytes) = bytes else {
            trap!("list pointer/length out of bounds of memory: lists have at most {max} bytes")
        };
        ensure_or_trap!(self.in_bounds(pointer, bytes)?, "list pointer/length out of bounds of memory");
        // At most 2^28-1, since elements have at least one byte.
        let count = count as usize;
        self.charge((count as u64).saturating_mul(host_size as u64))?;
        Ok((pointer, count))
    }

    /// The element type of a list; an error where `ty` is none.
    pub(crate) fn element(&self, ty: TypeId) -> Result<TypeId> {
        match self.def(ty) {
            TypeDef::List(element) | TypeDef::FixedList(element, _) => Ok(*element),
            _ => bail!("a list cannot be lifted or lowered as this type"),
        }
    }

    /// Key and value types of a map; an error where `ty` is none.
    pub(crate) fn pair(&self, ty: TypeId) -> Result<(TypeId, TypeId)> {
        match self.def(ty) {
            TypeDef::Map(key, value) => Ok((*key, *value)),
            _ => bail!("a map cannot be lifted or lowered as this type"),
        }
    }
}

/// What a list is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Element {
    /// Values of one type.
    Single(TypeId),
    /// Pairs of a map of this type.
    Pair(TypeId),
}

impl Element {
    /// Size and alignment in bytes.
    fn layout(self, cx: &CallContext<'_>) -> (u32, u32) {
        match self {
            Element::Single(ty) => (cx.size(ty), cx.types.align(ty, cx.width())),
            Element::Pair(map) => cx.types.pair_layout(map, cx.width()),
        }
    }
}

fn typecheck_list<T: ComponentType>(ty: &Type) -> Result<()> {
    match ty {
        Type::List(list) => T::typecheck(&list.ty()),
        other => bail!("expected `{}`, found `list`", other.desc()),
    }
}

fn lower_list<T: Lower>(items: &[T], cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
    let element = cx.element(ty)?;
    let pointer = cx.begin_list(Element::Single(element), items.len(), at)?;
    T::lower_elements(items, cx, element, pointer)
}

fn lift_list<T: Lift>(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Vec<T>> {
    let element = cx.element(ty)?;
    let (pointer, count) = cx.list_header(Element::Single(element), size_of::<T>(), at)?;
    T::lift_elements(cx, element, pointer, count)
}

macro_rules! lists {
    ($($list:ty)*) => {$(
        impl<T: ComponentType> ComponentType for $list {
            fn typecheck(ty: &Type) -> Result<()> {
                typecheck_list::<T>(ty)
            }
        }

        impl<T: Lower> Lower for $list {
            fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
                lower_list(self, cx, ty, at)
            }
        }
    )*};
}

lists! { [T] Vec<T> }

impl<T: Lift> Lift for Vec<T> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        lift_list(cx, ty, at)
    }
}

impl<T: Lift> Lift for Box<[T]> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        lift_list(cx, ty, at).map(Into::into)
    }
}

impl<T: Lift> Lift for Arc<[T]> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        lift_list(cx, ty, at).map(Into::into)
    }
}

impl<T: ComponentType, const N: usize> ComponentType for [T; N] {
    fn typecheck(ty: &Type) -> Result<()> {
        let Type::FixedLengthList(list) = ty else { bail!("expected `{}`, found `list<_, {N}>`", ty.desc()) };
        ensure!(list.len() as usize == N, "expected `list<_, {}>`, found `list<_, {N}>`", list.len());
        T::typecheck(&list.ty())
    }
}

impl<T: Lower, const N: usize> Lower for [T; N] {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        let element = cx.element(ty)?;
        for (index, item) in self.iter().enumerate() {
            let at = cx.element_place(element, index, at);
            item.lower(cx, element, at)?;
        }
        Ok(())
    }
}

impl<T: Lift, const N: usize> Lift for [T; N] {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        let element = cx.element(ty)?;
        let mut items = Vec::with_capacity(N);
        for index in 0..N {
            let at = cx.element_place(element, index, at);
            items.push(T::lift(cx, element, at)?);
        }
        match items.try_into() {
            Ok(array) => Ok(array),
            Err(_) => unreachable!("exactly N items were pushed"),
        }
    }
}

fn typecheck_map<K: ComponentType, V: ComponentType>(ty: &Type) -> Result<()> {
    let Type::Map(map) = ty else { bail!("expected `{}`, found `map`", ty.desc()) };
    K::typecheck(&map.key())?;
    V::typecheck(&map.value())
}

pub(crate) fn lower_map<'a, K: Lower + 'a, V: Lower + 'a>(
    entries: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    cx: &mut CallContext<'_>,
    ty: TypeId,
    at: Place,
) -> Result<()> {
    let (key_type, value_type) = cx.pair(ty)?;
    let mut pointer = cx.begin_list(Element::Pair(ty), entries.len(), at)?;
    let (size, _) = Element::Pair(ty).layout(cx);
    for (key, value) in entries {
        let places = cx.part_places(ty, &[key_type, value_type], Place::Memory(pointer));
        key.lower(cx, key_type, places[0])?;
        value.lower(cx, value_type, places[1])?;
        pointer += u64::from(size);
    }
    Ok(())
}

/// Reads the entries of a map in order; keys may repeat.
pub(crate) fn lift_map<K: Lift, V: Lift>(
    cx: &mut CallContext<'_>,
    ty: TypeId,
    at: Place,
) -> Result<Vec<(K, V)>> {
    let (key_type, value_type) = cx.pair(ty)?;
    let (mut pointer, count) = cx.list_header(Element::Pair(ty), size_of::<(K, V)>(), at)?;
    let (size, _) = Element::Pair(ty).layout(cx);
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let places = cx.part_places(ty, &[key_type, value_type], Place::Memory(pointer));
        entries.push((K::lift(cx, key_type, places[0])?, V::lift(cx, value_type, places[1])?));
        pointer += u64::from(size);
    }
    Ok(entries)
}

impl<K: ComponentType, V: ComponentType, S> ComponentType for HashMap<K, V, S> {
    fn typecheck(ty: &Type) -> Result<()> {
        typecheck_map::<K, V>(ty)
    }
}

impl<K: Lower, V: Lower, S> Lower for HashMap<K, V, S> {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        lower_map(self.iter(), cx, ty, at)
    }
}

impl<K: Lift + Eq + Hash, V: Lift, S: BuildHasher + Default> Lift for HashMap<K, V, S> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        Ok(lift_map(cx, ty, at)?.into_iter().collect())
    }
}

impl<K: ComponentType, V: ComponentType> ComponentType for BTreeMap<K, V> {
    fn typecheck(ty: &Type) -> Result<()> {
        typecheck_map::<K, V>(ty)
    }
}

impl<K: Lower, V: Lower> Lower for BTreeMap<K, V> {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        lower_map(self.iter(), cx, ty, at)
    }
}

impl<K: Lift + Ord, V: Lift> Lift for BTreeMap<K, V> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        Ok(lift_map(cx, ty, at)?.into_iter().collect())
    }
}
