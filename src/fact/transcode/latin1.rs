//! From Latin-1, and between Latin-1 and UTF-16 in place.

use super::bytes::Few;
use super::cursor::Cursor;
use super::utf8_decode::copy_ascii;
use crate::fact::code::{Bits, Code, Memory};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// [`super::Transcoder::Latin1ToUtf8`]
pub(super) fn to_utf8(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let start = c.variable(cursor.to.get());
        let byte = c.local(I32);
        c.block(|c, done| {
            c.loop_(|c, again| {
                c.block(|c, other| {
                    copy_ascii(c, cursor, other);
                    c.br(done);
                });
                c.loop_(|c, other| {
                    c.set(byte, cursor.load8(0));
                    cursor.store16(c, 0, (byte >> 6) | 0xC0 | (((byte & 0x3F) | 0x80) << 8));
                    cursor.advance(c, 1, 2, 1);
                    c.br_if(done, cursor.left.eq(0));
                    c.br_if(other, cursor.load8(0) & 0x80);
                });
                c.br(again);
            });
        });
        c.push((cursor.to - start).to(I32));
    })
}

/// [`super::Transcoder::Latin1ToUtf16`]
pub(super) fn to_utf16(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        let Cursor { left, from, to, .. } = cursor;
        let (source_end, dest_end) = (cursor.source_end(0), cursor.dest_end(1));
        c.if_(left.ge(16), |c| {
            let (source_end, dest_end) = (c.variable(source_end.clone()), c.variable(dest_end.clone()));
            let block = c.local(V128);
            c.while_(left.ge(16), |c| {
                c.set(block, cursor.load128(0));
                cursor.store128(c, 0, block.get().i16x8_extend_low_i8x16_u());
                cursor.store128(c, 16, block.get().i16x8_extend_high_i8x16_u());
                cursor.advance(c, 16, 32, 16);
            });
            // The last 16, some of them again.
            c.set(block, src.load128(source_end - 16, 0));
            c.store(Bits::B128, dst, dest_end - 32, 0, block.get().i16x8_extend_low_i8x16_u());
            c.store(Bits::B128, dst, dest_end - 16, 0, block.get().i16x8_extend_high_i8x16_u());
            c.ret([]);
        });
        c.if_(left.ge(8), |c| {
            let last = c.variable(src.load64_zero(source_end.clone() - 8, 0));
            c.store(Bits::B128, dst, to, 0, src.load64_zero(from, 0).i16x8_extend_low_i8x16_u());
            c.store(Bits::B128, dst, dest_end.clone() - 16, 0, last.get().i16x8_extend_low_i8x16_u());
            c.ret([]);
        });
        c.if_(left.ge(4), |c| {
            let first = c.variable(src.load32_zero(from, 0));
            let last = c.variable(src.load32_zero(source_end - 4, 0));
            c.store_lane(Bits::B64, dst, to, 0, first.get().i16x8_extend_low_i8x16_u(), 0);
            c.store_lane(Bits::B64, dst, dest_end.clone() - 8, 0, last.get().i16x8_extend_low_i8x16_u(), 0);
            c.ret([]);
        });
        c.if_(left.get(), |c| {
            let Few { first, middle, last } = Few::load(c, cursor);
            c.store(Bits::B16, dst, to, 0, first);
            c.store(Bits::B16, dst, to + ((left >> 1) << 1).to(dst.address()), 0, middle);
            c.store(Bits::B16, dst, dest_end - 2, 0, last);
        });
    })
}

/// [`super::Transcoder::Inflate`]: from the end backwards, since each unit lies at or after its byte.
pub(super) fn inflate(memory: Memory) -> Function {
    let (mut c, [start, left]) = Code::new([memory.address(), I32]);
    // The end of the bytes that are left, and of the units that they will be.
    let bytes = c.variable(start + left.get().to(memory.address()));
    let units = c.variable(bytes + left.get().to(memory.address()));
    let block = c.local(V128);
    c.while_(left.ge(16), |c| {
        c.set(bytes, bytes - 16);
        c.set(units, units - 32);
        c.set(left, left - 16);
        c.set(block, memory.load128(bytes, 0));
        c.store(Bits::B128, memory, units, 0, block.get().i16x8_extend_low_i8x16_u());
        c.store(Bits::B128, memory, units, 16, block.get().i16x8_extend_high_i8x16_u());
    });
    c.while_(left.get(), |c| {
        c.set(bytes, bytes - 1);
        c.set(units, units - 2);
        c.set(left, left - 1);
        c.store(Bits::B16, memory, units, 0, memory.load8(bytes, 0));
    });
    c.finish()
}

/// [`super::Transcoder::Deflate`]: forwards, since each byte lies at or before its unit.
pub(super) fn deflate(memory: Memory) -> Function {
    let (mut c, [start, left]) = Code::new([memory.address(), I32]);
    let (units, bytes) = (c.variable(start.get()), start);
    let (first, second) = (c.local(V128), c.local(V128));
    c.while_(left.ge(16), |c| {
        c.set(first, memory.load128(units, 0));
        c.set(second, memory.load128(units, 16));
        c.store(Bits::B128, memory, bytes, 0, first.get().i8x16_narrow_i16x8_u(second));
        c.add(units, 32);
        c.add(bytes, 16);
        c.set(left, left - 16);
    });
    c.while_(left.get(), |c| {
        c.store(Bits::B8, memory, bytes, 0, memory.load8(units, 0));
        c.add(units, 2);
        c.add(bytes, 1);
        c.set(left, left - 1);
    });
    c.finish()
}
