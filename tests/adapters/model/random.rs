//! A deterministic source of random numbers, and random types.

use corefuse::abi::types::{Case, Field};
use corefuse::abi::{ResourceId, TypeDef, TypeId, Types};

/// SplitMix64.
#[derive(Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.bits() % limit
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// A length that is often 0 or small.
    pub(crate) fn length(&mut self, limit: u64) -> u64 {
        let limit = 1 + self.below(limit);
        self.below(limit)
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

/// What random types may contain.
#[derive(Clone, Copy)]
pub(crate) struct Grammar<'g> {
    /// Resources for own.
    pub(crate) owns: &'g [ResourceId],
    /// Resources for borrow.
    pub(crate) borrows: &'g [ResourceId],
}

/// A random type, at most `depth` levels deep.
pub(crate) fn random_type(
    types: &mut Types,
    random: &mut Random,
    grammar: Grammar<'_>,
    depth: u32,
) -> TypeId {
    let def = match random.below(if depth == 0 { 3 } else { 11 }) {
        0 | 1 => random_number(random),
        2 => random_leaf(random, grammar),
        3 => TypeDef::List(random_type(types, random, grammar, depth - 1)),
        4 => TypeDef::Option(random_type(types, random, grammar, depth - 1)),
        5 => {
            let mut side = |random: &mut Random| {
                (!random.one_in(4)).then(|| random_type(types, random, grammar, depth - 1))
            };
            TypeDef::Result { ok: side(random), err: side(random) }
        }
        6 => {
            let n = random.pick(&[1, 2, 3, 4, 5, 9]);
            TypeDef::FixedList(random_type(types, random, grammar, depth - 1), n)
        }
        7 => {
            let key = if random.one_in(2) { TypeDef::String } else { random_number(random) };
            let key = types.intern(key);
            TypeDef::Map(key, random_type(types, random, grammar, depth - 1))
        }
        8 => {
            let n = 1 + random.below(6);
            let case = |i| Case {
                name: format!("c{i}").into(),
                ty: (!random.one_in(3)).then(|| random_type(types, random, grammar, depth - 1)),
            };
            TypeDef::Variant((0..n).map(case).collect())
        }
        _ => {
            let n = 1 + random.below(5);
            let field = |i| Field {
                name: format!("f{i}").into(),
                ty: random_type(types, random, grammar, depth - 1),
            };
            TypeDef::Record((0..n).map(field).collect())
        }
    };
    types.intern(def)
}

fn random_number(random: &mut Random) -> TypeDef {
    match random.below(10) {
        0 => TypeDef::S8,
        1 => TypeDef::U8,
        2 => TypeDef::S16,
        3 => TypeDef::U16,
        4 => TypeDef::S32,
        5 => TypeDef::U32,
        6 => TypeDef::S64,
        7 => TypeDef::U64,
        8 => TypeDef::F32,
        _ => TypeDef::F64,
    }
}

fn random_leaf(random: &mut Random, grammar: Grammar<'_>) -> TypeDef {
    let names = |n: u64| (0..n).map(|i| format!("n{i}").into()).collect();
    match random.below(8) {
        0 => TypeDef::Bool,
        1 => TypeDef::Char,
        2 => TypeDef::Flags(names(random.pick(&[1, 7, 8, 9, 16, 17, 31, 32]))),
        3 => TypeDef::Enum(names(random.pick(&[1, 2, 255, 256, 257, 300]))),
        4 if !grammar.owns.is_empty() => TypeDef::Own(random.pick(grammar.owns)),
        5 if !grammar.borrows.is_empty() => TypeDef::Borrow(random.pick(grammar.borrows)),
        _ => TypeDef::String,
    }
}
