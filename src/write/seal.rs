//! Files that vouch for themselves: of a bundle that is one file there is no plan on disk that lists its hash, so the
//! hash is in its last line. With it a later build knows that nobody changed the file, and may replace it.

use crate::plan::sha256;

/// Before the hash.
const HEAD: &str = "// corefuse: sha256 of the lines above ";

/// Length of a hash in hexadecimal digits.
const DIGITS: usize = 64;

/// Adds the line with the hash to a text that ends with a line break.
pub(super) fn seal(mut text: String) -> String {
    let hash = sha256(text.as_bytes());
    text.push_str(HEAD);
    text.push_str(&hash);
    text.push('\n');
    text
}

/// Whether a file is as it was sealed.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    let Some(at) = bytes.len().checked_sub(HEAD.len() + DIGITS + 1) else { return false };
    let (text, last) = bytes.split_at(at);
    last.strip_prefix(HEAD.as_bytes()).and_then(|rest| rest.strip_suffix(b"\n"))
        == Some(sha256(text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{is_sealed, seal};

    #[test]
    fn a_change_anywhere_breaks_the_seal() {
        let sealed = seal("const a = 1;\n".to_string());
        assert!(is_sealed(sealed.as_bytes()));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] ^= 1;
            assert!(!is_sealed(&changed), "{at}");
        }
        assert!(!is_sealed(b""));
        assert!(!is_sealed(&sealed.as_bytes()[1..]));
    }
}
