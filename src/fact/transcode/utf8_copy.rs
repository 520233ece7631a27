//! UTF-8 to UTF-8: the copy is also the validation.
//!
//! Up to 16 bytes are moved by scalars. Beyond that, ASCII goes 64 bytes at a time, long runs of three-byte characters
//! go as such ([`super::three_byte`]), and anything else goes block by block through [`Validation`].

use super::bytes::Few;
use super::cursor::Cursor;
use super::three_byte::Looks;
use super::utf8_decode::decode;
use super::validate::{Validation, count};
use crate::fact::code::{Bits, Code, Expr, Label, Local, Memory, i32, v128};
use wasm_encoder::Function;
use wasm_encoder::ValType::{I32, V128};

/// The top bits of eight bytes.
const TOP_BITS: i64 = 0x8080_8080_8080_8080_u64 as i64;

/// [`super::Transcoder::CopyUtf8`]
pub(super) fn copy(src: Memory, dst: Memory) -> Function {
    Cursor::function(src, dst, |c, cursor| {
        // Whether `block` already is the whole string.
        let (block, is_short) = (c.local(V128), c.local(I32));
        c.block(|c, other| {
            c.if_(cursor.left.lt(8), |c| copy_under_8(c, cursor));
            c.if_(cursor.left.le(16), |c| {
                copy_8_to_16(c, cursor, block);
                c.set(is_short, i32(1));
                c.br(other);
            });
            copy_ascii(c, cursor, block, other);
            // Less than 16 bytes are left; the last 16, some of which were copied, are ASCII too, or not.
            load_last(c, cursor, block);
            c.br_if(other, block.get().i8x16_bitmask());
            store_last(c, cursor, block);
            c.ret([i32(1)]);
        });
        let validation = Validation::start(c);
        c.if_else(
            is_short.get(),
            |c| {
                validation.check(c, block);
                c.if_(cursor.left.lt(16), |c| c.ret([validation.is_valid()]));
                c.set(cursor.left, i32(0));
            },
            |c| {
                copy_blocks(c, cursor, block, &validation);
                load_last(c, cursor, block);
                store_last(c, cursor, block);
            },
        );
        validation.check_end(c, block, cursor.left);
        c.push(validation.is_valid());
    })
}

/// 8 to 16 bytes: a move of the first 8 and one of the last. Returns if they are ASCII, else leaves them, and zeros
/// after them, in `block`.
fn copy_8_to_16(c: &mut Code, cursor: Cursor, block: Local) {
    let Cursor { src, dst, from, left, to } = cursor;
    let first = c.variable(src.load64(from, 0));
    let last = c.variable(src.load64(cursor.source_end(0) - 8, 0));
    c.store(Bits::B64, dst, to, 0, first);
    c.store(Bits::B64, dst, cursor.dest_end(0) - 8, 0, last);
    c.if_(((first | last) & TOP_BITS).eqz(), |c| c.ret([i32(1)]));
    // Bytes 8.. of the string are `16 - left` bytes further on; an index of 16 or more gives zero.
    let upper = v128(std::array::from_fn(|i| if i < 8 { 0 } else { 0xFF }));
    let indices = count().i8x16_add((i32(16) - left).i8x16_splat() & upper);
    c.set(block, first.get().i64x2_splat().replace_lane64(1, last).i8x16_swizzle(indices));
}

/// Less than 8 bytes: a move of the first and one of the last, then one by one if they are not ASCII.
fn copy_under_8(c: &mut Code, cursor: Cursor) {
    let Cursor { src, dst, from, left, to } = cursor;
    c.block(|c, other| {
        c.if_(left.ge(4), |c| {
            let first = c.variable(src.load32(from, 0));
            let last = c.variable(src.load32(cursor.source_end(0) - 4, 0));
            c.store(Bits::B32, dst, to, 0, first);
            c.store(Bits::B32, dst, cursor.dest_end(0) - 4, 0, last);
            c.br_if(other, (first | last) & TOP_BITS);
            c.ret([i32(1)]);
        });
        c.if_(left.get(), |c| {
            let Few { first, middle, last } = Few::load(c, cursor);
            c.store(Bits::B8, dst, to, 0, first);
            c.store(Bits::B8, dst, to + (left >> 1).to(dst.address()), 0, middle);
            c.store(Bits::B8, dst, cursor.dest_end(0) - 1, 0, last);
            c.br_if(other, (first | middle | last) & 0x80);
        });
        c.ret([i32(1)]);
    });
    validate_few(c, cursor);
}

/// Returns whether what is left, a few bytes, is UTF-8.
fn validate_few(c: &mut Code, cursor: Cursor) {
    let first = c.local(I32);
    let skip = |c: &mut Code, size: i64| {
        c.add(cursor.from, size);
        c.set(cursor.left, cursor.left - size);
    };
    c.block(|c, invalid| {
        c.while_(cursor.left.get(), |c| {
            c.if_else(
                cursor.load8(0).tee(first) & 0x80,
                |c| decode(c, cursor, first, invalid, |c, size, _point| skip(c, size)),
                |c| skip(c, 1),
            );
        });
        c.ret([i32(1)]);
    });
    c.ret([i32(0)]);
}

/// Copies and checks whole blocks, as long as there are any.
fn copy_blocks(c: &mut Code, cursor: Cursor, block: Local, validation: &Validation) {
    let looks = Looks::start(c, cursor, 32);
    let next = c.local(V128);
    c.block(|c, end| {
        c.loop_(|c, any| {
            c.while_(looks.are_not_due(cursor), |c| {
                c.set(block, cursor.load128(0));
                c.set(next, cursor.load128(16));
                cursor.store128(c, 0, block.get());
                cursor.store128(c, 16, next.get());
                cursor.advance(c, 32, 32, 32);
                validation.check(c, block);
                validation.check(c, next);
                c.if_((block | next).i8x16_bitmask().eqz(), |c| {
                    // Two ASCII blocks: all before them is valid, or known not to be.
                    validation.restart(c);
                    copy_ascii(c, cursor, block, any);
                });
            });
            c.if_(looks.are_over(cursor).eqz(), |c| {
                c.block(|c, none| {
                    look_back(c, cursor, validation.leads_of_three(block), looks, none);
                    looks.copy_run(c, cursor);
                    validation.restart(c);
                    c.br(any);
                });
                looks.pass(c, cursor);
                c.br(any);
            });
            c.br_if(end, cursor.left.lt(16));
            c.set(block, cursor.load128(0));
            cursor.store128(c, 0, block.get());
            cursor.advance(c, 16, 16, 16);
            validation.check(c, block);
        });
    });
}

/// Looks for a long run in the last two blocks and what follows, where `leads` are the leads of three in the first of
/// them, and goes back to where it begins; leaves to `none` if there is none.
fn look_back(c: &mut Code, cursor: Cursor, leads: Expr, looks: Looks, none: Label) {
    // Back by whole blocks, so that what is aligned stays so, to one that begins with a character: in a run that is the
    // first if its leads are 0, 3, 6 ..., the second if they are 1, 4, 7 ..., and else the one after them.
    let phase = c.variable(leads.ctz());
    c.br_if(none, phase.gt(2));
    let back = c.variable((i32(2) - phase) << 4);
    // A lead three bytes before it proves that, since all that was copied is valid or known not to be.
    let before = c.variable(cursor.from - (back + 3).to(cursor.src.address()));
    looks.look(c, cursor, before, none);
    cursor.retreat_by(c, back);
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
