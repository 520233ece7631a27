//! Text in which [`super::super::three_byte`] finds long runs, broken at every place by everything that can break one.

use super::super::Transcoder::{CopyUtf8, Utf8ToUtf16};
use super::invalid::UTF8;
use super::{Place, Rig, rigs};
use crate::abi::PointerWidth;

/// Characters by what their leads allow: anything, only A0.. (E0), only ..9F (ED), anything but the last lead.
const CHARACTERS: [&str; 4] = ["\u{4E2D}", "\u{E01}", "\u{D55C}", "\u{FF01}"];

/// Copies and converts `source`, which ends where its memory ends.
fn check(rig: &mut Rig, source: &[u8]) {
    for op in [CopyUtf8, Utf8ToUtf16] {
        rig.check(op, source, [Place::End, Place::End]);
    }
}

#[test]
fn invalid_forms_over_every_byte() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    for character in CHARACTERS {
        let text = character.repeat(110).into_bytes();
        for form in UTF8 {
            for at in 90..230 {
                let mut source = text.clone();
                source[at..at + form.len()].copy_from_slice(form);
                check(&mut rig, &source);
            }
        }
    }
}

#[test]
fn invalid_forms_after_long_runs_and_ascii() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    for form in UTF8 {
        for length in 30..90 {
            let run = "\u{4E2D}".repeat(length).into_bytes();
            let ascii = ["\u{E9}", &"a".repeat(2 * length)].concat().into_bytes();
            for after in ["\u{4E2D}", "a"] {
                for before in [&run, &ascii] {
                    check(&mut rig, &[before, *form, after.repeat(40).as_bytes()].concat());
                }
            }
        }
    }
}

#[test]
fn other_text_between_runs_of_every_length() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    let ascii = "a".repeat(200);
    let others =
        ["", "\n", "ab", "\u{E9}", "\u{1F600}", "\u{E000}", "\u{D7FF}", "\u{800}", "\u{7FF}", &ascii];
    for character in CHARACTERS {
        for other in others {
            for before in 0..130 {
                for after in [1, 31, 90] {
                    let text = character.repeat(before) + other + &character.repeat(after);
                    check(&mut rig, text.as_bytes());
                }
            }
        }
    }
}

#[test]
fn second_bytes_that_leads_restrict() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    let text = "\u{4E2D}".repeat(130).into_bytes();
    for lead in 0xE0..=0xF0 {
        for second in [0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0] {
            for character in 25..110 {
                let mut source = text.clone();
                source[3 * character..3 * character + 2].copy_from_slice(&[lead, second]);
                check(&mut rig, &source);
            }
        }
    }
}

#[test]
fn what_is_cut_off_at_the_end_of_a_run() {
    for mut rig in rigs() {
        let text = "\u{4E2D}".repeat(200).into_bytes();
        for len in 180..600 {
            check(&mut rig, &text[..len]);
            // Ends with a character, begins with part of one.
            check(&mut rig, &text[600 - len..]);
        }
    }
}

#[test]
fn runs_after_ascii_near_the_end() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    for ascii in (0..400).step_by(7) {
        for characters in [1, 2, 5, 10, 11, 16, 17, 22, 33, 40, 60] {
            let run = "\u{4E2D}".repeat(characters);
            check(&mut rig, (run.repeat(2) + &"a".repeat(ascii) + &run).as_bytes());
        }
    }
}
