//! UTF-8 to UTF-8: the copy is also the validation.
//!
//! Up to 16 bytes are moved by scalars. Beyond that, ASCII goes 64 bytes at a time and anything else block by block
//! through [`Validation`], until a block is ASCII again.

use super::Memory;
use super::bytes::Few;
use super::cursor::Cursor;
use super::utf8_decode::{Decoded, decode};
use super::validate::Validation;
use crate::fact::code::{Bits, Code, Label, Local, i32};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// The top bits of eight bytes.
const TOP_BITS: i64 = 0x8080_8080_8080_8080_u64 as i64;

/// [`super::Transcoder::CopyUtf8`]
pub(super) fn copy(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        c.if_(cursor.left.le(16), |c| {
            c.block(|c, decode| {
                move_short(c, cursor, decode);
                c.ret([i32(1)]);
            });
            validate_short(c, cursor);
        });
        copy_long(c, cursor);
    })
}

/// Moves at most 16 bytes, then leaves to `decode` if they are not ASCII.
fn move_short(c: &mut Code, cursor: Cursor, decode: Label) {
    let Cursor { src, dst, from, left, to } = cursor;
    let (source_end, dest_end) = (cursor.source_end(0), cursor.dest_end(0));
    c.if_(left.ge(8), |c| {
        let first = c.variable(src.load64(from, 0));
        let last = c.variable(src.load64(source_end.clone() - 8, 0));
        c.store(Bits::B64, dst, to, 0, first);
        c.store(Bits::B64, dst, dest_end.clone() - 8, 0, last);
        c.br_if(decode, ((first | last) & TOP_BITS).ne(0));
        c.ret([i32(1)]);
    });
    c.if_(left.ge(4), |c| {
        let first = c.variable(src.load32(from, 0));
        let last = c.variable(src.load32(source_end - 4, 0));
        c.store(Bits::B32, dst, to, 0, first);
        c.store(Bits::B32, dst, dest_end.clone() - 4, 0, last);
        c.br_if(decode, (first | last) & TOP_BITS);
        c.ret([i32(1)]);
    });
    c.if_(left.get(), |c| {
        let Few { first, middle, last } = Few::load(c, cursor);
        c.store(Bits::B8, dst, to, 0, first);
        c.store(Bits::B8, dst, to + (left >> 1).to(dst.address()), 0, middle);
        c.store(Bits::B8, dst, dest_end - 1, 0, last);
        c.br_if(decode, (first | middle | last) & 0x80);
    });
}

/// Returns whether what is left, a few bytes, is UTF-8.
fn validate_short(c: &mut Code, cursor: Cursor) {
    c.block(|c, invalid| {
        c.while_(cursor.left.get(), |c| {
            let (size, point) = (c.variable(i32(1)), c.local(I32));
            let first = c.variable(cursor.load8(0));
            c.if_(first & 0x80, |c| decode(c, cursor, first, Decoded { size, point }, invalid));
            c.set(cursor.from, cursor.from + size.get().to(cursor.src.address()));
            c.set(cursor.left, cursor.left - size);
        });
        c.ret([i32(1)]);
    });
    c.ret([i32(0)]);
}

/// More than 16 bytes.
fn copy_long(c: &mut Code, cursor: Cursor) {
    let block = c.local(V128);
    c.block(|c, other| {
        copy_ascii(c, cursor, block, other);
        // What is left is less than a block; the last 16 bytes are ASCII too, or not.
        load_last(c, cursor, block);
        c.br_if(other, block.get().i8x16_bitmask());
        store_last(c, cursor, block);
        c.ret([i32(1)]);
    });
    let validation = Validation::start(c);
    c.block(|c, end| {
        c.loop_(|c, any| {
            c.br_if(end, cursor.left.lt(16));
            c.set(block, cursor.load128(0));
            cursor.store128(c, 0, block.get());
            cursor.advance(c, 16, 16, 16);
            validation.check(c, block);
            c.br_if(any, block.get().i8x16_bitmask());
            // An ASCII block: all before it is valid, or known not to be.
            validation.skip_ascii(c);
            copy_ascii(c, cursor, block, any);
        });
    });
    load_last(c, cursor, block);
    store_last(c, cursor, block);
    validation.check_end(c, block, cursor.left);
    c.push(validation.is_valid());
}

/// Copies ASCII until less than 16 bytes are left, or leaves to `other` at a block that is not ASCII.
fn copy_ascii(c: &mut Code, cursor: Cursor, block: Local, other: Label) {
    c.block(|c, less| {
        c.while_(cursor.left.ge(64), |c| {
            let blocks = [0, 16, 32, 48].map(|offset| c.variable(cursor.load128(offset)));
            let [first, rest @ ..] = blocks;
            let all = rest.into_iter().fold(first.get(), |all, block| all | block);
            c.br_if(less, all.i8x16_bitmask());
            for (offset, block) in [0, 16, 32, 48].into_iter().zip(blocks) {
                cursor.store128(c, offset, block.get());
            }
            cursor.advance(c, 64, 64, 64);
        });
    });
    c.while_(cursor.left.ge(16), |c| {
        c.set(block, cursor.load128(0));
        c.br_if(other, block.get().i8x16_bitmask());
        cursor.store128(c, 0, block.get());
        cursor.advance(c, 16, 16, 16);
    });
}

/// Loads the last 16 bytes of the string, the last `left` of which are still to be looked at.
fn load_last(c: &mut Code, cursor: Cursor, block: Local) {
    c.set(block, cursor.src.load128(cursor.source_end(0) - 16, 0));
}

/// Stores the last 16 bytes.
fn store_last(c: &mut Code, cursor: Cursor, block: Local) {
    c.store(Bits::B128, cursor.dst, cursor.dest_end(0) - 16, 0, block);
}
