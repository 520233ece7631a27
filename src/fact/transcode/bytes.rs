//! Plain copies, and how few bytes are copied: with two moves that overlap in the middle.
//!
//! `memory.copy` costs about 8 ns whatever it copies, a few vectors 3 ns, so that it pays from [`BULK`] bytes on.

use super::cursor::Cursor;
use crate::fact::code::{Bits, Code, Local, Memory};
use wasm_encoder::Function;

/// From this many bytes on, `memory.copy` is faster than a loop.
const BULK: i64 = 128;

/// [`super::Transcoder::CopyBytes`]
pub(super) fn copy(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        c.if_(cursor.left.gt(BULK), |c| {
            c.copy((dst, cursor.to), (src, cursor.from), cursor.left);
            c.ret([]);
        });
        c.if_(cursor.left.gt(16), |c| {
            // Whole vectors but the last 1 to 16 bytes, then the last 16 bytes.
            let (source_end, dest_end) = (cursor.source_end(0), cursor.dest_end(0));
            let (source_end, dest_end) = (c.variable(source_end), c.variable(dest_end));
            c.loop_(|c, again| {
                cursor.store128(c, 0, cursor.load128(0));
                cursor.advance(c, 16, 16, 16);
                c.br_if(again, cursor.left.gt(16));
            });
            c.store(Bits::B128, dst, dest_end - 16, 0, src.load128(source_end - 16, 0));
            c.ret([]);
        });
        copy_up_to_16(c, cursor);
    })
}

/// Copies at most 16 bytes, which are all that is left, and does not move on.
pub(super) fn copy_up_to_16(c: &mut Code, cursor: Cursor) {
    let Cursor { src, dst, from, left, to } = cursor;
    let (source_end, dest_end) = (cursor.source_end(0), cursor.dest_end(0));
    c.block(|c, done| {
        c.if_(left.ge(8), |c| {
            let (first, last) =
                (c.variable(src.load64(from, 0)), c.variable(src.load64(source_end.clone() - 8, 0)));
            c.store(Bits::B64, dst, to, 0, first);
            c.store(Bits::B64, dst, dest_end.clone() - 8, 0, last);
            c.br(done);
        });
        c.if_(left.ge(4), |c| {
            let (first, last) =
                (c.variable(src.load32(from, 0)), c.variable(src.load32(source_end.clone() - 4, 0)));
            c.store(Bits::B32, dst, to, 0, first);
            c.store(Bits::B32, dst, dest_end.clone() - 4, 0, last);
            c.br(done);
        });
        c.if_(left.get(), |c| {
            let Few { first, middle, last } = Few::load(c, cursor);
            c.store(Bits::B8, dst, to, 0, first);
            c.store(Bits::B8, dst, to + (left >> 1).to(dst.address()), 0, middle);
            c.store(Bits::B8, dst, dest_end - 1, 0, last);
        });
    });
}

/// One to three bytes, some of them more than once.
pub(super) struct Few {
    pub(super) first: Local,
    pub(super) middle: Local,
    pub(super) last: Local,
}

impl Few {
    /// Loads what is left of the source, which is one to three bytes.
    pub(super) fn load(c: &mut Code, cursor: Cursor) -> Few {
        let Cursor { src, from, left, .. } = cursor;
        Few {
            first: c.variable(src.load8(from, 0)),
            middle: c.variable(src.load8(from + (left >> 1).to(src.address()), 0)),
            last: c.variable(src.load8(cursor.source_end(0) - 1, 0)),
        }
    }
}
