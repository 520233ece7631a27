//! Strings of the model.
//!
//! Spec: `load_string_from_range`, `store_string_into_range` and the functions it calls, in `definitions.py`.

use super::guest::Guest;
use super::value::Value;
use corefuse::abi::{MAX_STRING_BYTES, PointerWidth, StringEncoding, Trap};

/// What the source of a string was, which decides how it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum From {
    Utf8,
    Utf16,
    Latin1,
    /// utf16 by its tag.
    Tagged,
}

fn tag(width: PointerWidth) -> u64 {
    match width {
        PointerWidth::W32 => 1 << 31,
        PointerWidth::W64 => 1 << 63,
    }
}

pub(crate) fn load(guest: &mut Guest, pointer: u64, length: u64) -> Result<Value, Trap> {
    let tag = tag(guest.width());
    let encoding = guest.options.encoding;
    let (from, units) = match encoding {
        StringEncoding::Utf8 => (From::Utf8, length),
        StringEncoding::Utf16 => (From::Utf16, length),
        StringEncoding::CompactUtf16 if length & tag != 0 => (From::Tagged, length ^ tag),
        StringEncoding::CompactUtf16 => (From::Latin1, length),
    };
    let unit_bytes = if matches!(from, From::Utf16 | From::Tagged) { 2 } else { 1 };
    let bytes = u128::from(units) * unit_bytes;
    if bytes > u128::from(MAX_STRING_BYTES) {
        return Err(Trap::StringOutOfBounds);
    }
    guest.check_range(pointer, bytes as u64, encoding.alignment(), Trap::StringOutOfBounds)?;
    let content = &guest.memory[pointer as usize..][..bytes as usize];
    let chars = match from {
        From::Utf8 => std::str::from_utf8(content).map_err(|_| Trap::InvalidUtf8)?.chars().collect(),
        From::Latin1 => content.iter().map(|&byte| char::from(byte)).collect(),
        From::Utf16 | From::Tagged => {
            let units = content.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| Trap::InvalidUtf16)?
        }
    };
    Ok(Value::String(from, chars))
}

/// Stores a string as the specification says for one that came from `from`.
pub(crate) fn store(guest: &mut Guest, from: From, chars: &[char]) -> Result<[u64; 2], Trap> {
    if guest.stores_exactly {
        return store_exactly(guest, from, chars);
    }
    let mut stored = Stored { guest, pointer: 0, capacity: 0 };
    match (stored.guest.options.encoding, from) {
        (StringEncoding::Utf8, From::Utf8) => stored.copy(&utf8(chars), 1, 1),
        (StringEncoding::Utf8, From::Utf16 | From::Tagged) => {
            stored.store_utf8(chars, utf16(chars).len() as u64 / 2, 3)
        }
        (StringEncoding::Utf8, From::Latin1) => stored.store_utf8(chars, chars.len() as u64, 2),
        (StringEncoding::Utf16, From::Utf8) => stored.utf8_to_utf16(chars),
        (StringEncoding::Utf16, From::Utf16 | From::Tagged | From::Latin1) => {
            stored.copy(&utf16(chars), 2, 2)
        }
        (StringEncoding::CompactUtf16, From::Utf8) => {
            stored.store_latin1_or_utf16(chars, utf8(chars).len() as u64)
        }
        (StringEncoding::CompactUtf16, From::Utf16) => {
            stored.store_latin1_or_utf16(chars, utf16(chars).len() as u64 / 2)
        }
        (StringEncoding::CompactUtf16, From::Latin1) => stored.copy(&latin1(chars), 1, 2),
        (StringEncoding::CompactUtf16, From::Tagged) => stored.probably_utf16(chars),
    }
}

/// How a guest stores a string of its own: tagged or not as `from` says, where it can.
fn store_exactly(guest: &mut Guest, from: From, chars: &[char]) -> Result<[u64; 2], Trap> {
    let is_latin1 = chars.iter().all(|&char| u32::from(char) < 0x100);
    let (bytes, length) = match guest.options.encoding {
        StringEncoding::Utf8 => (utf8(chars), utf8(chars).len() as u64),
        StringEncoding::Utf16 => (utf16(chars), utf16(chars).len() as u64 / 2),
        StringEncoding::CompactUtf16 if is_latin1 && from != From::Tagged => {
            (latin1(chars), chars.len() as u64)
        }
        StringEncoding::CompactUtf16 => (utf16(chars), (utf16(chars).len() as u64 / 2) | tag(guest.width())),
    };
    let pointer =
        guest.allocate(guest.options.encoding.alignment(), bytes.len() as u64, Trap::StringOutOfBounds)?;
    guest.memory[pointer as usize..][..bytes.len()].copy_from_slice(&bytes);
    Ok([pointer, length])
}

/// A string being stored.
struct Stored<'g> {
    guest: &'g mut Guest,
    pointer: u64,
    capacity: u64,
}

impl Stored<'_> {
    fn resize(&mut self, align: u32, bytes: u64) -> Result<(), Trap> {
        self.pointer = self.guest.realloc([self.pointer, self.capacity, u64::from(align), bytes]);
        // Shrinking after deflation asks for alignment 1 in the specification, 2 in its tests.
        self.guest.check_range(self.pointer, bytes, align, Trap::StringOutOfBounds)?;
        self.guest.scratch.push(self.pointer..self.pointer + bytes);
        self.capacity = bytes;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) {
        self.guest.memory[self.pointer as usize..][..bytes.len()].copy_from_slice(bytes);
    }

    fn copy(&mut self, bytes: &[u8], unit_bytes: u64, align: u32) -> Result<[u64; 2], Trap> {
        self.resize(align, bytes.len() as u64)?;
        self.write(bytes);
        Ok([self.pointer, bytes.len() as u64 / unit_bytes])
    }

    fn store_utf8(&mut self, chars: &[char], units: u64, worst: u64) -> Result<[u64; 2], Trap> {
        self.resize(1, units)?;
        let encoded = utf8(chars);
        if !chars.iter().all(char::is_ascii) {
            self.resize(1, units * worst)?;
            self.write(&encoded);
            if units * worst > encoded.len() as u64 {
                self.resize(1, encoded.len() as u64)?;
            }
        }
        self.write(&encoded);
        Ok([self.pointer, encoded.len() as u64])
    }

    fn utf8_to_utf16(&mut self, chars: &[char]) -> Result<[u64; 2], Trap> {
        let encoded = utf16(chars);
        let worst = 2 * utf8(chars).len() as u64;
        self.resize(2, worst)?;
        self.write(&encoded);
        if (encoded.len() as u64) < worst {
            self.resize(2, encoded.len() as u64)?;
        }
        Ok([self.pointer, encoded.len() as u64 / 2])
    }

    fn store_latin1_or_utf16(&mut self, chars: &[char], units: u64) -> Result<[u64; 2], Trap> {
        self.resize(2, units)?;
        if chars.iter().all(|&char| u32::from(char) < 0x100) {
            let encoded = latin1(chars);
            self.write(&encoded);
            if (encoded.len() as u64) < units {
                self.resize(2, encoded.len() as u64)?;
            }
            return Ok([self.pointer, encoded.len() as u64]);
        }
        let encoded = utf16(chars);
        self.resize(2, 2 * units)?;
        self.write(&encoded);
        if 2 * units > encoded.len() as u64 {
            self.resize(2, encoded.len() as u64)?;
        }
        Ok([self.pointer, (encoded.len() as u64 / 2) | tag(self.guest.width())])
    }

    fn probably_utf16(&mut self, chars: &[char]) -> Result<[u64; 2], Trap> {
        let encoded = utf16(chars);
        self.resize(2, encoded.len() as u64)?;
        self.write(&encoded);
        if !chars.iter().all(|&char| u32::from(char) < 0x100) {
            return Ok([self.pointer, (encoded.len() as u64 / 2) | tag(self.guest.width())]);
        }
        self.write(&latin1(chars));
        self.resize(2, chars.len() as u64)?;
        Ok([self.pointer, chars.len() as u64])
    }
}

fn utf8(chars: &[char]) -> Vec<u8> {
    chars.iter().collect::<String>().into_bytes()
}

fn utf16(chars: &[char]) -> Vec<u8> {
    chars.iter().collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn latin1(chars: &[char]) -> Vec<u8> {
    chars.iter().map(|&char| char as u8).collect()
}
