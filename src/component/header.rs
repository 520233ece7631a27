//! What the outermost bytes of a binary say, where the validator's message would leave the reader without a clue: files
//! that are no component, are of another version of the format, or are not whole.

use anyhow::{Result, bail};

/// Length of the magic number and the version, in bytes.
const HEADER: usize = 8;

/// What a component's header has behind the magic number: version and layer, little-endian.
const VERSION: u16 = 0xd;
const COMPONENT_LAYER: u16 = 1;

/// Refuses core modules and other versions of the format by name.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    let Some(&[b'\0', b'a', b's', b'm', v0, v1, l0, l1]) = bytes.first_chunk::<HEADER>() else {
        return Ok(());
    };
    match (u16::from_le_bytes([v0, v1]), u16::from_le_bytes([l0, l1])) {
        (VERSION, COMPONENT_LAYER) => Ok(()),
        (1, 0) => bail!(
            "the input is a core module, not a component; make a component of it with `wasm-tools component \
             new`, after `wasm-tools component embed` if it was not built with its WIT"
        ),
        (version, COMPONENT_LAYER) => bail!(
            "the input is a component in version {version:#x} of the binary format (at offset 0x4), and corefuse \
             reads version {VERSION:#x}; {}",
            if version < VERSION { "build it again with a newer toolchain" } else { "update corefuse" }
        ),
        (version, layer) => bail!(
            "the input is no component: its header (at offset 0x4) has version {version:#x} and layer {layer:#x}, that \
             of a component {VERSION:#x} and {COMPONENT_LAYER:#x}"
        ),
    }
}

/// How long the input would have to be, at least, for all of its outermost sections to be whole; `None` if it is.
pub(super) fn missing_end(bytes: &[u8]) -> Option<u64> {
    let mut rest = bytes.get(HEADER..)?;
    loop {
        let (_id, after) = rest.split_first()?;
        let (size, after) = leb_u32(after)?;
        match after.get(size as usize..) {
            Some(next) => rest = next,
            None => return Some((bytes.len() - after.len()) as u64 + u64::from(size)),
        }
    }
}

/// An unsigned number of at most 32 bits in LEB128, and what comes after it.
fn leb_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(5).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::missing_end;

    #[test]
    fn an_end_is_missing_where_a_section_is_longer_than_the_rest() {
        let whole = b"\0asm\x0d\0\x01\0\x00\x02\x01a\x00\x81\x00\x00";
        for (length, expected) in
            [(0, None), (8, None), (9, None), (10, Some(12)), (12, None), (15, Some(16)), (16, None)]
        {
            assert_eq!(missing_end(&whole[..length]), expected, "{length}");
        }
        assert_eq!(missing_end(b"\0asm\x0d\0\x01\0\x00\xff\xff\xff\xff\x0f"), Some(14 + u64::from(u32::MAX)));
        assert_eq!(missing_end(b"\0asm\x0d\0\x01\0\x00\xff\xff\xff\xff\xff\x0f"), None);
    }
}
