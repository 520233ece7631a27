//! Variants, enums, options and results.
//!
//! Cases with the same payload type share their code, since the payload is at the same place in all of them. The
//! payload on the stack has the joined types of all cases; places convert each value, and slots that a case does
//! not use become zero.
//!
//! Spec: `load_variant`, `store_variant`, `lift_flat_variant`, `lower_flat_variant`.

use crate::abi::layout::VariantShape;
use crate::abi::types::TypeId;
use crate::abi::{FlatType, Trap};
use crate::fact::func::{FuncBuilder, Local};
use crate::fact::memory::Access;
use crate::fact::place::{Destination, DestinationPlace, Source};
use indexmap::IndexSet;
use std::ops::Range;

/// Most cases that one branch table tells apart; beyond that, halves are told apart first. It bounds how deep
/// blocks are nested.
const MAX_TABLE: usize = 256;

/// Where payloads are.
#[derive(Clone, Copy)]
struct Payload<'p> {
    from: Source<'p>,
    to: Destination<'p>,
    /// Slots for the payload, where it goes to the stack.
    slots: &'p [FlatType],
}

impl FuncBuilder<'_, '_> {
    pub(super) fn translate_variant(&mut self, shape: &VariantShape, from: Source<'_>, to: Destination<'_>) {
        let layouts = self.module.dfg.types.layouts();
        let from_offset = shape.payload_offset(self.width(from.side), layouts);
        let to_offset = shape.payload_offset(self.width(to.side), layouts);
        let access = Access::unsigned(shape.discriminant_bytes);

        let discriminant = self.load_local(access, from);
        let cases = shape.cases.len() as u32;
        self.trap_if(Trap::InvalidDiscriminant, |f| {
            f.get(discriminant);
            f.i32_const(cases);
            f.ins().i32_ge_u();
        });
        self.store(access, to, |f| f.get(discriminant));

        let slots = match to.place {
            DestinationPlace::Stack(types) => &types[1..=self.payload_slots(shape, to)],
            DestinationPlace::Memory(_) => &[],
        };
        let payload = Payload { from: from.plus(from_offset, 1), to: to.plus(to_offset, 1), slots };
        self.translate_cases(shape, discriminant, 0..shape.cases.len(), payload);
    }

    /// How many flat values the payload of a variant has. There may be more slots, if it is inside another one.
    fn payload_slots(&self, shape: &VariantShape, to: Destination<'_>) -> usize {
        let width = self.width(to.side);
        let layouts = self.module.dfg.types.layouts();
        let flat = shape.cases.iter().flatten().map(|&ty| layouts[ty].form(width).flat.as_ref());
        flat.map(|flat| flat.map_or(0, |flat| flat.len())).max().unwrap_or(0)
    }

    /// Translates the payload of the case that `discriminant` names, one of `cases`.
    fn translate_cases(
        &mut self,
        shape: &VariantShape,
        discriminant: Local,
        cases: Range<usize>,
        payload: Payload<'_>,
    ) {
        let payloads: IndexSet<Option<TypeId>> = shape.cases[cases.clone()].iter().copied().collect();
        let ty = self.block_type(payload.slots);
        if payloads.len() == 1 {
            self.translate_case(payloads[0], payload);
        } else if cases.len() == 2 {
            let [first, second] = [shape.cases[cases.start], shape.cases[cases.start + 1]];
            self.get(discriminant);
            if cases.start > 0 {
                self.i32_const(cases.start as u32);
                self.ins().i32_sub();
            }
            self.if_else(ty, |f| f.translate_case(second, payload), |f| f.translate_case(first, payload));
        } else if cases.len() > MAX_TABLE {
            let middle = cases.start + cases.len() / 2;
            self.get(discriminant);
            self.i32_const(middle as u32);
            self.ins().i32_lt_u();
            self.if_else(
                ty,
                |f| f.translate_cases(shape, discriminant, cases.start..middle, payload),
                |f| f.translate_cases(shape, discriminant, middle..cases.end, payload),
            );
        } else {
            self.block(ty, |f, done| {
                let arms: Vec<usize> = shape.cases[cases.clone()]
                    .iter()
                    .map(|ty| payloads.get_index_of(ty).expect("every payload of the range is in the set"))
                    .collect();
                f.translate_arms(&payloads, &arms, (discriminant, cases.start as u32), payload, done);
            });
        }
    }

    /// Nests one block for each payload type, innermost the first, with the branch table inside them all.
    fn translate_arms(
        &mut self,
        payloads: &IndexSet<Option<TypeId>>,
        arms: &[usize],
        (discriminant, first_case): (Local, u32),
        payload: Payload<'_>,
        done: crate::fact::func::Label,
    ) {
        self.blocks(
            payloads.len(),
            |f, labels| {
                f.get(discriminant);
                if first_case > 0 {
                    f.i32_const(first_case);
                    f.ins().i32_sub();
                }
                let targets: Vec<_> = arms.iter().map(|&arm| labels[arm]).collect();
                f.br_table(&targets); // the last case is the default: others were refused
            },
            |f, arm| {
                f.translate_case(payloads[arm], payload);
                if arm + 1 < payloads.len() {
                    f.br(done);
                }
            },
        );
    }

    /// Translates the payload of one case; it fills all slots.
    fn translate_case(&mut self, ty: Option<TypeId>, payload: Payload<'_>) {
        let mut used = 0;
        if let Some(ty) = ty {
            self.translate(ty, payload.from, payload.to);
            if let DestinationPlace::Stack(_) = payload.to.place {
                let form = self.module.dfg.types.layout(ty).form(self.width(payload.to.side));
                used = form.flat.as_ref().map_or(0, |flat| flat.len());
            }
        }
        for &slot in payload.slots.iter().skip(used) {
            self.push_zero(slot);
        }
    }
}
