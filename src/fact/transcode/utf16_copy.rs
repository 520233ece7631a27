//! UTF-16 to UTF-16: the copy is also the validation.
//!
//! The first half of each pair of surrogates must be followed by the second, which follows nothing else. With one
//! bit for each of eight units, that is a shift and a comparison.

use super::cursor::Cursor;
use super::validate::count;
use crate::fact::code::{Bits, Code, Expr, Local, Memory, i32, splat16};
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
        c.while_(cursor.left.ge(32), |c| copy_32(c, cursor, &pairs));
        c.while_(cursor.left.ge(8), |c| {
            c.set(block, cursor.load128(0));
            cursor.store128(c, 0, block.get());
            cursor.advance(c, 16, 16, 8);
            pairs.check(c, block);
        });
        // The last 8 units, of which only `left`, 0 to 7, are new.
        c.set(block, src.load128(cursor.source_end(1) - 16, 0));
        c.store(Bits::B128, dst, cursor.dest_end(1) - 16, 0, block);
        c.if_((pairs.surrogates(block).v128_any_true() | pairs.open).eqz(), |c| {
            c.set(pairs.all, pairs.all | block);
            pairs.ret(c);
        });
        // Zeros after the new ones show whether a pair is left open.
        let indices = count().i8x16_add((i32(16) - (cursor.left << 1)).i8x16_splat());
        c.set(block, block.get().i8x16_swizzle(indices));
        pairs.check(c, block);
        pairs.ret(c);
    })
}

/// 32 units: in most strings none of them is a surrogate.
fn copy_32(c: &mut Code, cursor: Cursor, pairs: &Pairs) {
    let offsets = [0, 16, 32, 48];
    let blocks = offsets.map(|offset| c.variable(cursor.load128(offset)));
    for (offset, block) in offsets.into_iter().zip(blocks) {
        cursor.store128(c, offset, block.get());
    }
    cursor.advance(c, 64, 64, 32);
    let either = |f: &dyn Fn(Local) -> Expr| (f(blocks[0]) | f(blocks[1])) | (f(blocks[2]) | f(blocks[3]));
    c.if_else(
        either(&|block| pairs.surrogates(block)).v128_any_true() | pairs.open,
        |c| blocks.iter().for_each(|&block| pairs.check(c, block)),
        |c| c.set(pairs.all, pairs.all | either(&Local::get)),
    );
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
    /// The bits that are 0xD800 in a surrogate.
    surrogate_bits: Local,
    surrogate: Local,
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
            surrogate_bits: c.variable(splat16(0xF800)),
            surrogate: c.variable(splat16(0xD800)),
            all: c.local(V128),
            open: c.local(I32),
            error: c.local(I32),
        }
    }

    /// All ones in the lanes of surrogates.
    fn surrogates(&self, block: Local) -> Expr {
        (block & self.surrogate_bits).i16x8_eq(self.surrogate)
    }

    /// Looks at the next eight units.
    fn check(&self, c: &mut Code, block: Local) {
        c.set(self.all, self.all | block);
        let surrogates = c.variable(self.surrogates(block).i16x8_bitmask());
        c.if_(surrogates | self.open, |c| {
            // 0x0400 tells the halves apart; it becomes the top bit.
            let second = c.variable(surrogates & block.get().i16x8_shl(5).i16x8_bitmask());
            let expected = c.variable(((surrogates ^ second) << 1) | self.open);
            c.set(self.error, self.error | ((expected & 0xFF) ^ second));
            c.set(self.open, expected >> 8);
        });
    }

    /// Looks at the next unit.
    fn check_one(&self, c: &mut Code, unit: Local) {
        c.set(self.all, self.all | unit.get().i16x8_splat());
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
