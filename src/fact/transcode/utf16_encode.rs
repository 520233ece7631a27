//! UTF-16 to UTF-8.
//!
//! ASCII is narrowed as in a first pass. Eight units that all need two bytes, or all need three, are converted as a
//! vector; everything else unit by unit, or pair by pair. Each unit has room for three bytes, so vectors may be
//! stored whole.

use super::cursor::Cursor;
use super::narrow::{Upto, narrow};
use crate::fact::code::{Bits, Code, Expr, Label, Local, Memory, i32, splat16, v128};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// [`super::Transcoder::Utf16ToUtf8`]
pub(super) fn to_utf8(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let start = c.variable(cursor.to.get());
        let excess = c.variable(splat16(0xFF80));
        c.block(|c, invalid| {
            c.block(|c, done| {
                c.block(|c, other| {
                    narrow(c, cursor, Upto::Ascii, excess, other);
                    c.br(done);
                });
                let runs = c.if_(cursor.left.ge(8), |c| Runs::start(c, excess));
                c.loop_(|c, other| {
                    // The next unit is not ASCII.
                    c.block(|c, converted| {
                        c.block(|c, one_by_one| {
                            c.if_(cursor.left.ge(8), |c| runs.convert(c, cursor, converted, one_by_one));
                        });
                        convert_unit(c, cursor, invalid);
                    });
                    c.br_if(done, cursor.left.eq(0));
                    c.br_if(other, cursor.load16(0).ge(0x80));
                    narrow(c, cursor, Upto::Ascii, excess, other);
                });
            });
            c.ret([(cursor.to - start).to(I32)]);
        });
        c.push(i32(-1));
    })
}

/// Encodes the next unit, which is not ASCII, or the next two if they are a pair.
fn convert_unit(c: &mut Code, cursor: Cursor, invalid: Label) {
    let unit = c.variable(cursor.load16(0));
    let plane = c.variable(unit & 0xF800);
    let low_six = |point: Expr| (point & 0x3F) | 0x80;
    c.if_else(
        unit.lt(0x800),
        |c| {
            cursor.store16(c, 0, (unit >> 6) | 0xC0 | (low_six(unit.get()) << 8));
            cursor.advance(c, 2, 2, 1);
        },
        |c| {
            c.if_else(
                plane.ne(0xD800),
                |c| {
                    cursor.store16(c, 0, (unit >> 12) | 0xE0 | (low_six(unit >> 6) << 8));
                    cursor.store8(c, 2, low_six(unit.get()));
                    cursor.advance(c, 2, 3, 1);
                },
                |c| {
                    c.br_if(invalid, unit.ge(0xDC00));
                    c.br_if(invalid, cursor.left.lt(2));
                    let second = c.variable(cursor.load16(2) - 0xDC00);
                    c.br_if(invalid, second.ge(0x400));
                    let point = c.variable((((unit & 0x3FF) << 10) | second) + 0x1_0000);
                    let start = (point >> 18) | 0xF0 | (low_six(point >> 12) << 8);
                    let rest = low_six(point >> 6) | (low_six(point.get()) << 8);
                    c.store(Bits::B32, cursor.dst, cursor.to, 0, start | (rest << 16));
                    cursor.advance(c, 4, 4, 2);
                },
            );
        },
    );
}

/// Conversion of eight units that need as many bytes each. The constants are in locals, see [`super::validate`].
struct Runs {
    /// The bits that are not zero in a unit that is not ASCII.
    not_ascii: Local,
    /// Those that are not zero in a unit that needs three bytes; as a unit, 0xD800 is a surrogate in them.
    not_two: Local,
    surrogate: Local,
    zero: Local,
    low_six: Local,
    second_six: Local,
}

impl Runs {
    fn start(c: &mut Code, not_ascii: Local) -> Runs {
        Runs {
            not_ascii,
            not_two: c.variable(splat16(0xF800)),
            surrogate: c.variable(splat16(0xD800)),
            zero: c.variable(splat16(0)),
            low_six: c.variable(splat16(0x003F)),
            second_six: c.variable(splat16(0x0FC0)),
        }
    }

    /// Converts the next eight units and leaves to `converted`, if no surrogate is among them.
    fn convert(&self, c: &mut Code, cursor: Cursor, converted: Label, one_by_one: Label) {
        let block = c.variable(cursor.load128(0));
        let plane = c.variable(block & self.not_two);
        c.if_else(
            plane.get().v128_any_true().eqz(),
            |c| {
                let ascii = (block & self.not_ascii).i16x8_eq(self.zero);
                c.if_(ascii.v128_any_true().eqz(), |c| {
                    self.convert_two(c, cursor, block);
                    c.br(converted);
                });
            },
            |c| {
                let surrogate = c.local(V128);
                // Whether any unit needs less than three bytes, or is a surrogate.
                let other = || {
                    let is_surrogate = plane.get().i16x8_eq(self.surrogate).tee(surrogate);
                    (plane.get().i16x8_eq(self.zero) | is_surrogate).v128_any_true()
                };
                c.if_(other().eqz(), |c| {
                    let picks = pick_three(c);
                    c.loop_(|c, again| {
                        self.convert_three(c, cursor, block, picks);
                        c.br_if(converted, cursor.left.lt(8));
                        c.set(block, cursor.load128(0));
                        c.set(plane, block & self.not_two);
                        c.br_if(again, other().eqz());
                    });
                    c.br(converted);
                });
                c.br_if(one_by_one, surrogate.get().v128_any_true());
            },
        );
        c.if_(cursor.left.gt(8), |c| {
            convert_mixed(c, cursor, block);
            c.br(converted);
        });
    }

    /// The last byte of each unit, in the low byte of its lane.
    fn last(&self, block: Local) -> Expr {
        (block & self.low_six) | splat16(0x80)
    }

    /// Units of 0x80 to 0x7FF: 16 bytes.
    fn convert_two(&self, c: &mut Code, cursor: Cursor, block: Local) {
        let lead = block.get().i16x8_shr_u(6) | splat16(0xC0);
        cursor.store128(c, 0, lead | self.last(block).i16x8_shl(8));
        cursor.advance(c, 16, 16, 8);
    }

    /// Units from 0x800 on, none a surrogate: 24 bytes.
    fn convert_three(&self, c: &mut Code, cursor: Cursor, block: Local, picks: Picks) {
        let lead = block.get().i16x8_shr_u(12) | splat16(0x80E0);
        let starts = c.variable(lead | (block & self.second_six).i16x8_shl(2));
        let lasts = c.variable(self.last(block));
        let pick =
            |[start, last]: [Local; 2]| starts.get().i8x16_swizzle(start) | lasts.get().i8x16_swizzle(last);
        cursor.store128(c, 0, pick(picks[0]));
        c.store_lane(Bits::B64, cursor.dst, cursor.to, 16, pick(picks[1]), 0);
        cursor.advance(c, 16, 24, 8);
    }
}

/// What picks bytes 0..16 and 16..24 of eight three-byte characters: from the vector of their first two bytes, and from
/// that of their third, where the other has zeros. These are swizzles, since engines build the masks of a shuffle anew
/// at each use.
type Picks = [[Local; 2]; 2];

fn pick_three(c: &mut Code) -> Picks {
    [0, 16].map(|first| {
        // Byte i is byte i % 3 of unit i / 3. An index of 16 or more gives zero.
        let start = |i: u8| if i % 3 == 2 { 0xFF } else { 2 * (i / 3) + i % 3 };
        let last = |i: u8| if i % 3 == 2 { 2 * (i / 3) } else { 0xFF };
        let mut pick = |byte: fn(u8) -> u8| c.variable(v128(std::array::from_fn(|i| byte(first + i as u8))));
        [pick(start), pick(last)]
    })
}

/// Eight units of any size, none a surrogate, with at least one more after them: each is stored as four bytes, and
/// the next over those that were too many.
fn convert_mixed(c: &mut Code, cursor: Cursor, block: Local) {
    let splat = |bits: i64| i32(bits).i32x4_splat();
    for half in [block.get().i32x4_extend_low_i16x8_u(), block.get().i32x4_extend_high_i16x8_u()] {
        let unit = c.variable(half);
        let last = c.variable(unit & splat(0x3F));
        let two = splat(0x80C0) | unit.get().i32x4_shr_u(6) | last.get().i32x4_shl(8);
        let middle = (unit & splat(0xFC0)).i32x4_shl(2);
        let three = splat(0x80_80E0) | unit.get().i32x4_shr_u(12) | middle | last.get().i32x4_shl(16);
        let above_one = c.variable(unit.get().i32x4_gt_s(splat(0x7F)));
        let above_two = c.variable(unit.get().i32x4_gt_s(splat(0x7FF)));
        let bytes = three.bitselect(two, above_two).bitselect(unit, above_one);
        let bytes = c.variable(bytes);
        // Comparisons give -1 for true.
        let size = c.variable(splat(1).i32x4_sub(above_one).i32x4_sub(above_two));
        for lane in 0..4 {
            c.store_lane(Bits::B32, cursor.dst, cursor.to, 0, bytes.get(), lane);
            c.add(cursor.to, size.get().lane32(lane).to(cursor.dst.address()));
        }
    }
    c.add(cursor.from, 16);
    c.set(cursor.left, cursor.left - 8);
}
