//! Component values, and random ones of any type.

use super::layout::{Shape, shape};
use super::random::Random;
use super::string::From;
use corefuse::abi::{ResourceId, TypeDef, TypeId, Types};

/// A component value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Bool, integers (as the bits of their size), floats (as bits) and flags.
    Number(u64),
    Char(char),
    /// With the encoding it came from.
    String(From, Vec<char>),
    List(Vec<Value>),
    Record(Vec<Value>),
    Variant(usize, Option<Box<Value>>),
    /// The rep of an owned or borrowed resource.
    Handle(ResourceId, u32),
}

impl PartialEq for Value {
    /// Strings are equal if their characters are, wherever they came from.
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Char(a), Value::Char(b)) => a == b,
            (Value::String(_, a), Value::String(_, b)) => a == b,
            (Value::List(a), Value::List(b)) | (Value::Record(a), Value::Record(b)) => a == b,
            (Value::Variant(a, x), Value::Variant(b, y)) => a == b && x == y,
            (Value::Handle(a, x), Value::Handle(b, y)) => a == b && x == y,
            _ => false,
        }
    }
}

/// A random value of type `ty`.
pub(crate) fn random_value(types: &Types, ty: TypeId, random: &mut Random) -> Value {
    match types.def(ty) {
        TypeDef::Bool => Value::Number(random.below(2)),
        TypeDef::Char => Value::Char(random_char(random)),
        TypeDef::String => {
            let plain = random.below(3);
            let length = random.length(40);
            let char = |random: &mut Random| match plain {
                0 => char::from(random.below(128) as u8),
                1 => char::from(random.below(256) as u8),
                _ => random_char(random),
            };
            let from = random.pick(&[From::Latin1, From::Tagged]);
            Value::String(from, (0..length).map(|_| char(random)).collect())
        }
        TypeDef::Flags(labels) => Value::Number(random.bits() & (u64::MAX >> (64 - labels.len()))),
        TypeDef::List(element) => {
            let length = random.length(6);
            Value::List((0..length).map(|_| random_value(types, *element, random)).collect())
        }
        TypeDef::Map(key, value) => {
            let length = random.length(4);
            let pair = |random: &mut Random| {
                Value::Record(vec![random_value(types, *key, random), random_value(types, *value, random)])
            };
            Value::List((0..length).map(|_| pair(random)).collect())
        }
        TypeDef::Own(resource) | TypeDef::Borrow(resource) => Value::Handle(*resource, random.bits() as u32),
        _ => match shape(types, ty) {
            Shape::Number { bytes, .. } => Value::Number(random.bits() & (u64::MAX >> (64 - 8 * bytes))),
            Shape::Record(fields) => {
                Value::Record(fields.into_iter().map(|field| random_value(types, field, random)).collect())
            }
            Shape::Variant(cases) => {
                let case = random.below(cases.len() as u64) as usize;
                Value::Variant(case, cases[case].map(|ty| Box::new(random_value(types, ty, random))))
            }
            Shape::Pointer => unreachable!("strings, lists and maps were handled"),
        },
    }
}

fn random_char(random: &mut Random) -> char {
    let limits = [0x80, 0x100, 0x800, 0xD800, 0x1_0000, 0x11_0000];
    let limit = limits[random.below(limits.len() as u64) as usize];
    // Surrogates are no characters; anything else will do instead.
    char::from_u32(random.below(limit) as u32).unwrap_or('\u{FFFD}')
}
