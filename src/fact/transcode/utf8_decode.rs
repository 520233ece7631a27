//! UTF-8 to UTF-16 and to Latin-1.
//!
//! ASCII goes 16 bytes at a time. Runs of five three-byte or eight two-byte characters, as scripts other than Latin
//! have them, are recognised by the pattern of their bytes and converted as vectors; for longer ones see
//! [`super::three_byte`]. Everything else is decoded character by character. Vectors are stored whole: what they hold beyond the characters read is overwritten by the
//! next, or stays unused within the capacity, since every source unit has room for its own destination units.

use super::cursor::Cursor;
use super::three_byte::Looks;
use crate::fact::code::{Bits, Code, Expr, Label, Local, Memory, i32, splat16, v128};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// [`super::Transcoder::Utf8ToUtf16`]
pub(super) fn to_utf16(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let start = c.variable(cursor.to.get());
        let looks = Looks::start(c, cursor, 1);
        c.block(|c, invalid| {
            c.block(|c, done| {
                c.loop_(|c, again| {
                    c.block(|c, other| {
                        widen_ascii(c, cursor, other);
                        c.br(done);
                    });
                    c.block(|c, due| convert_stretch(c, cursor, looks, [due, done, invalid]));
                    c.br_if(done, looks.are_over(cursor));
                    c.block(|c, none| {
                        looks.look(c, cursor, cursor.from, none);
                        looks.widen_run(c, cursor);
                        c.br(again);
                    });
                    looks.pass(c, cursor);
                    c.br(again);
                });
            });
            c.ret([((cursor.to - start) >> 1).to(I32)]);
        });
        c.push(i32(-1));
    })
}

/// Converts until a look is due, or the end. The next character is not ASCII.
fn convert_stretch(c: &mut Code, cursor: Cursor, looks: Looks, [due, done, invalid]: [Label; 3]) {
    let stop = c.local(I32);
    // Without 16 bytes there is no run, and so no need of constants.
    let runs = c.if_(cursor.left.ge(16), Runs::start);
    c.loop_(|c, other| {
        let first = c.variable(cursor.load8(0));
        c.block(|c, converted| {
            c.set(stop, i32(0));
            c.if_(cursor.left.ge(16), |c| {
                runs.convert(c, cursor, first, converted, invalid);
                c.set(stop, cursor.left - 16);
            });
            // No run for the next 16 bytes: one by one up to there, or to the next ASCII character.
            c.loop_(|c, one| {
                convert_character(c, cursor, first, invalid);
                c.br_if(converted, cursor.left.le(stop));
                c.br_if(one, cursor.load8(0).tee(first) & 0x80);
            });
        });
        c.br_if(due, looks.are_not_due(cursor).eqz());
        c.br_if(other, cursor.load8(0) & 0x80);
        widen_ascii(c, cursor, other);
        c.br(done);
    });
}

/// [`super::Transcoder::Utf8ToLatin1`]
pub(super) fn to_latin1(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let (source_start, dest_start) = (c.variable(cursor.from.get()), c.variable(cursor.to.get()));
        c.block(|c, stop| {
            c.loop_(|c, again| {
                c.block(|c, other| {
                    copy_ascii(c, cursor, other);
                    c.br(stop);
                });
                // C2 80..BF and C3 80..BF are U+0080 to U+00FF; the lowest two bits of the lead are the top ones.
                let (first, second) = (c.variable(cursor.load8(0)), c.local(I32));
                c.br_if(stop, (first & 0xFE).ne(0xC2));
                c.br_if(stop, cursor.left.lt(2));
                c.br_if(stop, (cursor.load8(1) ^ 0x80).tee(second).gt(0x3F));
                cursor.store8(c, 0, (first << 6) | second);
                cursor.advance(c, 2, 1, 2);
                c.br(again);
            });
        });
        c.push((cursor.from - source_start).to(I32));
        c.push((cursor.to - dest_start).to(I32));
    })
}

/// Copies ASCII up to the end, or leaves to `other` at the first character that is not.
pub(super) fn copy_ascii(c: &mut Code, cursor: Cursor, other: Label) {
    let (block, bits) = (c.local(V128), c.local(I32));
    // Leaves if not all of the block, which was stored, is ASCII.
    let check = |c: &mut Code| {
        c.if_(block.get().i8x16_bitmask().tee(bits), |c| {
            c.set(bits, bits.get().ctz());
            cursor.advance_by(c, bits, 0, 0);
            c.br(other);
        });
    };
    c.while_(cursor.left.ge(16), |c| {
        c.set(block, cursor.load128(0));
        cursor.store128(c, 0, block.get());
        check(c);
        cursor.advance(c, 16, 16, 16);
    });
    c.if_(cursor.left.ge(8), |c| {
        c.set(block, cursor.src.load64_zero(cursor.from, 0));
        c.store_lane(Bits::B64, cursor.dst, cursor.to, 0, block.get(), 0);
        check(c);
        cursor.advance(c, 8, 8, 8);
    });
    c.while_(cursor.left.get(), |c| {
        c.set(bits, cursor.load8(0));
        c.br_if(other, bits & 0x80);
        cursor.store8(c, 0, bits.get());
        cursor.advance(c, 1, 1, 1);
    });
}

/// Widens ASCII to UTF-16 up to the end, or leaves to `other` at the first character that is not.
fn widen_ascii(c: &mut Code, cursor: Cursor, other: Label) {
    let (block, bits) = (c.local(V128), c.local(I32));
    let widen = |c: &mut Code, cursor: Cursor| cursor.store128(c, 0, block.get().i16x8_extend_low_i8x16_u());
    // Leaves if not all of the block, which was stored, is ASCII.
    let check = |c: &mut Code| {
        c.if_(block.get().i8x16_bitmask().tee(bits), |c| {
            c.set(bits, bits.get().ctz());
            cursor.advance_by(c, bits, 0, 1);
            c.br(other);
        });
    };
    let second = c.local(V128);
    c.block(|c, less| {
        c.while_(cursor.left.ge(32), |c| {
            c.set(block, cursor.load128(0));
            c.set(second, cursor.load128(16));
            c.br_if(less, (block | second).i8x16_bitmask());
            for (offset, block) in [(0, block), (32, second)] {
                cursor.store128(c, offset, block.get().i16x8_extend_low_i8x16_u());
                cursor.store128(c, offset + 16, block.get().i16x8_extend_high_i8x16_u());
            }
            cursor.advance(c, 32, 64, 32);
        });
    });
    c.while_(cursor.left.ge(16), |c| {
        c.set(block, cursor.load128(0));
        widen(c, cursor);
        cursor.store128(c, 16, block.get().i16x8_extend_high_i8x16_u());
        check(c);
        cursor.advance(c, 16, 32, 16);
    });
    c.if_(cursor.left.ge(8), |c| {
        c.set(block, cursor.src.load64_zero(cursor.from, 0));
        widen(c, cursor);
        check(c);
        cursor.advance(c, 8, 16, 8);
    });
    c.if_(cursor.left.ge(4), |c| {
        c.set(block, cursor.src.load32_zero(cursor.from, 0));
        c.store_lane(Bits::B64, cursor.dst, cursor.to, 0, block.get().i16x8_extend_low_i8x16_u(), 0);
        check(c);
        cursor.advance(c, 4, 8, 4);
    });
    c.while_(cursor.left.get(), |c| {
        c.set(bits, cursor.load8(0));
        c.br_if(other, bits & 0x80);
        cursor.store16(c, 0, bits.get());
        cursor.advance(c, 1, 2, 1);
    });
}

/// Decodes the character that begins with `first`, which is not ASCII, and stores it as UTF-16.
fn convert_character(c: &mut Code, cursor: Cursor, first: Local, invalid: Label) {
    decode(c, cursor, first, invalid, |c, size, point| match size {
        4 => {
            // 0xD800 + ((point - 0x10000) >> 10), then 0xDC00 + (point & 0x3FF)
            let high = (point >> 10) + (0xD800 - (0x1_0000 >> 10));
            let low = (point & 0x3FF) | 0xDC00;
            c.store(Bits::B32, cursor.dst, cursor.to, 0, high | (low << 16));
            cursor.advance(c, size, 4, size);
        }
        _ => {
            cursor.store16(c, 0, point.get());
            cursor.advance(c, size, 2, size);
        }
    });
}

/// Decodes the character at the cursor, whose first byte is `first` and not ASCII, or leaves to `invalid`. `then` is
/// emitted for each size: it is given how many bytes the character has and its code point.
pub(super) fn decode(
    c: &mut Code,
    cursor: Cursor,
    first: Local,
    invalid: Label,
    then: impl Fn(&mut Code, i64, Local),
) {
    let point = c.local(I32);
    // A continuation is 0x80..=0xBF, which the flipped top bit turns into 0..=0x3F.
    let continuation = |c: &mut Code, offset: u64| c.variable(cursor.load8(offset) ^ 0x80);
    let two = |c: &mut Code| {
        c.br_if(invalid, first.lt(0xC2) | cursor.left.lt(2));
        let second = continuation(c, 1);
        c.br_if(invalid, second.gt(0x3F));
        c.set(point, ((first - 0xC0) << 6) | second);
        then(c, 2, point);
    };
    let three = |c: &mut Code| {
        c.br_if(invalid, cursor.left.lt(3));
        let (second, third) = (continuation(c, 1), continuation(c, 2));
        c.br_if(invalid, (second | third).gt(0x3F));
        c.set(point, ((first - 0xE0) << 12) | (second << 6) | third);
        c.br_if(invalid, point.lt(0x800) | (point & 0xF800).eq(0xD800));
        then(c, 3, point);
    };
    let four = |c: &mut Code| {
        c.br_if(invalid, cursor.left.lt(4));
        let [second, third, fourth] = [1, 2, 3].map(|offset| continuation(c, offset));
        c.br_if(invalid, (second | third | fourth).gt(0x3F));
        c.set(point, ((first - 0xF0) << 18) | (second << 12) | (third << 6) | fourth);
        // From U+10000 to U+10FFFF; leads above F4 give more.
        c.br_if(invalid, (point - 0x1_0000).ge(0x10_0000));
        then(c, 4, point);
    };
    c.if_else(first.lt(0xE0), two, |c| c.if_else(first.lt(0xF0), three, four));
}

/// Conversion of runs of characters of the same size. The constants are in locals, see [`super::validate`].
struct Runs {
    three: Run,
    two: Run,
    /// In a unit of lead and second byte of two: the bits from the lead.
    lead_bits: Local,
    /// In a unit of third and second byte: the bits from the second.
    second_bits: Local,
    /// In a unit: the bits from its last byte.
    last_bits: Local,
    /// The bits of a unit that are 0xD800 in a surrogate and zero below U+0800.
    plane_bits: Local,
    surrogate: Local,
    zero: Local,
}

/// How a run is recognised: which bits say what a byte is, and what they must be.
#[derive(Clone, Copy)]
struct Run {
    mask: Local,
    pattern: Local,
}

impl Run {
    fn start(c: &mut Code, size: usize, lead: (u8, u8), continuation: (u8, u8)) -> Run {
        // As many whole characters as 16 bytes hold, then anything.
        let bytes = |lead: u8, continuation: u8| {
            v128(std::array::from_fn(|i| match i % size {
                _ if i >= 16 / size * size => 0,
                0 => lead,
                _ => continuation,
            }))
        };
        let mask = c.variable(bytes(lead.0, continuation.0));
        Run { mask, pattern: c.variable(bytes(lead.1, continuation.1)) }
    }

    fn matches(self, block: Local) -> Expr {
        ((block & self.mask) ^ self.pattern).v128_any_true().eqz()
    }
}

impl Runs {
    fn start(c: &mut Code) -> Runs {
        let continuation = (0xC0, 0x80);
        Runs {
            three: Run::start(c, 3, (0xF0, 0xE0), continuation),
            two: Run::start(c, 2, (0xE0, 0xC0), continuation),
            lead_bits: c.variable(splat16(0x001F)),
            second_bits: c.variable(splat16(0x3F00)),
            last_bits: c.variable(splat16(0x003F)),
            plane_bits: c.variable(splat16(0xF800)),
            surrogate: c.variable(splat16(0xD800)),
            zero: c.variable(splat16(0)),
        }
    }

    /// Converts the next 16 bytes, of which the first is `first`, and leaves to `converted`, if they are a run.
    fn convert(&self, c: &mut Code, cursor: Cursor, first: Local, converted: Label, invalid: Label) {
        let block = c.variable(cursor.load128(0));
        c.if_else(
            first.lt(0xE0),
            |c| {
                c.if_(self.two.matches(block), |c| {
                    self.convert_two(c, cursor, block, invalid);
                    c.br(converted);
                });
            },
            |c| {
                c.if_(self.three.matches(block), |c| {
                    self.convert_three(c, cursor, block, invalid);
                    c.br(converted);
                });
            },
        );
    }

    /// Eight characters of two bytes.
    fn convert_two(&self, c: &mut Code, cursor: Cursor, block: Local, invalid: Label) {
        // Units are lead | second << 8.
        let lead = (block & self.lead_bits).i16x8_shl(6);
        let units = c.variable(lead | (block.get().i16x8_shr_u(8) & self.last_bits));
        cursor.store128(c, 0, units.get());
        c.br_if(invalid, units.get().i16x8_lt_u(splat16(0x80)).v128_any_true());
        cursor.advance(c, 16, 16, 16);
    }

    /// Five characters of three bytes.
    fn convert_three(&self, c: &mut Code, cursor: Cursor, block: Local, invalid: Label) {
        // Units third | second << 8, and any | lead << 8; the last character fills the rest.
        let lanes = |low: u8, high: u8| {
            std::array::from_fn(|i| 3 * (i as u8 / 2).min(4) + if i % 2 == 0 { low } else { high })
        };
        let rest = c.variable(block.get().shuffle(block, lanes(2, 1)));
        let lead = block.get().shuffle(block, lanes(0, 0)).i16x8_shr_u(8).i16x8_shl(12);
        let second = (rest & self.second_bits).i16x8_shr_u(2);
        let units = c.variable(lead | second | (rest & self.last_bits));
        cursor.store128(c, 0, units.get());
        // Overlong forms and surrogates have the pattern too.
        let plane = c.variable(units & self.plane_bits);
        let wrong = plane.get().i16x8_eq(self.zero) | plane.get().i16x8_eq(self.surrogate);
        c.br_if(invalid, wrong.v128_any_true());
        cursor.advance(c, 15, 10, 15);
    }
}
