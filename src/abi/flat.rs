//! Flat types: the core values a component value becomes when it travels on the stack.
//!
//! Spec: `CanonicalABI.md`, "Flattening".

/// A core value type as the Canonical ABI uses it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FlatType {
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
}

impl FlatType {
    /// The type of a slot that holds either `self` or `other` (`join` in the spec).
    pub fn join(self, other: FlatType) -> FlatType {
        use FlatType::{F32, I32, I64};
        match (self, other) {
            (a, b) if a == b => a,
            (I32, F32) | (F32, I32) => I32,
            _ => I64,
        }
    }

    /// The name in the text format.
    pub fn name(self) -> &'static str {
        match self {
            FlatType::I32 => "i32",
            FlatType::I64 => "i64",
            FlatType::F32 => "f32",
            FlatType::F64 => "f64",
        }
    }
}

/// Joins the flat types of variant cases slot by slot; the result is as long as the longest case.
pub(super) fn join_cases<'a>(cases: impl Iterator<Item = &'a [FlatType]>) -> Vec<FlatType> {
    let mut joined: Vec<FlatType> = Vec::new();
    for case in cases {
        for (i, &ty) in case.iter().enumerate() {
            match joined.get_mut(i) {
                Some(slot) => *slot = slot.join(ty),
                None => joined.push(ty),
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::FlatType::{F32, F64, I32, I64};
    use super::join_cases;

    #[test]
    fn join_follows_the_specs_table() {
        assert_eq!(F32.join(F32), F32);
        assert_eq!(I32.join(F32), I32);
        assert_eq!(F64.join(I32), I64);
        assert_eq!(F32.join(F64), I64);
        assert_eq!(join_cases([&[I32, F64][..], &[F32][..]].into_iter()), [I32, F64]);
    }
}
