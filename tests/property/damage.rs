//! Draws what is wrong.

use crate::model::{Context, Flat, PtrType};
use crate::rng::Rng;

/// Damages flat values or memory in one or more places; `used` are the addresses where values are.
pub(crate) fn damage(
    rng: &mut Rng,
    cx: &mut Context,
    flat: &mut [u64],
    types: &[Flat],
    used: std::ops::Range<u64>,
) {
    for _ in 0..rng.range(1, 2) {
        let odd = odd_number(rng, cx);
        if !flat.is_empty() && rng.chance(40) {
            let slot = rng.below(flat.len() as u64) as usize;
            flat[slot] = if rng.chance(50) { odd } else { flat[slot].wrapping_add(rng.range(0, 4)) };
            if matches!(types[slot], Flat::I32 | Flat::F32) {
                flat[slot] &= 0xffff_ffff;
            }
        } else if !used.is_empty() {
            let at = used.start + rng.below(used.end - used.start);
            match rng.below(6) {
                0 => cx.memory[at as usize] = rng.next() as u8,
                1 => cx.memory[at as usize] = 0xff,
                2 => cx.memory[at as usize] ^= 1 << rng.below(8),
                3 => overwrite(cx, at, &(rng.range(0xd800, 0xdfff) as u16).to_le_bytes()),
                4 => overwrite(cx, at, &(odd as u32).to_le_bytes()),
                _ => overwrite(cx, at, &odd.to_le_bytes()[..cx.ptr_type.size() as usize]),
            }
        }
    }
}

/// Writes an integer where it is aligned, at or before `at`.
fn overwrite(cx: &mut Context, at: u64, bytes: &[u8]) {
    let at = at as usize / bytes.len() * bytes.len();
    cx.memory[at..at + bytes.len()].copy_from_slice(bytes);
}

/// A number that is likely to be wrong as a pointer, a length, a discriminant or a character.
fn odd_number(rng: &mut Rng, cx: &Context) -> u64 {
    let size = cx.memory.len() as u64;
    match rng.below(8) {
        0 => rng.range(size - 16, size + 16),
        1 => rng.range(0xd7f0, 0xe010),
        2 => *rng.pick(&[0x10_ffff, 0x11_0000, 255, 256, 257, 0x8000_0000, 0x8000_0001, 1 << 63]),
        3 => rng.range((1 << 28) - 2, (1 << 28) + 2),
        4 => rng.range(0, 16),
        5 => u64::MAX - rng.range(0, 16),
        6 => 0xffff_ffff - rng.range(0, 16),
        _ => rng.next(),
    }
}

/// A pointer that no realloc may return for any allocation.
pub(crate) fn bad_pointer(rng: &mut Rng, cx: &Context) -> u64 {
    let size = cx.memory.len() as u64;
    match (rng.below(3), cx.ptr_type) {
        (0, _) => size + rng.range(1, 9),
        (1, _) => 0xffff_fff0 + rng.below(16),
        (_, PtrType::I32) => 0x8000_0000,
        (_, PtrType::I64) => u64::MAX - rng.below(16),
    }
}
