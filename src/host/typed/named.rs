//! Macros that make records, variants, enums and flags of WIT out of Rust declarations.
//!
//! They are declarative macros, so that embedders need no procedural ones; the WIT name of each part is written
//! beside it and compared with the component's when types are checked.

use crate::abi::{TypeDef, TypeId};
use crate::host::call_context::{CallContext, Place};
use anyhow::{Context as _, Result, bail};

/// Implements the three traits of component types for a type, by the body of each function.
#[doc(hidden)]
#[macro_export]
macro_rules! __component_type {
    ($name:ident:
        $typecheck:expr;
        |$this:ident, $lower_cx:ident, $lower_ty:ident, $lower_at:ident| $lower:block
        |$lift_cx:ident, $lift_ty:ident, $lift_at:ident| $lift:block
    ) => {
        impl $crate::host::ComponentType for $name {
            fn typecheck(ty: &$crate::host::types::Type) -> $crate::host::Result<()> {
                let typecheck: fn(&$crate::host::types::Type) -> $crate::host::Result<()> = $typecheck;
                typecheck(ty)
            }
        }

        impl $crate::host::Lower for $name {
            fn lower(
                &self,
                $lower_cx: &mut $crate::host::CallContext<'_>,
                $lower_ty: $crate::abi::TypeId,
                $lower_at: $crate::host::Place,
            ) -> $crate::host::Result<()> {
                let $this = self;
                $lower
            }
        }

        impl $crate::host::Lift for $name {
            fn lift(
                $lift_cx: &mut $crate::host::CallContext<'_>,
                $lift_ty: $crate::abi::TypeId,
                $lift_at: $crate::host::Place,
            ) -> $crate::host::Result<Self> {
                $lift
            }
        }
    };
}

/// Declares a struct that stands for a WIT `record`. Fields are compared in order, by name and type.
///
/// ```
/// corefuse::record! {
///     /// A point on a map.
///     #[derive(Debug, PartialEq)]
///     pub struct Point {
///         "lat-deg" => lat: f64,
///         "lon-deg" => lon: f64,
///     }
/// }
/// let p = Point { lat: 46.5, lon: 6.6 };
/// assert_eq!(p.lat, 46.5);
/// ```
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $wit:literal => $field:ident: $ty:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        $crate::__component_type! { $name:
            |ty| ty.check_record(&[$(($wit, <$ty as $crate::host::ComponentType>::typecheck)),*]);
            |this, cx, ty, at| {
                let mut parts = cx.record_parts(ty, at)?.into_iter();
                $({
                    let (ty, at) = parts.next().expect("the type was checked");
                    $crate::host::Lower::lower(&this.$field, cx, ty, at)?;
                })*
                Ok(())
            }
            |cx, ty, at| {
                let mut parts = cx.record_parts(ty, at)?.into_iter();
                Ok($name { $($field: {
                    let (ty, at) = parts.next().expect("the type was checked");
                    <$ty as $crate::host::Lift>::lift(cx, ty, at)?
                },)* })
            }
        }
    };
}

/// Declares an enum that stands for a WIT `variant`. Cases are compared in order, by name and payload.
///
/// ```
/// corefuse::variant! {
///     #[derive(Debug, PartialEq)]
///     pub enum Shape {
///         "point" => Point,
///         "circle" => Circle(f64),
///     }
/// }
/// assert_ne!(Shape::Point, Shape::Circle(1.0));
/// ```
#[macro_export]
macro_rules! variant {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$case_meta:meta])* $wit:literal => $case:ident $(($ty:ty))?),* $(,)?
    }) => {
        $(#[$meta])*
        $vis enum $name { $($(#[$case_meta])* $case $(($ty))?,)* }

        $crate::__component_type! { $name:
            |ty| ty.check_variant(&[$((
                $wit,
                None::<$crate::host::types::Typecheck>
                    $(.or(Some(<$ty as $crate::host::ComponentType>::typecheck)))?,
            )),*]);
            |this, cx, ty, at| {
                let case = match this { $($name::$case { .. } => $wit,)* };
                let _payload = cx.put_case(&[$($wit),*], case, ty, at)?;
                $($(if let $name::$case { 0: value } = this {
                    let (ty, at) = _payload.expect("the type was checked");
                    return <$ty as $crate::host::Lower>::lower(value, cx, ty, at);
                })?)*
                Ok(())
            }
            |cx, ty, at| {
                let (case, _payload) = cx.get_case(&[$($wit),*], ty, at)?;
                $(if case == $wit {
                    return Ok($name::$case $(({
                        let (ty, at) = _payload.expect("the type was checked");
                        <$ty as $crate::host::Lift>::lift(cx, ty, at)?
                    }))?);
                })*
                unreachable!("the type was checked: it has these cases")
            }
        }
    };
}

/// Declares an enum that stands for a WIT `enum`. Cases are compared in order, by name.
///
/// ```
/// corefuse::enumeration! {
///     #[derive(Clone, Copy, Debug, PartialEq)]
///     pub enum Colour {
///         "red" => Red,
///         "dark-blue" => DarkBlue,
///     }
/// }
/// assert_ne!(Colour::Red, Colour::DarkBlue);
/// ```
#[macro_export]
macro_rules! enumeration {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$case_meta:meta])* $wit:literal => $case:ident),* $(,)?
    }) => {
        $(#[$meta])*
        $vis enum $name { $($(#[$case_meta])* $case,)* }

        $crate::__component_type! { $name:
            |ty| ty.check_enum(&[$($wit),*]);
            |this, cx, ty, at| {
                let case = match this { $($name::$case => $wit,)* };
                cx.put_case(&[$($wit),*], case, ty, at).map(|_| ())
            }
            |cx, ty, at| {
                let (case, _) = cx.get_case(&[$($wit),*], ty, at)?;
                $(if case == $wit {
                    return Ok($name::$case);
                })*
                unreachable!("the type was checked: it has these cases")
            }
        }
    };
}

/// Declares a struct of booleans that stands for WIT `flags`. Labels are compared in order.
///
/// ```
/// corefuse::flags! {
///     #[derive(Clone, Copy, Debug, Default, PartialEq)]
///     pub struct Access {
///         "read" => read,
///         "write" => write,
///     }
/// }
/// let access = Access { read: true, ..Access::default() };
/// assert!(!access.write);
/// ```
#[macro_export]
macro_rules! flags {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$label_meta:meta])* $wit:literal => $label:ident),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$label_meta])* pub $label: bool,)* }

        $crate::__component_type! { $name:
            |ty| ty.check_flags(&[$($wit),*]);
            |this, cx, ty, at| { cx.lower_flags(&[$(this.$label),*], ty, at) }
            |cx, ty, at| {
                let mut labels = cx.lift_flags(ty, at)?.into_iter();
                Ok($name { $($label: labels.next().expect("the type was checked"),)* })
            }
        }
    };
}

/// Type and place of a case's payload, where it has one.
type Payload = Option<(TypeId, Place)>;

impl CallContext<'_> {
    /// Writes which of `cases` a value is, and gives where its payload belongs.
    #[doc(hidden)]
    pub fn put_case(&mut self, cases: &[&str], case: &str, ty: TypeId, at: Place) -> Result<Payload> {
        let number = cases.iter().position(|name| *name == case);
        let number = number.context("a value of no case of its type")?;
        self.put_discriminant(ty, number, at)?;
        Ok(self.payload(ty, number, at))
    }

    /// Reads which of `cases` a value is, and gives where its payload is.
    #[doc(hidden)]
    pub fn get_case<'c>(&self, cases: &[&'c str], ty: TypeId, at: Place) -> Result<(&'c str, Payload)> {
        let number = self.discriminant(ty, at)?;
        let case = cases.get(number).context("the type has more cases than were checked")?;
        Ok((case, self.payload(ty, number, at)))
    }

    /// Writes flags, one for each label.
    #[doc(hidden)]
    pub fn lower_flags(&mut self, labels: &[bool], ty: TypeId, at: Place) -> Result<()> {
        let bits = labels.iter().enumerate().fold(0, |bits, (i, &set)| bits | u64::from(set) << i);
        self.put(at, bits, self.size(ty))
    }

    /// Reads flags, one for each label; bits without a label do not count.
    #[doc(hidden)]
    pub fn lift_flags(&mut self, ty: TypeId, at: Place) -> Result<Vec<bool>> {
        let TypeDef::Flags(labels) = self.def(ty) else {
            bail!("flags cannot be lifted or lowered as this type")
        };
        let bits = self.get(at, self.size(ty))?;
        Ok((0..labels.len()).map(|i| bits >> i & 1 == 1).collect())
    }
}
