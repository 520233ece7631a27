//! Translation of values from one side's representation to the other's, by type.
//!
//! `translate` lifts a value from a [`Source`] and lowers it into a [`Destination`] in one go, so a value is never
//! held anywhere in between. Large types are outlined: a function translates as many types inline as its fuel
//! allows and hands composite ones beyond that to functions of their own, each compiled once for all its uses.
//! That bounds the code by the number of distinct types, however often one is used in another.
//!
//! The specification lifts a value completely before it lowers any of it. Doing both piece by piece differs only in
//! which of several traps comes first, and in that a realloc may have run before one; neither can be observed,
//! since a realloc cannot call out of its instance, and a trap ends the component.
//!
//! Spec: `CanonicalABI.md`, "Loading", "Storing", "Flat Lifting", "Flat Lowering".

mod handle;
mod list;
mod scalar;
mod store_string;
mod string;
mod variant;

use super::body::Body;
use super::borrows::{Borrows, Scopes};
use super::func::{FuncBuilder, Local};
use super::module::{CoreType, ModuleBuilder, PlaceKind, Shared};
use super::place::{Address, Destination, DestinationPlace, SideId, Source, SourcePlace};
use crate::abi::layout::VariantShape;
use crate::abi::types::{TypeDef, TypeId};
use crate::abi::{FlatType, PointerWidth};
use crate::id::Id;

pub(super) use handle::defines;
pub(super) use scalar::is_any_bits;
pub(super) use string::{compile_string, string_name, string_type};

impl FuncBuilder<'_, '_> {
    /// Translates a value of type `ty`. Nothing else on the operand stack is touched.
    pub(super) fn translate(&mut self, ty: TypeId, from: Source<'_>, to: Destination<'_>) {
        let dfg = self.module.dfg;
        let def = dfg.types.def(ty);
        let nodes = dfg.types.layout(ty).nodes;
        if nodes > self.fuel && is_composite(def) {
            return self.call_outlined(ty, from, to);
        }
        self.fuel = self.fuel.saturating_sub(1);
        self.translate_inline(ty, from, to);
    }

    fn translate_inline(&mut self, ty: TypeId, from: Source<'_>, to: Destination<'_>) {
        let dfg = self.module.dfg;
        let def = dfg.types.def(ty);
        self.scope(|f| match def {
            TypeDef::Bool | TypeDef::Char => f.translate_scalar(def, from, to),
            TypeDef::S8 | TypeDef::U8 | TypeDef::S16 | TypeDef::U16 => f.translate_scalar(def, from, to),
            TypeDef::S32 | TypeDef::U32 | TypeDef::S64 | TypeDef::U64 => f.translate_scalar(def, from, to),
            TypeDef::F32 | TypeDef::F64 | TypeDef::Flags(_) => f.translate_scalar(def, from, to),
            TypeDef::String => f.translate_string(from, to),
            TypeDef::List(element) => f.translate_list(&[*element], from, to),
            TypeDef::Map(key, value) => f.translate_list(&[*key, *value], from, to),
            TypeDef::FixedList(element, length) => f.translate_fixed_list(*element, *length, from, to),
            TypeDef::Record(fields) => {
                let fields: Vec<TypeId> = fields.iter().map(|field| field.ty).collect();
                f.translate_fields(&fields, from, to);
            }
            TypeDef::Tuple(fields) => f.translate_fields(fields, from, to),
            TypeDef::Variant(_) | TypeDef::Enum(_) | TypeDef::Option(_) | TypeDef::Result { .. } => {
                let shape = VariantShape::of(def).expect("all four kinds have a variant shape");
                f.translate_variant(&shape, from, to);
            }
            TypeDef::Own(resource) => f.translate_own(*resource, from, to),
            TypeDef::Borrow(resource) => f.translate_borrow(*resource, from, to),
            TypeDef::ErrorContext | TypeDef::Stream(_) | TypeDef::Future(_) => {
                f.translate_async(ty, from, to)
            }
        });
    }

    fn call_outlined(&mut self, ty: TypeId, from: Source<'_>, to: Destination<'_>) {
        let borrows = match self.module.dfg.types.layout(ty).has_borrow {
            true => self.borrows,
            false => Borrows::default(),
        };
        let (from_flat, to_flat) = (self.module.flat(ty, from.side), self.module.flat(ty, to.side));
        let from_kind = match from.place {
            SourcePlace::Stack(locals) => {
                for (&local, &want) in locals.iter().zip(&from_flat) {
                    self.get(local);
                    self.coerce(local.ty, want);
                }
                PlaceKind::Stack
            }
            SourcePlace::Memory(address) => {
                self.push_address(from.side, address);
                PlaceKind::Memory
            }
        };
        let to_kind = match to.place {
            DestinationPlace::Stack(_) => PlaceKind::Stack,
            DestinationPlace::Memory(address) => {
                self.push_address(to.side, address);
                PlaceKind::Memory
            }
        };
        if let Some(Scopes { lend, borrow }) = self.scopes {
            [lend, borrow].iter().take(borrows.scopes()).for_each(|&scope| self.get(scope));
        }
        self.push_site();
        let outlined =
            Shared::Translate { ty, from: (from.side, from_kind), to: (to.side, to_kind), borrows };
        let callee = self.module.shared(outlined);
        self.call(callee);
        if let DestinationPlace::Stack(slots) = to.place {
            self.coerce_all(&to_flat, slots);
        }
    }

    /// Converts the values on the stack from the types in `have` to the first types in `want`.
    fn coerce_all(&mut self, have: &[FlatType], want: &[FlatType]) {
        if have.iter().zip(want).all(|(have, want)| have == want) {
            return;
        }
        self.scope(|f| {
            let mut locals: Vec<_> = have.iter().rev().map(|&ty| f.pop(ty)).collect();
            locals.reverse();
            for (local, &want) in locals.into_iter().zip(want) {
                f.get(local);
                f.coerce(local.ty, want);
            }
        });
    }

    /// Pushes the address itself.
    pub(super) fn push_address(&mut self, side: SideId, address: Address) {
        self.get(address.base);
        if address.offset > 0 {
            let width = self.width(side);
            self.word(width).constant(u64::from(address.offset)).add();
        }
    }
}

impl ModuleBuilder<'_> {
    /// Flat types of `ty` on a side; empty where it never travels on the stack.
    fn flat(&self, ty: TypeId, side: SideId) -> Vec<FlatType> {
        let form = self.dfg.types.layout(ty).form(self.sides[side].width);
        form.flat.as_deref().unwrap_or_default().to_vec()
    }

    fn width(&self, side: SideId) -> PointerWidth {
        self.sides[side].width
    }
}

/// Whether a type has parts; others are always translated inline.
fn is_composite(def: &TypeDef) -> bool {
    match def {
        TypeDef::List(_) | TypeDef::FixedList(..) | TypeDef::Map(..) => true,
        TypeDef::Record(_) | TypeDef::Tuple(_) => true,
        TypeDef::Variant(_) | TypeDef::Option(_) | TypeDef::Result { .. } => true,
        TypeDef::Bool | TypeDef::S8 | TypeDef::U8 | TypeDef::S16 | TypeDef::U16 | TypeDef::S32 => false,
        TypeDef::U32 | TypeDef::S64 | TypeDef::U64 | TypeDef::F32 | TypeDef::F64 | TypeDef::Char => false,
        TypeDef::String | TypeDef::Enum(_) | TypeDef::Flags(_) => false,
        TypeDef::Own(_) | TypeDef::Borrow(_) => false,
        TypeDef::ErrorContext | TypeDef::Stream(_) | TypeDef::Future(_) => false,
    }
}

/// Type of the function that [`Shared::Translate`] describes.
pub(super) fn outlined_type(
    module: &ModuleBuilder<'_>,
    ty: TypeId,
    from: (SideId, PlaceKind),
    to: (SideId, PlaceKind),
    borrows: Borrows,
) -> CoreType {
    let results = match to.1 {
        PlaceKind::Stack => module.flat(ty, to.0),
        PlaceKind::Memory => Vec::new(),
    };
    CoreType::new(&outlined_params(module, ty, from, to, borrows), &results)
}

fn outlined_params(
    module: &ModuleBuilder<'_>,
    ty: TypeId,
    from: (SideId, PlaceKind),
    to: (SideId, PlaceKind),
    borrows: Borrows,
) -> Vec<FlatType> {
    let mut params = match from.1 {
        PlaceKind::Stack => module.flat(ty, from.0),
        PlaceKind::Memory => vec![module.width(from.0).flat()],
    };
    if to.1 == PlaceKind::Memory {
        params.push(module.width(to.0).flat());
    }
    params.extend(std::iter::repeat_n(FlatType::I32, borrows.scopes()));
    params.push(FlatType::I32);
    params
}

/// Name of the function that [`Shared::Translate`] describes.
pub(super) fn outlined_name(
    module: &ModuleBuilder<'_>,
    ty: TypeId,
    from: (SideId, PlaceKind),
    to: (SideId, PlaceKind),
) -> String {
    let place = |kind| match kind {
        PlaceKind::Stack => "stack",
        PlaceKind::Memory => "memory",
    };
    let path = |side: SideId| &module.dfg.instances[module.sides[side].instance].path;
    format!(
        "translate {} #{} {} {} -> {} {}",
        kind_name(module.dfg.types.def(ty)),
        ty.index(),
        path(from.0),
        place(from.1),
        path(to.0),
        place(to.1),
    )
}

fn kind_name(def: &TypeDef) -> &'static str {
    match def {
        TypeDef::List(_) => "list",
        TypeDef::FixedList(..) => "fixed-length list",
        TypeDef::Map(..) => "map",
        TypeDef::Record(_) => "record",
        TypeDef::Tuple(_) => "tuple",
        TypeDef::Variant(_) => "variant",
        TypeDef::Option(_) => "option",
        TypeDef::Result { .. } => "result",
        _ => unreachable!("only composite types are outlined"),
    }
}

/// Compiles the function that [`Shared::Translate`] describes.
pub(super) fn compile_outlined(
    module: &mut ModuleBuilder<'_>,
    ty: TypeId,
    from: (SideId, PlaceKind),
    to: (SideId, PlaceKind),
    borrows: Borrows,
) -> Body {
    let params = outlined_params(module, ty, from, to, borrows);
    let to_flat = module.flat(ty, to.0);
    let mut f = FuncBuilder::new(module, &params, None);
    let all = f.params();
    let mut params = all.iter().copied();
    let from_place = match from.1 {
        PlaceKind::Stack => {
            let len = f.module.flat(ty, from.0).len();
            params.by_ref().take(len).for_each(drop);
            SourcePlace::Stack(&all[..len])
        }
        PlaceKind::Memory => {
            let base = params.next().expect("the source's address is a parameter");
            SourcePlace::Memory(Address { base, offset: 0 })
        }
    };
    let to_place = match to.1 {
        PlaceKind::Stack => DestinationPlace::Stack(&to_flat),
        PlaceKind::Memory => {
            let base = params.next().expect("the destination's address is a parameter");
            DestinationPlace::Memory(Address { base, offset: 0 })
        }
    };
    f.borrows = borrows;
    let scopes: Vec<Local> = params.take(borrows.scopes()).collect();
    f.scopes = Scopes::new(&scopes);
    f.translate_inline(
        ty,
        Source { side: from.0, place: from_place },
        Destination { side: to.0, place: to_place },
    );
    f.finish()
}
