//! Draws types, values and faults.

use crate::model::{Context, Encoding, Flat, PtrType, Text, Ty, Value, despecialize};
use crate::rng::Rng;

/// A function type with the options of both sides.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<Ty>,
    pub(crate) result: Option<Ty>,
    pub(crate) caller: Side,
    pub(crate) callee: Side,
    pub(crate) has_post_return: bool,
}

impl Signature {
    /// The types of the results: none or one.
    pub(crate) fn results(&self) -> Vec<Ty> {
        self.result.iter().cloned().collect()
    }
}

/// Canonical options that are plain values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) encoding: Encoding,
    pub(crate) ptr_type: PtrType,
}

pub(crate) fn signature(rng: &mut Rng) -> Signature {
    let mut params: Vec<Ty> = (0..rng.range(0, 3)).map(|_| ty(rng, 3)).collect();
    // Now and then many small parameters, around the limit of what travels on the stack.
    if rng.chance(10) {
        params = (0..rng.range(12, 20)).map(|_| primitive(rng)).collect();
    }
    let result = rng.chance(60).then(|| ty(rng, 3));
    let (caller, callee) = (side(rng), side(rng));
    Signature { params, result, caller, callee, has_post_return: rng.chance(30) }
}

fn side(rng: &mut Rng) -> Side {
    let encoding = *rng.pick(&[Encoding::Utf8, Encoding::Utf16, Encoding::Latin1Utf16]);
    let ptr_type = if rng.chance(75) { PtrType::I32 } else { PtrType::I64 };
    Side { encoding, ptr_type }
}

fn primitive(rng: &mut Rng) -> Ty {
    use Ty::{Bool, Char, F32, F64, S8, S16, S32, S64, String, U8, U16, U32, U64};
    rng.pick(&[Bool, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, Char, String, String, String]).clone()
}

fn key(rng: &mut Rng) -> Ty {
    use Ty::{Bool, Char, S8, S16, S32, S64, String, U8, U16, U32, U64};
    rng.pick(&[Bool, S8, U8, S16, U16, S32, U32, S64, U64, Char, String, String]).clone()
}

fn ty(rng: &mut Rng, depth: u64) -> Ty {
    if depth == 0 || rng.chance(30) {
        return primitive(rng);
    }
    let inner = |rng: &mut Rng| ty(rng, depth - 1);
    let optional = |rng: &mut Rng| rng.chance(70).then(|| ty(rng, depth - 1));
    match rng.below(12) {
        0..=2 => Ty::List(Box::new(inner(rng))),
        3 => Ty::Record((0..rng.range(1, 5)).map(|_| inner(rng)).collect()),
        4 => Ty::Tuple((0..rng.range(1, 4)).map(|_| inner(rng)).collect()),
        5 | 6 => Ty::Variant((0..rng.range(1, 5)).map(|_| optional(rng)).collect()),
        7 => Ty::Enum(*rng.pick(&[1, 2, 3, 200, 255, 256, 257, 300])),
        8 => Ty::Option(Box::new(inner(rng))),
        9 => Ty::Result(optional(rng).map(Box::new), optional(rng).map(Box::new)),
        10 => Ty::Flags(*rng.pick(&[1, 3, 8, 9, 16, 17, 31, 32])),
        _ if rng.chance(50) => Ty::FixedList(Box::new(inner(rng)), rng.range(1, 5) as usize),
        _ => Ty::Map(Box::new(key(rng)), Box::new(inner(rng))),
    }
}

/// A value of a type, as the side with this context has it.
pub(crate) fn value(rng: &mut Rng, cx: &Context, t: &Ty) -> Value {
    let t = despecialize(t);
    let bits = match rng.below(4) {
        0 => *rng.pick(&[0, 1, u64::MAX, 1 << 31, 1 << 63, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff]),
        _ => rng.next(),
    };
    match t {
        Ty::Bool => Value::Bool(bits & 1 == 1),
        Ty::U8 => Value::Int((bits as u8).into()),
        Ty::U16 => Value::Int((bits as u16).into()),
        Ty::U32 => Value::Int((bits as u32).into()),
        Ty::U64 => Value::Int(bits.into()),
        Ty::S8 => Value::Int((bits as i8).into()),
        Ty::S16 => Value::Int((bits as i16).into()),
        Ty::S32 => Value::Int((bits as i32).into()),
        Ty::S64 => Value::Int((bits as i64).into()),
        Ty::F32 => Value::F32(bits as u32),
        Ty::F64 => Value::F64(bits),
        Ty::Char => Value::Char(char(rng).into()),
        Ty::String => Value::String(text(rng, cx.encoding)),
        Ty::List(t) => {
            let length = if rng.chance(5) { rng.range(0, 40) } else { rng.range(0, 4) };
            Value::Many((0..length).map(|_| value(rng, cx, &t)).collect())
        }
        Ty::FixedList(t, n) => Value::Many((0..n).map(|_| value(rng, cx, &t)).collect()),
        Ty::Record(fields) => Value::Many(fields.iter().map(|t| value(rng, cx, t)).collect()),
        Ty::Variant(cases) => {
            let case = rng.below(cases.len() as u64) as usize;
            Value::Case(case, cases[case].as_ref().map(|t| Box::new(value(rng, cx, t))))
        }
        Ty::Flags(n) => Value::Flags(bits as u32 & if n == 32 { u32::MAX } else { (1 << n) - 1 }),
        Ty::Map(..) | Ty::Tuple(_) | Ty::Enum(_) | Ty::Option(_) | Ty::Result(..) => unreachable!(),
    }
}

fn char(rng: &mut Rng) -> char {
    match rng.below(10) {
        0..=4 => rng.range(0x20, 0x7e) as u8 as char,
        5 | 6 => char::from(rng.range(0x80, 0xff) as u8),
        7 => *rng.pick(&['\0', '\u{7f}', '\u{80}', '\u{ff}', '\u{100}', '\u{7ff}', '\u{800}', '\u{d7ff}']),
        8 => *rng.pick(&['\u{e000}', '\u{feff}', '\u{ffff}', '\u{10000}', '\u{10ffff}', '日', 'Ā']),
        _ => loop {
            if let Some(c) = char::from_u32(rng.below(0x11_0000) as u32) {
                return c;
            }
        },
    }
}

/// A string in an encoding; lengths cross those at which vectors are used.
fn text(rng: &mut Rng, encoding: Encoding) -> Text {
    let length = match rng.below(10) {
        0 => 0,
        1..=5 => rng.range(1, 12),
        6..=8 => rng.range(13, 70),
        _ => rng.range(71, 300),
    };
    let only_ascii = rng.chance(40);
    let only_latin1 = rng.chance(40);
    // A single other character somewhere, so that every position of a first one is met.
    let odd = rng.below(length + 1);
    let chars: Vec<char> = (0..length)
        .map(|i| match (only_ascii, only_latin1) {
            (true, _) if i == odd && rng.chance(50) => char(rng),
            (true, _) => rng.range(0x20, 0x7e) as u8 as char,
            (_, true) => char::from(rng.below(256) as u8),
            _ => char(rng),
        })
        .collect();
    let fits = chars.iter().all(|&c| c <= '\u{ff}');
    let tagged = encoding == Encoding::Latin1Utf16 && (!fits || rng.chance(30));
    let string: String = chars.iter().collect();
    let code_units = match (encoding, tagged) {
        (Encoding::Utf8, _) => string.len(),
        (Encoding::Latin1Utf16, false) => chars.len(),
        _ => string.encode_utf16().count(),
    };
    Text { chars, encoding, tagged, code_units: code_units as u64 }
}

/// Damages flat values or memory in one or more places; `used` are the addresses where values are.
pub(crate) fn damage(
    rng: &mut Rng,
    cx: &mut Context,
    flat: &mut [u64],
    types: &[Flat],
    used: std::ops::Range<u64>,
) {
    for _ in 0..rng.range(1, 2) {
        let odd = odd_number(rng, cx);
        if !flat.is_empty() && rng.chance(40) {
            let slot = rng.below(flat.len() as u64) as usize;
            flat[slot] = if rng.chance(50) { odd } else { flat[slot].wrapping_add(rng.range(0, 4)) };
            if matches!(types[slot], Flat::I32 | Flat::F32) {
                flat[slot] &= 0xffff_ffff;
            }
        } else if !used.is_empty() {
            let at = used.start + rng.below(used.end - used.start);
            match rng.below(4) {
                0 => cx.memory[at as usize] = rng.next() as u8,
                1 => cx.memory[at as usize] = 0xff,
                2 => cx.memory[at as usize] ^= 1 << rng.below(8),
                _ => {
                    let at = at & !(cx.ptr_type.size() - 1);
                    let bytes = &odd.to_le_bytes()[..cx.ptr_type.size() as usize];
                    cx.memory[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
                }
            }
        }
    }
}

/// A number that is likely to be wrong as a pointer, a length, a discriminant or a character.
fn odd_number(rng: &mut Rng, cx: &Context) -> u64 {
    let size = cx.memory.len() as u64;
    match rng.below(8) {
        0 => rng.range(size - 16, size + 16),
        1 => rng.range(0xd7f0, 0xe010),
        2 => *rng.pick(&[0x10_ffff, 0x11_0000, 255, 256, 257, 0x8000_0000, 0x8000_0001, 1 << 63]),
        3 => rng.range((1 << 28) - 2, (1 << 28) + 2),
        4 => rng.range(0, 16),
        5 => u64::MAX - rng.range(0, 16),
        6 => 0xffff_ffff - rng.range(0, 16),
        _ => rng.next(),
    }
}

/// A pointer that no realloc may return for any allocation.
pub(crate) fn bad_pointer(rng: &mut Rng, cx: &Context) -> u64 {
    let size = cx.memory.len() as u64;
    match (rng.below(3), cx.ptr_type) {
        (0, _) => size + rng.range(1, 9),
        (1, _) => 0xffff_fff0 + rng.below(16),
        (_, PtrType::I32) => 0x8000_0000,
        (_, PtrType::I64) => u64::MAX - rng.below(16),
    }
}
