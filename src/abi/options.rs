//! Canonical options that are plain values. The options that name core items are in `dfg`.

/// How strings are represented in a linear memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum StringEncoding {
    /// UTF-8; lengths count bytes.
    #[default]
    Utf8,
    /// UTF-16 little-endian; lengths count 16-bit code units.
    Utf16,
    /// Latin-1, or UTF-16 where the top bit of the length word is set.
    CompactUtf16,
}

impl StringEncoding {
    /// The name the specification's text format uses.
    pub fn name(self) -> &'static str {
        match self {
            StringEncoding::Utf8 => "utf8",
            StringEncoding::Utf16 => "utf16",
            StringEncoding::CompactUtf16 => "latin1+utf16",
        }
    }

    /// The alignment every string pointer of this encoding must have, in bytes.
    pub fn alignment(self) -> u32 {
        match self {
            StringEncoding::Utf8 => 1,
            StringEncoding::Utf16 | StringEncoding::CompactUtf16 => 2,
        }
    }
}
