//! Long runs of three-byte UTF-8 characters: Chinese, Japanese, Thai and all else from U+0800 to U+FFFF.
//!
//! Such text is what validation by tables and decoding character by character cost most for, and yet it is the most
//! regular: in 48 bytes that begin with a character, which byte is a lead and which a continuation is known, so two
//! operations a vector say whether all of them are. Only leads E0 and ED restrict the byte after them; that is looked
//! at where they occur. Bytes that are not such a run are left to the caller, who alone decides that text is invalid.
//!
//! Looking for runs costs time too, which text of short runs, as where words end in spaces, must not lose. So text is
//! taken in stretches: the general way up to a [`limit`](Looks::limit), then a look and, if there is one, a run. Each
//! look that gains nothing makes the next stretch four times as long.

use super::cursor::Cursor;
use crate::fact::code::{Code, Expr, Label, Local, i32, splat8, splat16, v128};
use wasm_encoder::ValType::I32;

/// Bytes that are looked at together: whole characters and whole vectors.
const STEP: i64 = 48;
/// A step and one byte, which the check of the second bytes reads.
const NEEDED: i64 = STEP + 1;
/// With fewer bytes left, a look is not worth it.
const WORTHWHILE: i64 = 4 * STEP;
/// A run of fewer bytes gains nothing.
const GAIN: i64 = 3 * STEP;
/// Length of a stretch at first, and after a run that gained something. Longer than what a look may go back.
const STRETCH: i64 = 64;

/// Three vectors that are a step of a run.
type Step = [Local; 3];

/// When to look for a run.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    /// When less than this is left, the stretch is over.
    limit: Local,
    /// When less than this is left, it was the last one.
    end: i64,
    /// The length of a stretch, in bytes.
    stretch: Local,
}

impl Looks {
    /// Begins the first stretch. With less than `end` bytes left, there are none any more.
    pub(super) fn start(c: &mut Code, cursor: Cursor, end: i64) -> Looks {
        let looks = Looks { limit: c.local(I32), end, stretch: c.variable(i32(STRETCH)) };
        looks.begin_stretch(c, cursor);
        looks
    }

    fn begin_stretch(self, c: &mut Code, cursor: Cursor) {
        let is_worthwhile = cursor.left.gt(self.stretch + WORTHWHILE);
        c.set(self.limit, (cursor.left - self.stretch).select(i32(self.end), is_worthwhile));
    }

    /// Whether the stretch goes on.
    pub(super) fn are_not_due(self, cursor: Cursor) -> Expr {
        cursor.left.ge(self.limit)
    }

    /// Whether the stretch that is over was the last one.
    pub(super) fn are_over(self, cursor: Cursor) -> Expr {
        cursor.left.lt(self.end)
    }

    /// Looks, and leaves to `none` if no long run can begin with the character at `at`, which is the one at the cursor
    /// or up to 35 bytes before it: if one of four places in it has no lead of three.
    pub(super) fn look(self, c: &mut Code, cursor: Cursor, at: Local, none: Label) {
        c.br_if(none, cursor.left.lt(WORTHWHILE));
        let [first, second, third, fourth] =
            [0, 33, 63, 96].map(|offset| cursor.src.load8(at, offset) ^ 0xE0);
        c.br_if(none, (first | second | third | fourth).ge(0x10));
    }

    /// Begins a stretch after a look that gained nothing.
    pub(super) fn pass(self, c: &mut Code, cursor: Cursor) {
        c.set(self.stretch, self.stretch << 2);
        self.begin_stretch(c, cursor);
    }

    /// After a look: copies what is a run, from the character at the cursor on, and begins a stretch.
    pub(super) fn copy_run(self, c: &mut Code, cursor: Cursor) {
        self.convert(c, cursor, |c, vectors| {
            for (offset, vector) in [0, 16, 32].into_iter().zip(vectors) {
                cursor.store128(c, offset, vector.get());
            }
            cursor.advance(c, STEP, STEP, STEP);
        });
    }

    /// After a look: converts what is a run to UTF-16, from the character at the cursor on, and begins a stretch.
    pub(super) fn widen_run(self, c: &mut Code, cursor: Cursor) {
        let picks = Picks::start(c);
        self.convert(c, cursor, |c, [first, _, third]| {
            // Two vectors for each eight characters.
            let [second, middle] = [8, 24].map(|offset| c.variable(cursor.load128(offset)));
            picks.widen(c, cursor, 0, [first, second]);
            picks.widen(c, cursor, 16, [middle, third]);
            cursor.advance(c, STEP, STEP / 3 * 2, STEP);
        });
    }

    /// Does `step`, which converts 48 bytes and moves on, as long as they are a run.
    fn convert(self, c: &mut Code, cursor: Cursor, step: impl FnOnce(&mut Code, Step)) {
        let start = c.variable(cursor.left.get());
        let runs = Runs::start(c);
        c.loop_(|c, again| {
            c.block(|c, end| {
                let vectors = runs.next(c, cursor, end);
                step(c, vectors);
                c.br_if(again, cursor.left.ge(NEEDED));
            });
        });
        let gained = (start - cursor.left).ge(GAIN);
        c.set(self.stretch, i32(STRETCH).select(self.stretch << 2, gained));
        self.begin_stretch(c, cursor);
    }
}

/// How a run is recognised. The constants are in locals, see [`super::validate`].
struct Runs {
    /// For each vector of a step, the bits that tell leads and continuations.
    masks: Step,
    /// What these bits must be.
    patterns: Step,
    /// The lead after which bit 5 of the second byte must be 1, since E0 80..9F is overlong.
    lowest: Local,
    /// The lead after which it must be 0, since ED A0..BF is a surrogate.
    surrogate: Local,
    bit_5: Local,
}

impl Runs {
    fn start(c: &mut Code) -> Runs {
        let mut vectors = |lead: u8, continuation: u8| {
            [0, 16, 32].map(|offset| {
                let byte = |i| if (offset + i) % 3 == 0 { lead } else { continuation };
                c.variable(v128(std::array::from_fn(byte)))
            })
        };
        Runs {
            masks: vectors(0xF0, 0xC0),
            patterns: vectors(0xE0, 0x80),
            lowest: c.variable(splat8(0xE0)),
            surrogate: c.variable(splat8(0xED)),
            bit_5: c.variable(splat8(0x20)),
        }
    }

    /// The next 48 bytes; leaves to `end` if they are not a run.
    fn next(&self, c: &mut Code, cursor: Cursor, end: Label) -> Step {
        let vectors = [0, 16, 32].map(|offset| c.variable(cursor.load128(offset)));
        let any = |[first, second, third]: [Expr; 3]| first | second | third;
        let wrong = |i: usize| (vectors[i] ^ self.patterns[i]) & self.masks[i];
        c.br_if(end, any([wrong(0), wrong(1), wrong(2)]).v128_any_true());
        // A lead is more than any continuation, and one of the three bytes at the same place is one.
        let leads = vectors[0].get().i8x16_max_u(vectors[1]).i8x16_max_u(vectors[2]);
        let leads = c.variable(leads);
        let restricting = leads.get().i8x16_eq(self.lowest) | leads.get().i8x16_eq(self.surrogate);
        c.if_(restricting.v128_any_true(), |c| {
            let wrong = [(0, 1), (1, 17), (2, 33)].map(|(i, offset): (usize, u64)| {
                let after = c.variable(cursor.load128(offset));
                let surrogate = vectors[i].get().i8x16_eq(self.surrogate) & after;
                vectors[i].get().i8x16_eq(self.lowest).v128_andnot(after) | surrogate
            });
            c.br_if(end, (any(wrong) & self.bit_5).v128_any_true());
        });
        vectors
    }
}

/// What converts eight characters, 24 bytes. They come in two vectors: the first begins with them, the second ends with
/// them. The constants are in locals, see [`super::validate`].
struct Picks {
    /// From each vector four units third | second << 8, where the other has zeros.
    rest: [Local; 2],
    /// From each vector four units lead << 8.
    lead: [Local; 2],
    /// In a unit of third and second byte: the bits from the second.
    second_bits: Local,
    /// In a unit: the bits from its last byte.
    last_bits: Local,
}

impl Picks {
    fn start(c: &mut Code) -> Picks {
        let mut both = |parts: [Option<u8>; 2]| {
            [0, 1].map(|half| {
                let lane = |i: usize| match (i as u8 / 2, parts[i % 2]) {
                    (unit, Some(part)) if unit / 4 == half => 3 * unit + part - 8 * half,
                    // An index of 16 or more gives zero.
                    _ => 0xFF,
                };
                c.variable(v128(std::array::from_fn(lane)))
            })
        };
        Picks {
            rest: both([Some(2), Some(1)]),
            lead: both([None, Some(0)]),
            second_bits: c.variable(splat16(0x3F00)),
            last_bits: c.variable(splat16(0x003F)),
        }
    }

    /// Stores the eight units at `offset`.
    fn widen(&self, c: &mut Code, cursor: Cursor, offset: u64, [low, high]: [Local; 2]) {
        let pick =
            |[first, second]: [Local; 2]| low.get().i8x16_swizzle(first) | high.get().i8x16_swizzle(second);
        let rest = c.variable(pick(self.rest));
        let second = (rest & self.second_bits).i16x8_shr_u(2);
        cursor.store128(c, offset, pick(self.lead).i16x8_shl(4) | second | (rest & self.last_bits));
    }
}
