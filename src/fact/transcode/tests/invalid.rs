//! Every way in which text can be invalid, at every offset within and across blocks.

use super::super::Transcoder::{CopyUtf8, CopyUtf16, Utf8ToLatin1, Utf8ToUtf16, Utf16ToUtf8};
use super::{Place, Rig, units};
use crate::abi::PointerWidth;

/// Forms that are not UTF-8, whatever is around them, with the nearest valid ones in between for contrast.
pub(super) const UTF8: &[&[u8]] = &[
    // continuations on their own
    b"\x80",
    b"\xBF",
    b"\x80\x80",
    b"\xC3\xA9\x80",
    b"\xE4\xB8\xAD\x80",
    b"\xF0\x9F\x98\x80\x80",
    // leads on their own, or cut off
    b"\xC2",
    b"\xDF",
    b"\xE0",
    b"\xE0\xA0",
    b"\xED\x9F",
    b"\xEF\xBF",
    b"\xF0",
    b"\xF0\x90",
    b"\xF0\x90\x80",
    b"\xF4\x8F",
    b"\xF4\x8F\xBF",
    b"\xC2\xC2\x80",
    b"\xE0\xA0\xC2\x80",
    b"\xF0\x9F\x98\xC2\x80",
    // two bytes for what needs one
    b"\xC0\x80",
    b"\xC0\xAF",
    b"\xC1\xBF",
    b"\xC2\x80",
    // three bytes for what needs less
    b"\xE0\x80\x80",
    b"\xE0\x9F\xBF",
    b"\xE0\xA0\x80",
    // four bytes for what needs less
    b"\xF0\x80\x80\x80",
    b"\xF0\x8F\xBF\xBF",
    b"\xF0\x90\x80\x80",
    // surrogates, alone and as a pair
    b"\xED\x9F\xBF",
    b"\xED\xA0\x80",
    b"\xED\xAF\xBF",
    b"\xED\xB0\x80",
    b"\xED\xBF\xBF",
    b"\xEE\x80\x80",
    b"\xED\xA0\xBD\xED\xB8\x80",
    // above U+10FFFF
    b"\xF4\x8F\xBF\xBF",
    b"\xF4\x90\x80\x80",
    b"\xF5\x80\x80\x80",
    b"\xF7\xBF\xBF\xBF",
    b"\xF8\x88\x80\x80\x80",
    b"\xFC\x84\x80\x80\x80\x80",
    b"\xFE",
    b"\xFF",
];

#[test]
fn utf8_forms_at_every_offset() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    let fillers: [(&str, &str); 4] =
        [("a", "b"), ("\u{E9}", "\u{E9}"), ("\u{4E2D}", "\u{4E2D}"), ("\u{1F600}", "z")];
    for op in [CopyUtf8, Utf8ToUtf16, Utf8ToLatin1] {
        for (before, after) in fillers {
            for form in UTF8 {
                for offset in (0..=18).chain(29..=34).chain(61..=65) {
                    for rest in [0, 1, 17] {
                        let mut source = before.repeat(offset / before.len()).into_bytes();
                        source.extend_from_slice(form);
                        source.extend(after.repeat(rest).bytes());
                        rig.check(op, &source, [Place::End, Place::End]);
                    }
                }
            }
        }
    }
}

#[test]
fn every_pair_of_bytes_across_a_boundary() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    for first in 0x7F..=0xFF {
        for second in (0x70..=0xFF).step_by(3).chain([0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]) {
            let mut source = vec![b'.'; 15];
            source.extend([first, second, 0x80, 0xBF]);
            rig.check(CopyUtf8, &source, [Place::End, Place::End]);
            rig.check(CopyUtf8, &source[..18], [Place::End, Place::End]);
            rig.check(CopyUtf8, &source[12..], [Place::End, Place::End]);
            rig.check(Utf8ToUtf16, &source, [Place::End, Place::End]);
        }
    }
}

#[test]
fn surrogates_at_every_offset() {
    let mut rig = Rig::new([PointerWidth::W32; 2]);
    let forms: &[&[u16]] = &[
        &[0xD800],
        &[0xDBFF],
        &[0xDC00],
        &[0xDFFF],
        &[0xD83D, 0xDE00],
        &[0xDE00, 0xD83D],
        &[0xD83D, 0xD83D, 0xDE00],
        &[0xD83D, 0xDE00, 0xDE00],
        &[0xD83D, 0xDE00, 0xD83D, 0xDE00],
        &[0xD83D, b'x' as u16],
        &[0xD7FF],
        &[0xE000],
    ];
    for op in [CopyUtf16, Utf16ToUtf8] {
        for filler in [b'a' as u16, 0xE9, 0x4E2D] {
            for form in forms {
                for offset in 0..=20 {
                    for rest in [0, 1, 2, 5, 9] {
                        let mut source = vec![filler; offset];
                        source.extend_from_slice(form);
                        source.extend(vec![filler; rest]);
                        rig.check(op, &units(&source), [Place::End, Place::End]);
                    }
                }
            }
        }
    }
}
