//! Transcoders: loops that copy a string from one memory to another, validating and re-encoding it.
//!
//! They are functions of the adapter module, so that strings never pass through the host, and they know nothing
//! of the Canonical ABI: pointers and sizes were checked before they are called, and allocating, growing and
//! shrinking is the caller's part. What the caller does for each pair of encodings (`n` source code units; all
//! results of realloc are checked for alignment and bounds; `store_string` in the specification):
//!
//! | source -> destination | allocate | first pass | if `k < n` after it | finally |
//! |---|---|---|---|---|
//! | utf8 -> utf8 | `n` | [`CopyUtf8`] | | |
//! | utf8 -> utf16 | `2n` | [`Utf8ToUtf16`] | | shrink to `2*units` if smaller |
//! | utf8 -> latin1+utf16 | `n` | [`Utf8ToLatin1`] | grow to `2n`, [`Inflate`] the prefix, [`Utf8ToUtf16`] the rest, tag | shrink to what is used if smaller |
//! | utf16 -> utf8 | `n` | [`Utf16ToAscii`] | grow to `3n`, [`Utf16ToUtf8`] the rest | shrink if smaller and grown |
//! | utf16 -> utf16 | `2n` | [`CopyUtf16`] | | |
//! | utf16 -> latin1+utf16 | `n` | [`Utf16ToLatin1`] | grow to `2n`, [`Inflate`] the prefix, [`CopyUtf16`] the rest, tag | |
//! | latin1 -> utf8 | `n` | [`Latin1ToAscii`] | grow to `2n`, [`Latin1ToUtf8`] the rest | shrink if smaller and grown |
//! | latin1 -> utf16 | `2n` | [`Latin1ToUtf16`] | | |
//! | latin1 -> latin1+utf16 | `n` | [`CopyBytes`] | | |
//! | tagged utf16 -> utf8, utf16 | | as from utf16 | | |
//! | tagged utf16 -> latin1+utf16 | `2n` | [`CopyUtf16`] | | all units <= 0xFF: [`Deflate`], shrink to `n`; else tag |
//!
//! Contracts common to all:
//!
//! - Parameters are `(src, len, dst)`: addresses of the width of their memory and, always as an i32, how many
//!   source code units there are (at most 2^28-1, so that no size computed from it overflows). In-place
//!   functions take `(ptr, len)`. Source and destination memory are never the same.
//! - Nothing is read outside `len` source units. Nothing is written outside the destination's capacity, which
//!   each function states; bytes between what the result says and the capacity may be overwritten.
//! - Nothing traps on the contents of a string: invalid text is a result, and the caller gives the reason.
//!
//! [`CopyBytes`]: Transcoder::CopyBytes
//! [`CopyUtf8`]: Transcoder::CopyUtf8
//! [`CopyUtf16`]: Transcoder::CopyUtf16
//! [`Utf8ToUtf16`]: Transcoder::Utf8ToUtf16
//! [`Utf8ToLatin1`]: Transcoder::Utf8ToLatin1
//! [`Utf16ToUtf8`]: Transcoder::Utf16ToUtf8
//! [`Utf16ToAscii`]: Transcoder::Utf16ToAscii
//! [`Utf16ToLatin1`]: Transcoder::Utf16ToLatin1
//! [`Latin1ToAscii`]: Transcoder::Latin1ToAscii
//! [`Latin1ToUtf8`]: Transcoder::Latin1ToUtf8
//! [`Latin1ToUtf16`]: Transcoder::Latin1ToUtf16
//! [`Inflate`]: Transcoder::Inflate
//! [`Deflate`]: Transcoder::Deflate

mod bytes;
mod cursor;
mod latin1;
mod narrow;
#[cfg(test)]
mod tests;
mod three_byte;
mod utf16_copy;
mod utf16_encode;
mod utf8_copy;
mod utf8_decode;
mod validate;

use super::code::{self, val_type};
use crate::abi::PointerWidth;
use narrow::Upto;
use wasm_encoder::{Function, ValType};

/// A loop over a string.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transcoder {
    /// `(src, len, dst)`: copies `len` bytes. Capacity `len`. Good for any bytes: short runs are moved inline.
    CopyBytes,
    /// `(src, len, dst) -> valid`: copies `len` bytes of UTF-8; 1 if they were valid, else 0. Capacity `len`.
    CopyUtf8,
    /// `(src, len, dst) -> any`: copies `len` units of UTF-16; the bitwise or of all units, so that the result
    /// is at most 0xFF exactly if all of them are Latin-1; negative if a surrogate was unpaired.
    /// Capacity `2*len` bytes.
    CopyUtf16,
    /// `(src, len, dst) -> units`: UTF-8 to UTF-16; units written, or negative if it was invalid.
    /// Capacity `2*len` bytes.
    Utf8ToUtf16,
    /// `(src, len, dst) -> (read, written)`: UTF-8 to Latin-1 up to the first character above U+00FF or invalid
    /// byte; bytes read and characters written. `read < len` means that it stopped. Capacity `len`.
    Utf8ToLatin1,
    /// `(src, len, dst) -> bytes`: UTF-16 to UTF-8; bytes written, or negative if a surrogate was unpaired.
    /// Capacity `3*len`.
    Utf16ToUtf8,
    /// `(src, len, dst) -> units`: copies UTF-16 units as ASCII up to the first above 0x7F. Capacity `len`.
    Utf16ToAscii,
    /// `(src, len, dst) -> units`: copies UTF-16 units as Latin-1 up to the first above 0xFF. Capacity `len`.
    Utf16ToLatin1,
    /// `(src, len, dst) -> bytes`: copies Latin-1 up to the first byte that is not ASCII. Capacity `len`.
    Latin1ToAscii,
    /// `(src, len, dst) -> bytes`: Latin-1 to UTF-8; bytes written. Capacity `2*len`.
    Latin1ToUtf8,
    /// `(src, len, dst)`: Latin-1 to UTF-16. Capacity `2*len` bytes.
    Latin1ToUtf16,
    /// `(ptr, len)`: `len` bytes of Latin-1 at `ptr` become as many units of UTF-16 at `ptr`, in place.
    Inflate,
    /// `(ptr, len)`: `len` units of UTF-16, all at most 0xFF, become as many bytes of Latin-1, in place.
    Deflate,
}

/// A memory of the module that the function is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Memory {
    /// Its index in that module.
    pub index: u32,
    /// Width of its addresses.
    pub width: PointerWidth,
}

/// A transcoder for two certain memories. Equal values are the same function, so a module needs each once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Transcode {
    op: Transcoder,
    src: Memory,
    dst: Memory,
}

impl Transcode {
    /// `op` from memory `src` to memory `dst`. In-place functions work in `dst`.
    pub fn new(op: Transcoder, src: Memory, dst: Memory) -> Transcode {
        let src = if op.is_in_place() { dst } else { src };
        Transcode { op, src, dst }
    }

    /// Name for the name section.
    pub fn name(&self) -> String {
        match self.op.is_in_place() {
            true => format!("{} memory{}", self.op.name(), self.dst.index),
            false => format!("{} memory{} memory{}", self.op.name(), self.src.index, self.dst.index),
        }
    }

    /// Core types of the parameters.
    pub fn params(&self) -> Vec<ValType> {
        match self.op.is_in_place() {
            true => vec![val_type(self.dst.width.flat()), ValType::I32],
            false => vec![val_type(self.src.width.flat()), ValType::I32, val_type(self.dst.width.flat())],
        }
    }

    /// Core types of the results.
    pub fn results(&self) -> Vec<ValType> {
        match self.op {
            Transcoder::CopyBytes | Transcoder::Latin1ToUtf16 => vec![],
            Transcoder::Inflate | Transcoder::Deflate => vec![],
            Transcoder::CopyUtf8 | Transcoder::CopyUtf16 | Transcoder::Utf8ToUtf16 => vec![ValType::I32],
            Transcoder::Utf16ToUtf8 | Transcoder::Utf16ToAscii => vec![ValType::I32],
            Transcoder::Utf16ToLatin1 | Transcoder::Latin1ToAscii => vec![ValType::I32],
            Transcoder::Latin1ToUtf8 => vec![ValType::I32],
            Transcoder::Utf8ToLatin1 => vec![ValType::I32; 2],
        }
    }

    /// The function. It calls nothing and uses no globals, tables or other memories.
    pub fn emit(&self) -> Function {
        // Strings lie anywhere, whatever the size of what is loaded at a time.
        let [src, dst] = [self.src, self.dst].map(|memory| code::Memory {
            index: memory.index,
            width: memory.width,
            is_aligned: false,
        });
        match self.op {
            Transcoder::CopyBytes => bytes::copy(src, dst),
            Transcoder::CopyUtf8 => utf8_copy::copy(src, dst),
            Transcoder::CopyUtf16 => utf16_copy::copy(src, dst),
            Transcoder::Utf8ToUtf16 => utf8_decode::to_utf16(src, dst),
            Transcoder::Utf8ToLatin1 => utf8_decode::to_latin1(src, dst),
            Transcoder::Utf16ToUtf8 => utf16_encode::to_utf8(src, dst),
            Transcoder::Utf16ToAscii => narrow::from_utf16(Upto::Ascii, src, dst),
            Transcoder::Utf16ToLatin1 => narrow::from_utf16(Upto::Latin1, src, dst),
            Transcoder::Latin1ToAscii => narrow::from_latin1(src, dst),
            Transcoder::Latin1ToUtf8 => latin1::to_utf8(src, dst),
            Transcoder::Latin1ToUtf16 => latin1::to_utf16(src, dst),
            Transcoder::Inflate => latin1::inflate(dst),
            Transcoder::Deflate => latin1::deflate(dst),
        }
    }
}

impl Transcoder {
    /// All of them.
    pub const ALL: &[Transcoder] = &[
        Transcoder::CopyBytes,
        Transcoder::CopyUtf8,
        Transcoder::CopyUtf16,
        Transcoder::Utf8ToUtf16,
        Transcoder::Utf8ToLatin1,
        Transcoder::Utf16ToUtf8,
        Transcoder::Utf16ToAscii,
        Transcoder::Utf16ToLatin1,
        Transcoder::Latin1ToAscii,
        Transcoder::Latin1ToUtf8,
        Transcoder::Latin1ToUtf16,
        Transcoder::Inflate,
        Transcoder::Deflate,
    ];

    /// What it is called in generated modules.
    pub fn name(self) -> &'static str {
        match self {
            Transcoder::CopyBytes => "copy-bytes",
            Transcoder::CopyUtf8 => "copy-utf8",
            Transcoder::CopyUtf16 => "copy-utf16",
            Transcoder::Utf8ToUtf16 => "utf8-to-utf16",
            Transcoder::Utf8ToLatin1 => "utf8-to-latin1",
            Transcoder::Utf16ToUtf8 => "utf16-to-utf8",
            Transcoder::Utf16ToAscii => "utf16-to-ascii",
            Transcoder::Utf16ToLatin1 => "utf16-to-latin1",
            Transcoder::Latin1ToAscii => "latin1-to-ascii",
            Transcoder::Latin1ToUtf8 => "latin1-to-utf8",
            Transcoder::Latin1ToUtf16 => "latin1-to-utf16",
            Transcoder::Inflate => "inflate-latin1",
            Transcoder::Deflate => "deflate-utf16",
        }
    }

    fn is_in_place(self) -> bool {
        matches!(self, Transcoder::Inflate | Transcoder::Deflate)
    }
}
