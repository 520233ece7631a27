//! Draws values.

use crate::hands::Guest;
use crate::model::{Encoding, Text, Ty, Value, despecialize};
use crate::rng::Rng;

/// A value of a type, as this guest has it; handles in it are the guest's from then on.
pub(crate) fn value(rng: &mut Rng, guest: &mut Guest, t: &Ty) -> Value {
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
        Ty::String => Value::String(text(rng, guest.cx.encoding)),
        Ty::List(t) => {
            let length = if rng.chance(5) { rng.range(0, 40) } else { rng.range(0, 4) };
            Value::Many((0..length).map(|_| value(rng, guest, &t)).collect())
        }
        Ty::FixedList(t, n) => Value::Many((0..n).map(|_| value(rng, guest, &t)).collect()),
        Ty::Record(fields) => Value::Many(fields.iter().map(|t| value(rng, guest, t)).collect()),
        Ty::Variant(cases) => {
            let case = match rng.chance(50) {
                true => rng.below(cases.len() as u64) as usize,
                false => cases.len() - 1,
            };
            Value::Case(case, cases[case].as_ref().map(|t| Box::new(value(rng, guest, t))))
        }
        Ty::Flags(n) => Value::Flags(bits as u32 & if n == 32 { u32::MAX } else { (1 << n) - 1 }),
        Ty::Own(resource) => Value::Handle(guest.own_to_give(rng, resource)),
        Ty::Borrow(resource) => Value::Handle(guest.handle_to_lend(rng, resource)),
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
    Text { chars, invalid: None, encoding, tagged, code_units: code_units as u64 }
}
