//! First passes: units become bytes as long as they fit, and the pass stops at the first that does not.

use super::cursor::Cursor;
use super::utf8_decode;
use crate::fact::code::{Bits, Code, Label, Local, Memory, splat16};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// What a pass lets through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Upto {
    /// Units up to 0x7F.
    Ascii,
    /// Units up to 0xFF.
    Latin1,
}

impl Upto {
    /// The bits of a unit that must be zero.
    fn excess(self) -> u16 {
        match self {
            Upto::Ascii => 0xFF80,
            Upto::Latin1 => 0xFF00,
        }
    }
}

/// [`super::Transcoder::Utf16ToAscii`] and [`super::Transcoder::Utf16ToLatin1`]
pub(super) fn from_utf16(upto: Upto, src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let start = c.variable(cursor.to.get());
        let excess = c.variable(splat16(upto.excess()));
        c.block(|c, stop| narrow(c, cursor, upto, excess, stop));
        c.push((cursor.to - start).to(I32));
    })
}

/// Narrows units to bytes up to the end, or leaves to `stop` at the first that does not fit. `excess` holds
/// [`Upto::excess`] in each lane.
pub(super) fn narrow(c: &mut Code, cursor: Cursor, upto: Upto, excess: Local, stop: Label) {
    let Cursor { src, dst, from, left, to } = cursor;
    let (first, second, unit) = (c.local(V128), c.local(V128), c.local(I32));
    c.block(|c, less| {
        c.while_(left.ge(16), |c| {
            c.set(first, cursor.load128(0));
            c.set(second, cursor.load128(16));
            c.br_if(less, ((first | second) & excess).v128_any_true());
            cursor.store128(c, 0, first.get().i8x16_narrow_i16x8_u(second));
            cursor.advance(c, 32, 16, 16);
        });
    });
    // Fewer than 16 are left, or one of the next 16 does not fit. Blocks are stored before that is known: their
    // bytes have room, and those from the first unit that does not fit on are not part of the result.
    let advance = |c: &mut Code, units: i64| {
        let fits = (first & excess).i16x8_eq(splat16(0)).i16x8_bitmask();
        c.if_(((fits ^ 0xFF) & ((1 << units) - 1)).tee(unit), |c| {
            c.set(unit, unit.get().ctz());
            cursor.advance_by(c, unit, 1, 0);
            c.br(stop);
        });
        cursor.advance(c, 2 * units, units, units);
    };
    c.while_(left.ge(8), |c| {
        c.set(first, cursor.load128(0));
        c.store_lane(Bits::B64, dst, to, 0, first.get().i8x16_narrow_i16x8_u(first), 0);
        advance(c, 8);
    });
    c.if_(left.ge(4), |c| {
        c.set(first, src.load64_zero(from, 0));
        c.store_lane(Bits::B32, dst, to, 0, first.get().i8x16_narrow_i16x8_u(first), 0);
        advance(c, 4);
    });
    c.while_(left.get(), |c| {
        c.set(unit, cursor.load16(0));
        c.br_if(stop, unit & i64::from(upto.excess()));
        cursor.store8(c, 0, unit.get());
        cursor.advance(c, 2, 1, 1);
    });
}

/// [`super::Transcoder::Latin1ToAscii`]
pub(super) fn from_latin1(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let start = c.variable(cursor.to.get());
        c.block(|c, stop| utf8_decode::copy_ascii(c, cursor, stop));
        c.push((cursor.to - start).to(I32));
    })
}
