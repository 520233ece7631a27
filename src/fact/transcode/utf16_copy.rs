//! UTF-16 to UTF-16: the copy is also the validation.
//!
//! The first half of each pair of surrogates must be followed by the second, which follows nothing else. With one
//! bit for each of eight units, that is a shift and a comparison.

use super::Memory;
use super::cursor::Cursor;
use crate::fact::code::{Bits, Code, Expr, Local, i32, splat16, v128};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// [`super::Transcoder::CopyUtf16`]
pub(super) fn copy(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let pairs = Pairs::start(c);
        let block = c.local(V128);
        c.if_(cursor.left.lt(8), |c| {
            copy_few(c, cursor, &pairs);
            pairs.ret(c);
        });
        c.while_(cursor.left.ge(8), |c| {
            c.set(block, cursor.load128(0));
            cursor.store128(c, 0, block.get());
            cursor.advance(c, 16, 16, 8);
            pairs.check(c, block);
        });
        // The last 8 units, of which only `left`, 0 to 7, are new; zeros after them show that a pair is not open.
        c.set(block, src.load128(cursor.source_end(1) - 16, 0));
        c.store(Bits::B128, dst, cursor.dest_end(1) - 16, 0, block);
        let count = v128(std::array::from_fn(|i| i as u8));
        let indices = count.i8x16_add((i32(16) - (cursor.left << 1)).to_splat8());
        c.set(block, block.get().i8x16_swizzle(indices));
        pairs.check(c, block);
        pairs.ret(c);
    })
}

/// Less than eight units: the first four and the last four, or one by one.
fn copy_few(c: &mut Code, cursor: Cursor, pairs: &Pairs) {
    let Cursor { src, dst, from, left, to } = cursor;
    c.if_(left.ge(4), |c| {
        let first = c.variable(src.load64_zero(from, 0));
        let last = c.variable(src.load64_zero(cursor.source_end(1) - 8, 0));
        c.store_lane(Bits::B64, dst, to, 0, first.get(), 0);
        c.store_lane(Bits::B64, dst, cursor.dest_end(1) - 8, 0, last.get(), 0);
        c.if_((pairs.surrogates(first) | pairs.surrogates(last)).v128_any_true().eqz(), |c| {
            c.set(pairs.all, first | last);
            pairs.ret(c);
        });
    });
    let unit = c.local(I32);
    c.while_(left.get(), |c| {
        c.set(unit, cursor.load16(0));
        cursor.store16(c, 0, unit.get());
        cursor.advance(c, 2, 2, 1);
        pairs.check_one(c, unit);
    });
}

/// Looks for surrogates without the other half of their pair, and for the largest unit.
struct Pairs {
    kind_bits: Local,
    first_half: Local,
    second_half: Local,
    /// All units, one over another.
    all: Local,
    /// 1 if the last unit was the first half of a pair.
    open: Local,
    /// Not zero if an error was found.
    error: Local,
}

impl Pairs {
    fn start(c: &mut Code) -> Pairs {
        Pairs {
            kind_bits: c.variable(splat16(0xFC00)),
            first_half: c.variable(splat16(0xD800)),
            second_half: c.variable(splat16(0xDC00)),
            all: c.local(V128),
            open: c.local(I32),
            error: c.local(I32),
        }
    }

    /// All ones in the lanes of surrogates.
    fn surrogates(&self, block: Local) -> Expr {
        let kind = || block & self.kind_bits;
        kind().i16x8_eq(self.first_half) | kind().i16x8_eq(self.second_half)
    }

    /// Looks at the next eight units.
    fn check(&self, c: &mut Code, block: Local) {
        c.set(self.all, self.all | block);
        let kind = c.variable(block & self.kind_bits);
        let first = c.variable(kind.get().i16x8_eq(self.first_half));
        let second = c.variable(kind.get().i16x8_eq(self.second_half));
        c.if_((first | second).v128_any_true() | self.open, |c| {
            let expected = c.variable((first.get().i16x8_bitmask() << 1) | self.open);
            c.set(self.error, self.error | ((expected & 0xFF) ^ second.get().i16x8_bitmask()));
            c.set(self.open, expected >> 8);
        });
    }

    /// Looks at the next unit.
    fn check_one(&self, c: &mut Code, unit: Local) {
        c.set(self.all, self.all | unit.get().to_splat16());
        let kind = c.variable(unit & 0xFC00);
        c.set(self.error, self.error | (kind.eq(0xDC00) ^ self.open));
        c.set(self.open, kind.eq(0xD800));
    }

    /// Returns the bitwise or of all units, or -1 if a surrogate was unpaired.
    fn ret(&self, c: &mut Code) {
        let all = c.variable(self.all.get().lane64(0) | self.all.get().lane64(1));
        let all = c.variable((all | (all >> 32)).to(I32));
        let all = (all | (all >> 16)) & 0xFFFF;
        c.ret([i32(-1).select(all, self.error | self.open)]);
    }
}
