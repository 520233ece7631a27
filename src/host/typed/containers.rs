//! References, boxes, options and results.

use super::{ComponentType, Lift, Lower};
use crate::abi::TypeId;
use crate::host::call_context::{CallContext, Place};
use crate::host::types::Type;
use anyhow::{Result, bail, ensure};
use std::sync::Arc;

macro_rules! pointers {
    ($($pointer:ty)*) => {$(
        impl<T: ComponentType + ?Sized> ComponentType for $pointer {
            fn typecheck(ty: &Type) -> Result<()> {
                T::typecheck(ty)
            }
        }

        impl<T: Lower + ?Sized> Lower for $pointer {
            fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
                T::lower(self, cx, ty, at)
            }
        }
    )*};
}

pointers! { &T Box<T> Arc<T> }

impl<T: Lift> Lift for Box<T> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        T::lift(cx, ty, at).map(Box::new)
    }
}

impl<T: ComponentType> ComponentType for Option<T> {
    fn typecheck(ty: &Type) -> Result<()> {
        match ty {
            Type::Option(option) => T::typecheck(&option.ty()),
            other => bail!("expected `{}`, found `option`", other.desc()),
        }
    }
}

impl<T: Lower> Lower for Option<T> {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        cx.put_discriminant(ty, usize::from(self.is_some()), at)?;
        match (self, cx.payload(ty, 1, at)) {
            (Some(value), Some((ty, at))) => value.lower(cx, ty, at),
            _ => Ok(()),
        }
    }
}

impl<T: Lift> Lift for Option<T> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        let case = cx.discriminant(ty, at)?;
        cx.payload(ty, case, at).map(|(ty, at)| T::lift(cx, ty, at)).transpose()
    }
}

/// The unit type stands for an absent payload of a result.
impl ComponentType for () {
    const IS_UNIT: bool = true;

    fn typecheck(ty: &Type) -> Result<()> {
        bail!("expected `{}`, found `()`", ty.desc())
    }
}

impl Lower for () {
    fn lower(&self, _: &mut CallContext<'_>, _: TypeId, _: Place) -> Result<()> {
        Ok(())
    }
}

impl Lift for () {
    fn lift(_: &mut CallContext<'_>, _: TypeId, _: Place) -> Result<Self> {
        Ok(())
    }

    fn lift_absent() -> Result<Self> {
        Ok(())
    }
}

fn typecheck_payload<T: ComponentType>(case: &str, ty: Option<Type>) -> Result<()> {
    match ty {
        Some(ty) => T::typecheck(&ty),
        None => {
            ensure!(T::IS_UNIT, "expected no payload of `{case}`, found one");
            Ok(())
        }
    }
}

impl<T: ComponentType, E: ComponentType> ComponentType for Result<T, E> {
    fn typecheck(ty: &Type) -> Result<()> {
        let Type::Result(result) = ty else { bail!("expected `{}`, found `result`", ty.desc()) };
        typecheck_payload::<T>("ok", result.ok())?;
        typecheck_payload::<E>("err", result.err())
    }
}

impl<T: Lower, E: Lower> Lower for Result<T, E> {
    fn lower(&self, cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<()> {
        let case = usize::from(self.is_err());
        cx.put_discriminant(ty, case, at)?;
        match (self, cx.payload(ty, case, at)) {
            (_, None) => Ok(()),
            (Ok(value), Some((ty, at))) => value.lower(cx, ty, at),
            (Err(value), Some((ty, at))) => value.lower(cx, ty, at),
        }
    }
}

impl<T: Lift, E: Lift> Lift for Result<T, E> {
    fn lift(cx: &mut CallContext<'_>, ty: TypeId, at: Place) -> Result<Self> {
        let case = cx.discriminant(ty, at)?;
        let payload = cx.payload(ty, case, at);
        Ok(match case {
            0 => Ok(lift_payload(cx, payload)?),
            _ => Err(lift_payload(cx, payload)?),
        })
    }
}

fn lift_payload<T: Lift>(cx: &mut CallContext<'_>, payload: Option<(TypeId, Place)>) -> Result<T> {
    match payload {
        Some((ty, at)) => T::lift(cx, ty, at),
        None => T::lift_absent(),
    }
}
