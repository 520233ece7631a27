//! What each transcoder must do, in terms of Rust's own conversions.

use super::super::Transcoder;
use super::units;

/// What a call must have done.
pub(super) struct Outcome {
    /// Results; `None` where the first must be negative.
    pub(super) results: Option<Vec<i32>>,
    /// The first bytes of the destination.
    pub(super) written: Vec<u8>,
    /// How many bytes of the destination may have been changed.
    pub(super) capacity: usize,
}

/// Bytes of a source unit.
pub(super) fn unit_size(op: Transcoder) -> usize {
    match op {
        Transcoder::CopyUtf16 | Transcoder::Utf16ToUtf8 | Transcoder::Utf16ToAscii => 2,
        Transcoder::Utf16ToLatin1 | Transcoder::Deflate => 2,
        Transcoder::CopyBytes | Transcoder::CopyUtf8 | Transcoder::Utf8ToUtf16 => 1,
        Transcoder::Utf8ToLatin1 | Transcoder::Latin1ToAscii | Transcoder::Latin1ToUtf8 => 1,
        Transcoder::Latin1ToUtf16 | Transcoder::Inflate => 1,
    }
}

/// Runs the reference for `op`.
pub(super) fn run(op: Transcoder, source: &[u8]) -> Outcome {
    match op {
        Transcoder::CopyBytes => written(vec![], source.to_vec(), source.len()),
        Transcoder::CopyUtf8 => {
            let valid = String::from_utf8(source.to_vec()).is_ok();
            // The bytes of an invalid string are never looked at.
            let bytes = if valid { source.to_vec() } else { Vec::new() };
            written(vec![valid.into()], bytes, source.len())
        }
        Transcoder::Utf8ToUtf16 => match str::from_utf8(source) {
            Ok(text) => {
                let text: Vec<u16> = text.encode_utf16().collect();
                written(vec![text.len() as i32], units(&text), 2 * source.len())
            }
            Err(_) => invalid(2 * source.len()),
        },
        Transcoder::Utf8ToLatin1 => utf8_to_latin1(source),
        Transcoder::CopyUtf16 => match decode_utf16(source) {
            Some(_) => {
                let all = to_units(source).iter().fold(0, |all, unit| all | unit);
                written(vec![all.into()], source.to_vec(), source.len())
            }
            None => invalid(source.len()),
        },
        Transcoder::Utf16ToUtf8 => match decode_utf16(source) {
            Some(text) => written(vec![text.len() as i32], text.into_bytes(), source.len() / 2 * 3),
            None => invalid(source.len() / 2 * 3),
        },
        Transcoder::Utf16ToAscii => prefix(&to_units(source), 0x80),
        Transcoder::Utf16ToLatin1 => prefix(&to_units(source), 0x100),
        Transcoder::Latin1ToAscii => prefix(&widened(source), 0x80),
        Transcoder::Latin1ToUtf8 => {
            let text: String = source.iter().map(|&byte| char::from(byte)).collect();
            written(vec![text.len() as i32], text.into_bytes(), 2 * source.len())
        }
        Transcoder::Latin1ToUtf16 | Transcoder::Inflate => {
            written(vec![], units(&widened(source)), 2 * source.len())
        }
        Transcoder::Deflate => written(vec![], source.iter().step_by(2).copied().collect(), source.len()),
    }
}

fn written(results: Vec<i32>, written: Vec<u8>, capacity: usize) -> Outcome {
    Outcome { results: Some(results), written, capacity }
}

fn invalid(capacity: usize) -> Outcome {
    Outcome { results: None, written: Vec::new(), capacity }
}

fn widened(source: &[u8]) -> Vec<u16> {
    source.iter().map(|&byte| byte.into()).collect()
}

fn to_units(source: &[u8]) -> Vec<u16> {
    source.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect()
}

fn decode_utf16(source: &[u8]) -> Option<String> {
    char::decode_utf16(to_units(source)).collect::<Result<_, _>>().ok()
}

/// Units below `limit`, as bytes.
fn prefix(source: &[u16], limit: u16) -> Outcome {
    let bytes: Vec<u8> = source.iter().take_while(|&&unit| unit < limit).map(|&unit| unit as u8).collect();
    written(vec![bytes.len() as i32], bytes, source.len())
}

/// Characters up to U+00FF of the valid beginning.
fn utf8_to_latin1(source: &[u8]) -> Outcome {
    let valid = match str::from_utf8(source) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&source[..error.valid_up_to()]).unwrap(),
    };
    let fits: String = valid.chars().take_while(|&c| c <= '\u{FF}').collect();
    let bytes: Vec<u8> = fits.chars().map(|c| c as u8).collect();
    written(vec![fits.len() as i32, bytes.len() as i32], bytes, source.len())
}
