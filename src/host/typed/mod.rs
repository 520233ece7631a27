//! Rust types as component types: the traits behind typed functions, and their implementations.
//!
//! A Rust type is compared with the component's type once, when a function is looked up or linked
//! ([`ComponentType::typecheck`]); after that, values are read and written where they are, without a
//! [`Val`](super::Val) in between.
//!
//! | WIT | Rust |
//! |---|---|
//! | `bool`, `s8` .. `u64`, `f32`, `f64`, `char` | the same |
//! | `string` | `String`, `&str`, `Box<str>`, `Arc<str>`, `Cow<str>` |
//! | `list<T>` | `Vec<T>`, `&[T]`, `Box<[T]>`, `Arc<[T]>` |
//! | `list<T, N>` | `[T; N]` |
//! | `map<K, V>` | `Vec<(K, V)>` is not one; `HashMap`, `BTreeMap` |
//! | `option<T>`, `result<T, E>`, `tuple<..>` | `Option<T>`, `Result<T, E>`, tuples |
//! | `record`, `variant`, `enum`, `flags` | made with [`record!`](crate::record), [`variant!`](crate::variant), [`enumeration!`](crate::enumeration), [`flags!`](crate::flags) |
//! | resources | [`Resource<T>`](super::Resource), [`ResourceAny`](super::ResourceAny) |
//! | anything, unchecked before the call | [`Val`](super::Val) as a parameter or result |

mod containers;
mod lists;
mod named;
mod scalars;
mod tuples;

pub(crate) use lists::{lift_map, lower_map};
pub use tuples::{ComponentNamedList, LiftList, LowerList};

use super::call_context::{CallContext, Place};
use super::types::Type;
use crate::abi::TypeId;
use anyhow::Result;

/// A Rust type that stands for a component type.
pub trait ComponentType {
    /// Whether it is `()`, which stands for an absent payload.
    #[doc(hidden)]
    const IS_UNIT: bool = false;

    /// Checks that `ty` is a type that this Rust type can stand for.
    fn typecheck(ty: &Type) -> Result<()>;
}

/// A Rust type whose values can be given to a guest.
pub trait Lower: ComponentType {
    /// Writes the value, which has type `ty` in the component, to `at`.
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()>;

    /// Writes consecutive elements of a list.
    #[doc(hidden)]
    fn lower_elements(items: &[Self], cx: &mut CallContext<'_>, ty: TypeId, at: u64) -> Result<()>
    where
        Self: Sized,
    {
        for (index, item) in items.iter().enumerate() {
            let at = cx.element_place(ty, index, Place::Memory(at));
            item.lower(cx, ty, at)?;
        }
        Ok(())
    }
}

/// A Rust type whose values can come from a guest.
pub trait Lift: ComponentType + Sized {
    /// Reads the value, which has type `ty` in the component, at `at`.
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self>;

    /// The value for a payload that is absent.
    #[doc(hidden)]
    fn lift_absent() -> Result<Self> {
        unreachable!("types were checked: only `()` stands for an absent payload")
    }

    /// Reads consecutive elements of a list.
    #[doc(hidden)]
    fn lift_elements(cx: &mut CallContext<'_>, ty: TypeId, at: u64, count: usize) -> Result<Vec<Self>> {
        let element = |index| {
            let at = cx.element_place(ty, index, Place::Memory(at));
            Self::lift(cx, ty, at)
        };
        (0..count).map(element).collect()
    }
}
