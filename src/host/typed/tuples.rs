//! Tuples, which are also how typed functions give their parameters and results.

use super::{ComponentType, Lift, Lower};
use crate::abi::{TypeDef, TypeId};
use crate::host::call_context::{CallContext, Place};
use crate::host::types::Type;
use anyhow::{Result, bail, ensure};

/// A tuple of component types: the parameters of a function, or its result as `()` or `(R,)`.
pub trait ComponentNamedList {
    /// Checks the types of a function's parameters, or of its result.
    #[doc(hidden)]
    fn typecheck_list(types: &[Type]) -> Result<()>;
}

/// See [`ComponentNamedList`].
pub trait LowerList: ComponentNamedList {
    /// Writes each value, with its type, to its place.
    #[doc(hidden)]
    fn lower_list(&self, cx: &mut CallContext<'_>, parts: &[(TypeId, Place)]) -> Result<()>;
}

/// See [`ComponentNamedList`].
pub trait LiftList: ComponentNamedList + Sized {
    /// Reads each value, with its type, from its place.
    #[doc(hidden)]
    fn lift_list(cx: &mut CallContext<'_>, parts: &[(TypeId, Place)]) -> Result<Self>;
}

macro_rules! tuples {
    ($(($($name:ident $index:tt)*))*) => {$(
        impl<$($name: ComponentType,)*> ComponentNamedList for ($($name,)*) {
            fn typecheck_list(types: &[Type]) -> Result<()> {
                const COUNT: usize = <[usize]>::len(&[$($index),*]);
                ensure!(types.len() == COUNT, "expected {} values, found {COUNT}", types.len());
                $($name::typecheck(&types[$index])?;)*
                Ok(())
            }
        }

        impl<$($name: Lower,)*> LowerList for ($($name,)*) {
            fn lower_list(&self, _cx: &mut CallContext<'_>, _parts: &[(TypeId, Place)]) -> Result<()> {
                $(self.$index.lower(_cx, _parts[$index].0, _parts[$index].1)?;)*
                Ok(())
            }
        }

        impl<$($name: Lift,)*> LiftList for ($($name,)*) {
            fn lift_list(_cx: &mut CallContext<'_>, _parts: &[(TypeId, Place)]) -> Result<Self> {
                Ok(($($name::lift(_cx, _parts[$index].0, _parts[$index].1)?,)*))
            }
        }
    )*};
}

macro_rules! tuple_types {
    ($(($($name:ident $index:tt)*))*) => {$(
        impl<$($name: ComponentType,)*> ComponentType for ($($name,)*) {
            fn typecheck(ty: &Type) -> Result<()> {
                let Type::Tuple(tuple) = ty else { bail!("expected `{}`, found `tuple`", ty.desc()) };
                Self::typecheck_list(&tuple.types().collect::<Vec<_>>())
            }
        }

        impl<$($name: Lower,)*> Lower for ($($name,)*) {
            fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
                let parts = cx.tuple_parts(ty, at)?;
                self.lower_list(cx, &parts)
            }
        }

        impl<$($name: Lift,)*> Lift for ($($name,)*) {
            fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
                let parts = cx.tuple_parts(ty, at)?;
                Self::lift_list(cx, &parts)
            }
        }
    )*};
}

macro_rules! for_all_arities {
    ($($rest:tt)*) => {
        $($rest)* {
            (A 0)
            (A 0 B 1)
            (A 0 B 1 C 2)
            (A 0 B 1 C 2 D 3)
            (A 0 B 1 C 2 D 3 E 4)
            (A 0 B 1 C 2 D 3 E 4 F 5)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16)
        }
    };
}

tuples! { () }
for_all_arities!(tuples!);
for_all_arities!(tuple_types!);

impl CallContext<'_> {
    /// Types and places of a tuple's parts.
    pub(crate) fn tuple_parts(&self, ty: TypeId, at: Place) -> Result<Vec<(TypeId, Place)>> {
        let TypeDef::Tuple(types) = self.def(ty) else {
            bail!("a tuple cannot be lifted or lowered as this type")
        };
        Ok(types.iter().copied().zip(self.part_places(ty, types, at)).collect())
    }

    /// Types and places of a record's fields.
    #[doc(hidden)]
    pub fn record_parts(&self, ty: TypeId, at: Place) -> Result<Vec<(TypeId, Place)>> {
        let TypeDef::Record(fields) = self.def(ty) else {
            bail!("a record cannot be lifted or lowered as this type")
        };
        let types: Vec<TypeId> = fields.iter().map(|field| field.ty).collect();
        let places = self.part_places(ty, &types, at);
        Ok(types.into_iter().zip(places).collect())
    }
}
