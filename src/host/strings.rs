//! Strings between Rust and a guest's memory, in all three encodings.
//!
//! The host may choose how its strings are represented before they are stored (`CanonicalABI.md`, "Storing",
//! `store_string_into_range`); it measures first, so that realloc is called exactly once.

use super::call_context::{CallContext, Place};
use super::error::{ensure_or_trap, trap};
use crate::abi::{PointerWidth, StringEncoding};
use anyhow::{Result, ensure};

impl CallContext<'_> {
    /// Stores a string.
    pub fn lower_string(&mut self, string: &str, at: Place) -> Result<()> {
        let (pointer, length) = match self.boundary.encoding {
            StringEncoding::Utf8 => {
                let pointer = self.allocate_string(string.len() as u64)?;
                self.bytes_mut(pointer, string.len() as u64)?.copy_from_slice(string.as_bytes());
                (pointer, string.len() as u64)
            }
            StringEncoding::Utf16 => self.store_utf16(string)?,
            StringEncoding::CompactUtf16 if string.chars().all(|c| c <= '\u{ff}') => {
                let length = string.chars().count() as u64;
                let pointer = self.allocate_string(length)?;
                for (byte, char) in self.bytes_mut(pointer, length)?.iter_mut().zip(string.chars()) {
                    *byte = char as u32 as u8;
                }
                (pointer, length)
            }
            StringEncoding::CompactUtf16 => {
                let (pointer, units) = self.store_utf16(string)?;
                (pointer, units | self.utf16_tag())
            }
        };
        self.put_pair(at, pointer, length)
    }

    fn store_utf16(&mut self, string: &str) -> Result<(u64, u64)> {
        let units = string.encode_utf16().count() as u64;
        let pointer = self.allocate_string(2 * units)?;
        let bytes = self.bytes_mut(pointer, 2 * units)?;
        for (pair, unit) in bytes.chunks_exact_mut(2).zip(string.encode_utf16()) {
            pair.copy_from_slice(&unit.to_le_bytes());
        }
        Ok((pointer, units))
    }

    fn allocate_string(&mut self, bytes: u64) -> Result<u64> {
        let max = self.boundary.max_string;
        ensure!(bytes <= u64::from(max), "a string of {bytes} bytes is too long: the limit is {max}");
        self.allocate(self.boundary.encoding.alignment(), bytes)
    }

    /// Loads a string.
    pub fn lift_string(&mut self, at: Place) -> Result<String> {
        let (pointer, length) = self.get_pair(at)?;
        let encoding = self.boundary.encoding;
        let alignment = u64::from(encoding.alignment());
        ensure_or_trap!(pointer.is_multiple_of(alignment), "string pointer not aligned to {alignment}");
        let tag = self.utf16_tag();
        let (is_utf16, length) = match encoding {
            StringEncoding::Utf8 => (false, length),
            StringEncoding::Utf16 => (true, length),
            StringEncoding::CompactUtf16 => (length & tag != 0, length & !tag),
        };
        let max = u64::from(self.boundary.max_string);
        let bytes = length.checked_mul(if is_utf16 { 2 } else { 1 }).filter(|&bytes| bytes <= max);
        let Some(bytes) = bytes else {
            trap!("string pointer/length out of bounds of memory: strings have at most {max} bytes")
        };
        ensure_or_trap!(self.in_bounds(pointer, bytes)?, "string pointer/length out of bounds of memory");
        self.charge(bytes)?;
        let bytes = self.bytes(pointer, bytes)?;
        match (encoding, is_utf16) {
            (StringEncoding::Utf8, _) => match std::str::from_utf8(bytes) {
                Ok(string) => Ok(string.to_owned()),
                Err(error) => trap!("invalid utf8 encoding: {error}"),
            },
            (_, true) => decode_utf16(bytes),
            (_, false) => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        }
    }

    /// The bit of a length that marks UTF-16 in `latin1+utf16`.
    fn utf16_tag(&self) -> u64 {
        match self.width() {
            PointerWidth::W32 => 1 << 31,
            PointerWidth::W64 => 1 << 63,
        }
    }
}

fn decode_utf16(bytes: &[u8]) -> Result<String> {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    match char::decode_utf16(units).collect::<Result<String, _>>() {
        Ok(string) => Ok(string),
        Err(error) => trap!("invalid utf16 encoding: {error}"),
    }
}
