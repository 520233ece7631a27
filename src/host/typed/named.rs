//! Macros that make records, variants, enums and flags of WIT out of Rust declarations.
//!
//! They are declarative macros, so that embedders need no procedural ones; the WIT name of each part is written
//! beside it and compared with the component's when types are checked.

use crate::abi::{TypeDef, TypeId};
use crate::host::call_context::{CallContext, Place};
use anyhow::{Result, bail};

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

        impl $crate::host::ComponentType for $name {
            fn typecheck(ty: &$crate::host::types::Type) -> $crate::host::Result<()> {
                ty.check_record(&[$(($wit, <$ty as $crate::host::ComponentType>::typecheck)),*])
            }
        }

        impl $crate::host::Lower for $name {
            fn lower(
                &self,
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<()> {
                let mut parts = cx.record_parts(ty, at)?.into_iter();
                $({
                    let (ty, at) = parts.next().expect("the type was checked");
                    $crate::host::Lower::lower(&self.$field, cx, ty, at)?;
                })*
                Ok(())
            }
        }

        impl $crate::host::Lift for $name {
            fn lift(
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<Self> {
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

        impl $crate::host::ComponentType for $name {
            fn typecheck(ty: &$crate::host::types::Type) -> $crate::host::Result<()> {
                ty.check_variant(&[$((
                    $wit,
                    None::<$crate::host::types::Typecheck>
                        $(.or(Some(<$ty as $crate::host::ComponentType>::typecheck)))?,
                )),*])
            }
        }

        impl $crate::host::Lower for $name {
            fn lower(
                &self,
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<()> {
                let name = match self { $($name::$case { .. } => $wit,)* };
                let case = [$($wit),*].iter().position(|&wit| wit == name);
                let case = case.expect("both list all cases");
                cx.put_discriminant(ty, case, at)?;
                let Some((_ty, _at)) = cx.payload(ty, case, at) else { return Ok(()) };
                $($(if let $name::$case { 0: payload } = self {
                    return <$ty as $crate::host::Lower>::lower(payload, cx, _ty, _at);
                })?)*
                Ok(())
            }
        }

        impl $crate::host::Lift for $name {
            fn lift(
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<Self> {
                let case = cx.discriminant(ty, at)?;
                let _payload = cx.payload(ty, case, at);
                let name = [$($wit),*][case];
                $(if name == $wit {
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

        impl $crate::host::ComponentType for $name {
            fn typecheck(ty: &$crate::host::types::Type) -> $crate::host::Result<()> {
                ty.check_enum(&[$($wit),*])
            }
        }

        impl $crate::host::Lower for $name {
            fn lower(
                &self,
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<()> {
                let name = match self { $($name::$case => $wit,)* };
                let case = [$($wit),*].iter().position(|&wit| wit == name);
                cx.put_discriminant(ty, case.expect("both list all cases"), at)
            }
        }

        impl $crate::host::Lift for $name {
            fn lift(
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<Self> {
                let name = [$($wit),*][cx.discriminant(ty, at)?];
                $(if name == $wit {
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

        impl $crate::host::ComponentType for $name {
            fn typecheck(ty: &$crate::host::types::Type) -> $crate::host::Result<()> {
                ty.check_flags(&[$($wit),*])
            }
        }

        impl $crate::host::Lower for $name {
            fn lower(
                &self,
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<()> {
                let labels = [$(self.$label),*];
                cx.lower_flags(&labels, ty, at)
            }
        }

        impl $crate::host::Lift for $name {
            fn lift(
                cx: &mut $crate::host::CallContext<'_>,
                ty: $crate::abi::TypeId,
                at: $crate::host::Place,
            ) -> $crate::host::Result<Self> {
                let mut labels = cx.lift_flags(ty, at)?.into_iter();
                Ok($name { $($label: labels.next().expect("the type was checked"),)* })
            }
        }
    };
}

impl CallContext<'_> {
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
