//! Validation of UTF-8, sixteen bytes at a time.
//!
//! Whether a byte is wrong shows in it and the three before it. All errors that two adjacent bytes can show are
//! found with three table look-ups, one by each of three nibbles (Keiser and Lemire, "Validating UTF-8 in less than
//! one instruction per byte", 2020): each error is a bit that is set in all three entries exactly if the nibbles
//! match it. What remains is that the third byte of three and the third and fourth of four must be continuations;
//! those follow two continuations only there, so one more bit, [`TWO_CONTINUATIONS`], must agree with it.

use crate::fact::code::{Code, Expr, Local, i32, splat8, v128};
use wasm_encoder::ValType::V128;

/// A lead byte is followed by something else than a continuation.
const TOO_SHORT: u8 = 1 << 0;
/// An ASCII byte is followed by a continuation.
const TOO_LONG: u8 = 1 << 1;
/// E0 80..9F: three bytes for what needs two.
const OVERLONG_3: u8 = 1 << 2;
/// F4 90..BF or F5..FF 90..BF: above U+10FFFF.
const TOO_LARGE: u8 = 1 << 3;
/// ED A0..BF: a surrogate.
const SURROGATE: u8 = 1 << 4;
/// C0..C1: two bytes for what needs one.
const OVERLONG_2: u8 = 1 << 5;
/// F0 80..8F, four bytes for what needs three; or F5..FF 80..8F, above U+10FFFF.
const OVERLONG_4: u8 = 1 << 6;
/// A continuation is followed by another. No error if it is the second or third of its character.
const TWO_CONTINUATIONS: u8 = 1 << 7;

/// Errors that do not depend on the low nibble of the first byte.
const ANY_LOW: u8 = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS;

/// Possible errors by the high nibble of the first byte.
fn by_first_high(nibble: u8) -> u8 {
    match nibble {
        0x0..=0x7 => TOO_LONG,
        0x8..=0xB => TWO_CONTINUATIONS,
        0xC => TOO_SHORT | OVERLONG_2,
        0xD => TOO_SHORT,
        0xE => TOO_SHORT | OVERLONG_3 | SURROGATE,
        _ => TOO_SHORT | TOO_LARGE | OVERLONG_4,
    }
}

/// Possible errors by the low nibble of the first byte.
fn by_first_low(nibble: u8) -> u8 {
    ANY_LOW
        | match nibble {
            0x0 => OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
            0x1 => OVERLONG_2,
            0x2 | 0x3 => 0,
            0x4 => TOO_LARGE,
            0xD => TOO_LARGE | OVERLONG_4 | SURROGATE,
            _ => TOO_LARGE | OVERLONG_4,
        }
}

/// Possible errors by the high nibble of the second byte.
fn by_second_high(nibble: u8) -> u8 {
    const CONTINUATION: u8 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS;
    match nibble {
        0x8 => CONTINUATION | OVERLONG_3 | OVERLONG_4,
        0x9 => CONTINUATION | OVERLONG_3 | TOO_LARGE,
        0xA | 0xB => CONTINUATION | SURROGATE | TOO_LARGE,
        _ => TOO_SHORT,
    }
}

/// The bytes 0, 1, 2 ...: indices that leave a vector as it is.
pub(super) fn count() -> Expr {
    v128(std::array::from_fn(|i| i as u8))
}

/// The validation of one string. Engines build a vector constant anew at each use, so they are kept in locals.
pub(super) struct Validation {
    first_high: Local,
    first_low: Local,
    second_high: Local,
    low_nibbles: Local,
    third_bias: Local,
    fourth_bias: Local,
    top_bits: Local,
    /// The block before the next one; zeros before the first.
    previous: Local,
    /// What each of its bytes allows to be wrong with the next one.
    previous_first: Local,
    /// Not zero if an error was found.
    error: Local,
}

impl Validation {
    /// Sets the constants.
    pub(super) fn start(c: &mut Code) -> Validation {
        let table = |f: fn(u8) -> u8| v128(std::array::from_fn(|nibble| f(nibble as u8)));
        Validation {
            first_high: c.variable(table(by_first_high)),
            first_low: c.variable(table(by_first_low)),
            second_high: c.variable(table(by_second_high)),
            low_nibbles: c.variable(splat8(0x0F)),
            // Saturating subtraction of these leaves the top bit only in leads of three (E0..) or four (F0..).
            third_bias: c.variable(splat8(0xE0 - 0x80)),
            fourth_bias: c.variable(splat8(0xF0 - 0x80)),
            top_bits: c.variable(splat8(0x80)),
            previous: c.local(V128),
            previous_first: c.variable(splat8(TOO_LONG)),
            error: c.local(V128),
        }
    }

    /// Looks at the next block.
    pub(super) fn check(&self, c: &mut Code, block: Local) {
        // The block moved back by 1, 2, 3 bytes.
        let before = |by: u8| self.previous.get().shuffle(block, std::array::from_fn(|i| 16 - by + i as u8));
        let high = c.variable(block.get().i16x8_shr_u(4) & self.low_nibbles);
        let first = self.first_high.get().i8x16_swizzle(high)
            & self.first_low.get().i8x16_swizzle(block & self.low_nibbles);
        let first = c.variable(first);
        let pairs = self.previous_first.get().shuffle(first, std::array::from_fn(|i| 15 + i as u8))
            & self.second_high.get().i8x16_swizzle(high);
        let continues =
            before(2).i8x16_sub_sat_u(self.third_bias) | before(3).i8x16_sub_sat_u(self.fourth_bias);
        c.set(self.error, self.error | ((continues & self.top_bits) ^ pairs));
        c.set(self.previous, block);
        c.set(self.previous_first, first);
    }

    /// Which bytes of a block lead three or four.
    pub(super) fn leads_of_three(&self, block: Local) -> Expr {
        block.get().i8x16_sub_sat_u(self.third_bias).i8x16_bitmask()
    }

    /// Forgets the block before: the next one begins with a character, and all before that is complete.
    pub(super) fn restart(&self, c: &mut Code) {
        c.set(self.previous, splat8(0));
        c.set(self.previous_first, splat8(TOO_LONG));
    }

    /// Looks at the end of the string: the last `left` bytes of a vector, 0 to 15 of them, and what must not come
    /// after them.
    pub(super) fn check_end(&self, c: &mut Code, vector: Local, left: Local) {
        // An index of 16 or more gives zero.
        let indices = count().i8x16_add((i32(16) - left).i8x16_splat());
        let block = c.variable(vector.get().i8x16_swizzle(indices));
        self.check(c, block);
    }

    /// 1 if no error was found, else 0.
    pub(super) fn is_valid(&self) -> Expr {
        self.error.get().v128_any_true().eqz()
    }
}
