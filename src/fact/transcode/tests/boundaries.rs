//! Every length around the sizes of blocks, with one other character at every position.

use super::super::Transcoder::{self, Deflate};
use super::{PLACES, Place, Rig, reference, rigs, utf16};
use crate::abi::PointerWidth;

const LENGTHS: std::ops::RangeInclusive<usize> = 0..=130;

/// `count` different ASCII characters.
fn ascii(count: usize) -> String {
    (0..count).map(|i| char::from(b' ' + (i * 7 % 90) as u8)).collect()
}

/// A source for `op` of this text, where every character is Latin-1 if it must be.
fn source(op: Transcoder, text: &str) -> Vec<u8> {
    match op {
        Transcoder::Latin1ToAscii | Transcoder::Latin1ToUtf8 | Transcoder::Latin1ToUtf16 => latin1(text),
        Transcoder::Inflate => latin1(text),
        _ if reference::unit_size(op) == 2 => utf16(text),
        _ => text.as_bytes().to_vec(),
    }
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| c as u8).collect()
}

#[test]
fn ascii_of_every_length_at_every_place() {
    for mut rig in rigs() {
        for &op in Transcoder::ALL {
            for length in LENGTHS {
                let source = source(op, &ascii(length));
                for place in PLACES {
                    rig.check(op, &source, [place, place]);
                }
            }
        }
    }
}

#[test]
fn one_other_character_at_every_position() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    for &op in Transcoder::ALL {
        for other in
            ["\u{80}", "\u{FF}", "\u{100}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"]
        {
            if op == Deflate && other > "\u{FF}" {
                continue;
            }
            for length in [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 48, 67] {
                for position in 0..=length {
                    let text = ascii(position) + other + &ascii(length - position);
                    rig.check(op, &source(op, &text), [Place::End, Place::End]);
                }
            }
        }
    }
}

#[test]
fn runs_of_every_size_of_character_end_anywhere() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    for &op in Transcoder::ALL {
        for character in ["\u{E9}", "\u{436}", "\u{4E2D}", "\u{1F600}"] {
            if op == Deflate && character > "\u{FF}" {
                continue;
            }
            for before in 0..6 {
                for count in (0..12).chain([15, 16, 17, 31, 32, 33, 40]) {
                    for after in [0, 1, 20] {
                        let text = ascii(before) + &character.repeat(count) + &ascii(after);
                        rig.check(op, &source(op, &text), [Place::End, Place::End]);
                    }
                }
            }
        }
    }
}
